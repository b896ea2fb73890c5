import { execFileSync } from "node:child_process";
import { namedGroup } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";

/** Groups that a reader must not take for each other, by `openssl dhparam` 512, 768 and 1024. */
export const WEAK = new DhParams({
	p: 0xc44769ad3e2caf652e01836d9fdada3617a2b72b05dce5cdf9f403902db43d824fd8b5f0e223b900304ab1f0ea2962b33746b42eb884dce1a9fffa3477362a2fn,
	g: 2n,
});
export const GOOD = new DhParams({
	p: 0x98e49c8610fb400aa1ca96625665b165368184af00bdd0cc7879350933e141a672432774aa363034c41e7ee1c7057d95c2797fce8884bca976c8dc2b8e4dbf064252259650119c7f4969d640b0b4afbf7ac31710b13da800ba73161fa07355dbefcda478d855ccbc05a76850edf28bdeaf1f8306eb97af92c80686c625a2aadfn,
	g: 2n,
});
export const OTHER = new DhParams({
	p: 0xfe3ca39c5cb821e8d6ae5fb7eeb346ef342e48aa4e095a21b1c09c69ddb97cba3e13c76542a56bd7e1f44ff6fb1654c45ed64482ef52307f1cad513b781f15696d8c71c36f0d90c6cdfb56ad7a689efaa347dd36b291ee42504ffd87ae440d1fn,
	g: 2n,
});
export const NAMED = namedGroup("ffdhe2048");

export const GROUPS: readonly DhParams[] = [WEAK, GOOD, OTHER, NAMED];

/** The same group with a q, as X9.42. */
export function withSubgroup({ p }: DhParams, seed?: Uint8Array): DhParams {
	const q = (p - 1n) / 2n;
	const validation = seed && { seed, counter: 5n };
	return new DhParams({ p, g: 4n, q, ...(validation && { validation }) });
}

/** A line of moduli(5). */
export function moduliLine(params: DhParams, separator = " "): string {
	return [
		...["20230825034132", "2", "6", "100"],
		...[params.bits - 1, params.g, params.p.toString(16).toUpperCase()],
	].join(separator);
}

/** What stands beside parameters in the files of servers. */
export function strangers(): string[] {
	const openssl = (...args: string[]) =>
		execFileSync("openssl", args, {
			encoding: "utf8",
			stdio: ["pipe", "pipe", "ignore"],
		});
	const key = openssl("genpkey", "-algorithm", "ed25519");
	const rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"];
	return [
		key,
		openssl("genpkey", ...rsa),
		openssl("ecparam", "-name", "prime256v1", "-genkey"),
		openssl("ecparam", "-name", "prime256v1"),
		openssl(
			...["req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=x"],
			...["-keyout", "/dev/null"],
		),
		// The encrypted form of OpenSSL before 3, whose headers stand in the block.
		openssl(
			...["genrsa", "-traditional", "-aes128", "-passout", "pass:secret"],
			"1024",
		),
	];
}
