import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { chooseEngine, engineOf } from "../../src/arithmetic/choose-engine.js";
import { bitLength } from "../../src/arithmetic/integers.js";
import {
	type Certificate,
	certifiedPrimes,
} from "../../src/certificate/certificate.js";
import { chainSizes, drawChain } from "../../src/certificate/chain.js";
import {
	certificateToJson,
	decodeCertificateJson,
} from "../../src/certificate/json.js";
import { decodePari, encodePari } from "../../src/certificate/pari.js";
import { faultOf, isSmallPrime } from "../../src/certificate/verify.js";
import { InvalidCertificateError } from "../../src/errors.js";
import { passesBailliePsw } from "../primality/baillie-psw.js";
import { certificateOf, seeded } from "./made.js";

const pause = async () => {};

const small = await certificateOf(160, seeded("small"));
const medium = await certificateOf(512, seeded("medium"));

test("a prime below 2^64 is known without a doubt", () => {
	for (let n = 0n; n < 5000n; n++) {
		expect(isSmallPrime(n), `${n}`).toBe(n > 1n && passesBailliePsw(n));
	}
	// Strong pseudoprimes to the first 9 and 11 prime bases (OEIS A014233), and the primes around 2^63.
	expect(isSmallPrime(3825123056546413051n)).toBe(false);
	expect(isSmallPrime(341550071728321n)).toBe(false);
	expect(isSmallPrime(9223372036854775783n)).toBe(true);
	expect(isSmallPrime(9223372036854775781n)).toBe(false);
});

test("each size exceeds half of the next, from 512 to 16,384 bits", () => {
	for (let bits = 512; bits <= 16_384; bits++) {
		const sizes = [...chainSizes(bits), bits - 1];
		expect(sizes[0]).toBeLessThanOrEqual(63);
		expect(sizes.length).toBeLessThan(16);
		for (const [i, size] of sizes.entries()) {
			const next = sizes[i + 1];
			if (next !== undefined)
				expect(2 * (size - 1)).toBeGreaterThanOrEqual(next);
		}
	}
});

test("the chain depends on the bytes alone, not on the engine", async () => {
	const fast = engineOf(chooseEngine());
	for (const seed of ["a", "b", "c"]) {
		const chain = await drawChain(512, seeded(seed), bigintEngine, pause);
		expect(await drawChain(512, seeded(seed), fast, pause)).toEqual(chain);
		const sizes = [chain.base, ...chain.links.map(({ n }) => n)].map(bitLength);
		expect(sizes).toEqual(chainSizes(512));
	}
});

test("what is made is a proof, in both forms", async () => {
	for (const certificate of [small, medium, await certificateOf(256)]) {
		expect(await faultOf(certificate)).toBeUndefined();
		const { p, q } = certifiedPrimes(certificate);
		expect(p).toBe(2n * q + 1n);
		const json = JSON.stringify(certificateToJson(certificate));
		expect(decodeCertificateJson(json)).toEqual(certificate);
		expect(decodePari(encodePari(certificate))).toEqual(certificate);
	}
});

describe("a certificate is refused", () => {
	const { base, links } = small;
	const last = links.length - 1;
	const change = (
		at: number,
		change: Partial<Certificate["links"][number]>,
	) => ({
		base,
		links: links.map((link, i) => (i === at ? { ...link, ...change } : link)),
	});

	test.each([0n, 1n, -1n])("with the witness %s", async (witness) => {
		for (const [at, { n }] of links.entries()) {
			const fault = await faultOf(
				change(at, { witness: witness < 0n ? n - 1n : witness }),
			);
			expect(fault).toContain("witness");
		}
	});

	test("for a chain that is too short, too long or does not fit", async () => {
		for (const [wrong, why] of [
			[{ base, links: links.slice(-1) }, "links"],
			[{ base, links: [] }, "links"],
			[{ base, links: links.slice(0, -1) }, "not a safe prime"],
			[{ base, links: links.slice(1) }, "multiple"],
			[{ base: 4n, links }, "multiple"],
			[{ base: 2n ** 64n + 13n, links }, "2^64"],
			[{ base: 0n, links }, "2^64"],
			[{ base, links: [...links].reverse() }, "one before"],
			[{ base, links: Array(40).fill(links[0]) }, "links"],
		] as const) {
			expect(await faultOf(wrong as Certificate)).toContain(why);
		}
	});

	test("for a factor one bit too small: r must exceed the square root", async () => {
		const r = links[last - 2]?.n as bigint;
		// q' is prime, q' − 1 a multiple of r, and r² just below q'.
		let q = ((r * r) / (2n * r) + 1n) * 2n * r + 1n;
		while (!passesBailliePsw(q)) q += 2n * r;
		expect(r * r).toBeLessThan(q);
		const forged = change(last - 1, { n: q });
		expect(await faultOf(forged)).toContain("square root");
	});

	test("for composites that pass tests: Carmichael numbers and strong pseudoprimes as links", async () => {
		// OEIS A014233 and Carmichael numbers (A002997), each with the factors of n − 1 that exceed its square root.
		for (const n of [
			561n,
			1105n,
			1729n,
			2047n,
			3215031751n,
			3825123056546413051n,
			341550071728321n,
		]) {
			expect(await faultOf({ base: n, links: [...links] })).toBeDefined();
			for (let factor = 3n; factor * factor > n && factor < 3000n; factor++) {
				if ((n - 1n) % factor !== 0n) continue;
				for (let witness = 2n; witness < 50n && witness < n - 1n; witness++) {
					const forged = {
						base: factor,
						links: [
							{ n, witness },
							{ n: 2n * n + 1n, witness },
						],
					};
					expect(await faultOf(forged)).toBeDefined();
				}
			}
		}
	});
});

