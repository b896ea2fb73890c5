/**
 * Validation beside `openssl dhparam -check`, in the same minute:
 *
 *     npm run bench:validate -- --runs 15
 *
 * OpenSSL's own start is taken off by a run without -check. Times in ms; the ratio is of medians.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { namedGroup } from "../src/groups/groups.js";
import { validate } from "../src/validate/validate.js";

const { values } = parseArgs({
	options: { runs: { type: "string", default: "15" } },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-"));
const main = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));

// A safe prime that is nobody's standard: made by `openssl dhparam 2048`, in test/vectors/malformed/good.pem too.
const OWN_GROUP = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEAjKgim38Nb2l/N2AeREXnfuA6x3iYWbHjPAB0Rqg8bRS1E26r7hbF
D0JErmrKf89bEt/2l/1a5D39FefrhLEV2RJ9VPiDCn0fnjoABddaXNCk30oIJqyx
HcbmoVdMLAoevQNY53xUsT+JrN6bjDiTrXwqVvhUqFebIke3DSKh6x9ul0gZkobw
Ky1awWbm8uIphv5K0TnNVHkqlY2b8y3p08D6z37kuu6IIQd1mtm4QjLpR5yhfQCX
RqR3zOWH6k2fyatYqJAzkiKwY8S/vymx31893m16l1zsF4vsuo9T8EFYt1weR8tO
VpxSsG318o3bgAQuNFwGmNFuMm9b9Bj2TwIBAg==
-----END DH PARAMETERS-----
`;

async function ms(work: () => unknown): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}

/** Each kind of run in turn, so that a busy minute hits all of them. */
async function compare<Name extends string>(
	kinds: Record<Name, () => unknown>,
	times = runs,
): Promise<Record<Name, number>> {
	const names = Object.keys(kinds) as Name[];
	const results = new Map(names.map((name) => [name, [] as number[]]));
	for (let run = 0; run < times; run++) {
		for (const name of names) results.get(name)?.push(await ms(kinds[name]));
	}
	return Object.fromEntries(
		names.map((name) => {
			const sorted = (results.get(name) ?? []).sort((a, b) => a - b);
			const [least, median, most] = [0, 0.5, 1].map(
				(part) => sorted[Math.round((sorted.length - 1) * part)] as number,
			) as [number, number, number];
			const figures = [median, least, most].map((n) =>
				n.toFixed(2).padStart(9),
			);
			console.log(`${name.padEnd(52)}${figures.join("")}`);
			return [name, median];
		}),
	) as Record<Name, number>;
}

function openssl(...args: string[]): () => void {
	return () => {
		const { status, error } = spawnSync("openssl", ["dhparam", ...args]);
		if (error !== undefined || status !== 0)
			throw error ?? new Error("openssl");
	};
}

function command(...args: string[]): () => void {
	return () => {
		spawnSync(process.execPath, args);
	};
}

try {
	const own = join(folder, "own.pem");
	const named = join(folder, "named.pem");
	writeFileSync(own, OWN_GROUP);
	writeFileSync(named, namedGroup("ffdhe2048").toPem());
	console.log(`${"".padEnd(52)}   median    least     most`);

	const group = await compare({
		"2048 bits, all checks": () => validate(OWN_GROUP),
		"openssl dhparam -check": openssl("-in", own, "-check", "-noout"),
		"openssl dhparam": openssl("-in", own, "-noout"),
	});
	const theirs = group["openssl dhparam -check"] - group["openssl dhparam"];
	const ratio = group["2048 bits, all checks"] / theirs;
	console.log(`ours / OpenSSL without its start: ${ratio.toFixed(2)}\n`);

	const pem = namedGroup("ffdhe2048").toPem();
	const noise = randomBytes(1 << 20);
	await compare(
		{
			"ffdhe2048, all checks": () => validate(pem),
			"1 MiB of noise": () => validate(noise),
			"1 MiB of one letter": () => validate("A".repeat(1 << 20)),
		},
		20 * runs,
	);

	console.log();
	await compare({
		"gen-dhparams check ffdhe2048.pem": command(main, "check", named),
		"gen-dhparams groups ffdhe2048": command(main, "groups", "ffdhe2048"),
		"node -e 0": command("-e", "0"),
	});
} finally {
	rmSync(folder, { recursive: true });
}
