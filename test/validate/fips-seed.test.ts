import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DhParams } from "../../src/params.js";
import { readOne } from "../../src/reading/read.js";
import type { Check } from "../../src/validate/report.js";
import { validate } from "../../src/validate/validate.js";

// Made by OpenSSL 3.0.22: openssl genpkey -genparam -algorithm DHX -pkeyopt type:… -pkeyopt pbits:… -pkeyopt qbits:…
const folder = new URL("../vectors/x942/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".pem"));

const OPTIONS = { policy: "legacy", minBits: 512, rounds: 2 };

async function check(params: DhParams): Promise<Check | undefined> {
	const { checks } = await validate(params, OPTIONS);
	return checks.find(({ id }) => id === "x942-seed");
}

function load(name: string): DhParams {
	return readOne(readFileSync(new URL(name, folder))).params;
}

function changed(
	params: DhParams,
	validation: Partial<NonNullable<DhParams["validation"]>>,
): DhParams {
	const { p, g, q } = params;
	const old = params.validation as NonNullable<DhParams["validation"]>;
	return new DhParams({
		p,
		g,
		...(q === undefined ? {} : { q }),
		validation: { ...old, ...validation },
	});
}

describe("the seed of X9.42 parameters that OpenSSL made", () => {
	test.each(files)("%s is verified", async (name) => {
		const found = await check(load(name));
		expect(found).toMatchObject({ verdict: "accept" });
		const [, standard] = /^(fips186_\d)/.exec(name) ?? [];
		expect(found?.message).toContain(
			standard === "fips186_4" ? "by FIPS 186-4 with SHA" : "by FIPS 186-2",
		);
		// q of 160, 224 and 256 bits leads OpenSSL to SHA-1, SHA-224 and SHA-256.
		const hash = name.includes("sha512")
			? "SHA-512"
			: { 160: "SHA-1", 224: "SHA-224", 256: "SHA-256" }[
					/-(\d+)\.pem$/.exec(name)?.[1] ?? ""
				];
		expect(found?.message).toContain(`with ${hash}:`);
	});

	test("another counter is rejected, whatever it is", async () => {
		const params = load("fips186_4-1024-160.pem");
		const { counter } = params.validation as { counter: bigint };
		for (const wrong of [
			counter + 1n,
			counter - 1n,
			0n,
			4097n,
			1n << 40n,
			1n << 4000n,
		]) {
			const found = await check(changed(params, { counter: wrong }));
			expect(found, `${wrong}`).toMatchObject({ verdict: "reject" });
		}
	});

	test("another seed is said not to be verified", async () => {
		const params = load("fips186_4-2048-256.pem");
		const seed = Uint8Array.from(params.validation?.seed ?? []);
		seed[5] = (seed[5] ?? 0) ^ 1;
		for (const wrong of [
			seed,
			new Uint8Array(),
			new Uint8Array(20),
			new Uint8Array(500_000),
		]) {
			const found = await check(changed(params, { seed: wrong }));
			expect(found).toMatchObject({ verdict: "note" });
			expect(found?.message).toContain("not verified");
		}
	});

	test("a later prime of the same seed is rejected", async () => {
		// Step 13 of A.1.1.3 in the plain words of the standard, to find the second prime.
		const params = load("fips186_4-1024-160.pem");
		const { q = 0n, validation } = params;
		const program = `
import hashlib, sys
from math import ceil
seed, q, after = bytes.fromhex(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
L, out, offset = 1024, 160, 1
n = ceil(L / out) - 1
for counter in range(4 * L):
    W = 0
    for j in range(n + 1):
        V = hashlib.sha1(((int.from_bytes(seed, "big") + offset + j) % 2 ** (8 * len(seed))).to_bytes(len(seed), "big")).digest()
        V = int.from_bytes(V, "big")
        W += (V % 2 ** ((L - 1) % out) if j == n else V) << (out * j)
    X = W + 2 ** (L - 1)
    p = X - (X % (2 * q) - 1)
    if p >= 2 ** (L - 1) and pow(2, p - 1, p) == 1 and counter > after:
        print(counter, p)
        break
    offset += n + 1
`;
		const { stdout, status } = spawnSync(
			"python3",
			[
				"-c",
				program,
				Buffer.from(validation?.seed ?? []).toString("hex"),
				`${q}`,
				`${validation?.counter}`,
			],
			{ encoding: "utf8" },
		);
		expect(status).toBe(0);
		const [counter = "", p = ""] = stdout.trim().split(" ");
		const prime = BigInt(p);
		let g = 2n;
		for (let e = (prime - 1n) / q, base = 2n, power = 1n; ; ) {
			while (e > 0n) {
				if (e & 1n) power = (power * base) % prime;
				base = (base * base) % prime;
				e >>= 1n;
			}
			g = power;
			break;
		}
		const later = new DhParams({
			p: prime,
			g,
			q,
			validation: {
				seed: validation?.seed ?? new Uint8Array(),
				counter: BigInt(counter),
			},
		});
		const found = await check(later);
		expect(found).toMatchObject({ verdict: "reject" });
		expect(found?.message).toContain(
			`counter ${validation?.counter} is prime and comes first`,
		);
	});

	test("can be aborted", async () => {
		const signal = AbortSignal.timeout(1);
		const running = validate(load("fips186_4-2048-256.pem"), {
			...OPTIONS,
			signal,
		});
		await expect(running).rejects.toThrow();
	});
});