test("every composite n with a factor r > √n of n − 1 is refused for every witness", async () => {
	for (let r = 3n; r < 60n; r += 2n) {
		if (!isSmallPrime(r)) continue;
		for (let n = 2n * r + 1n; n < r * r; n += 2n * r) {
			if (isSmallPrime(n)) continue;
			for (let witness = 2n; witness < n - 1n; witness++) {
				const forged = {
					base: r,
					links: [
						{ n, witness },
						{ n: 2n * n + 1n, witness: 2n },
					],
				};
				expect(await faultOf(forged), `${n} by ${r}`).toBeDefined();
			}
		}
	}
});

test("a mutated certificate is refused, or is another valid proof", async () => {
	const texts = [encodePari(small), JSON.stringify(certificateToJson(small))];
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...texts),
			fc.nat(),
			fc.constantFrom(...'0123456789abcdef[]{},:" \n-x'),
			fc.constantFrom("replace", "insert", "delete", "cut"),
			async (text, position, character, kind) => {
				const at = position % text.length;
				const mutated = {
					replace: text.slice(0, at) + character + text.slice(at + 1),
					insert: text.slice(0, at) + character + text.slice(at),
					delete: text.slice(0, at) + text.slice(at + 1),
					cut: text.slice(0, at),
				}[kind];
				let certificate: Certificate;
				try {
					certificate = mutated.startsWith("{")
						? decodeCertificateJson(mutated)
						: decodePari(mutated);
				} catch (error) {
					expect(error).toBeInstanceOf(InvalidCertificateError);
					return;
				}
				if ((await faultOf(certificate)) !== undefined) return;
				const { base, links } = certificate;
				for (const n of [base, ...links.map(({ n }) => n)]) {
					expect(passesBailliePsw(n)).toBe(true);
				}
			},
		),
		{ numRuns: Number(process.env.FUZZ_RUNS ?? 10_000) },
	);
});

const gp = spawnSync("gp", ["--version-short"], { encoding: "utf8" });
if (gp.status !== 0) {
	console.warn(
		"SKIPPED: PARI/GP (Debian's pari-gp) is not installed; the certificates were not shown to it.",
	);
}

describe.skipIf(gp.status !== 0)("PARI/GP", () => {
	/** 1 or 0, as primecertisvalid says. */
	function valid(expressions: readonly string[]): string[] {
		const input = expressions
			.map((each) => `print(iferr(primecertisvalid(${each}),E,0))\n`)
			.join("");
		const { stdout } = spawnSync("gp", ["-q", "-f"], {
			input,
			encoding: "utf8",
			timeout: 60_000,
		});
		return stdout.trim().split("\n");
	}

	test("accepts those of each size class on record", async () => {
		const seeded = await Promise.all(
			[512, 1024, 1536, 2048, 3072, 4096].map(async (bits) => {
				// The chain alone: the search for q and p above it takes long.
				const { base, links } = await drawChain(
					bits,
					(_level, _attempt, length) => randomBytes(length),
					engineOf(chooseEngine()),
					pause,
				);
				return encodePari({ base, links });
			}),
		);
		expect(new Set(valid(seeded))).toEqual(new Set(["1"]));
	});

	test("accepts the certificates, and refuses each with a wrong number", async () => {
		const certificates = [small, medium, await certificateOf(300)];
		expect(valid(certificates.map(encodePari))).toEqual(["1", "1", "1"]);
		const wrong = certificates.flatMap(({ base, links }) =>
			links.slice(1).flatMap((_, i) => [
				// A witness of order 1, and a number that is not prime.
				{
					base,
					links: links.map((link, at) =>
						at === i + 1 ? { ...link, witness: 1n } : link,
					),
				},
				{
					base,
					links: links.map((link, at) =>
						at === i + 1 ? { ...link, n: link.n + 2n } : link,
					),
				},
			]),
		);
		expect(new Set(valid(wrong.map(encodePari)))).toEqual(new Set(["0"]));
		for (const each of wrong) expect(await faultOf(each)).toBeDefined();
	});
});
