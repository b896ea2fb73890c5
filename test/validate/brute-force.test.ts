import fc from "fast-check";
import { expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { bitLength } from "../../src/arithmetic/integers.js";
import { DhParams } from "../../src/params.js";
import { primesUpTo } from "../../src/primality/small-primes.js";
import { validate } from "../../src/validate/validate.js";

const LIMIT = 300;
const primes = new Set(primesUpTo(LIMIT));
const options = { minBits: 1, warnBits: 1, rounds: 3, engine: bigintEngine };

/** The order of g modulo p by counting; undefined where no power of g is 1. */
function order(g: number, p: number): number | undefined {
	let power = g % p;
	for (let n = 1; n < p; n++) {
		if (power === 1) return n;
		power = (power * g) % p;
	}
	return undefined;
}

test("every p below 300 with every g: accepted exactly for a safe prime and an order of q or 2q", async () => {
	for (let p = 0; p < LIMIT; p++) {
		const q = (p - 1) / 2;
		const isSafe = primes.has(p) && primes.has(q);
		for (let g = 0; g <= p + 1; g += p > 100 ? 7 : 1) {
			const params = new DhParams({ p: BigInt(p), g: BigInt(g) });
			const { verdict, checks } = await validate(params, options);
			const inRange = g >= 2 && g <= p - 2;
			expect(verdict !== "reject", `p = ${p}, g = ${g}`).toBe(
				isSafe && inRange,
			);
			if (verdict === "reject") continue;
			const generator = checks.find(({ id }) => id === "generator");
			expect(generator?.verdict, `p = ${p}, g = ${g}`).toBe(
				order(g, p) === q ? "accept" : "note",
			);
		}
	}
});

test("a q is accepted exactly where it is prime and the order of g", async () => {
	for (const p of primes) {
		for (let q = 0; q < p; q++) {
			const g = 2 + ((7 * q) % Math.max(1, p - 3));
			if (g > p - 2) continue;
			const params = new DhParams({
				p: BigInt(p),
				g: BigInt(g),
				q: BigInt(q),
			});
			const { checks } = await validate(params, {
				...options,
				minSubgroupBits: 1,
			});
			const subgroup = checks.find(({ id }) => id === "subgroup");
			const good = primes.has(q) && order(g, p) === q;
			expect(subgroup?.verdict, `p = ${p}, q = ${q}, g = ${g}`).toBe(
				good ? "accept" : p === 2 ? undefined : "reject",
			);
		}
	}
});

test("no numbers make it throw, and every report says why", async () => {
	const number = fc.oneof(
		fc.bigInt({ min: 0n, max: 40n }),
		fc.bigInt({ min: 0n, max: 1n << 80n }),
	);
	const values = fc.record(
		{ p: number, g: number, q: number, j: number },
		{ requiredKeys: ["p", "g", "q"] },
	);
	await fc.assert(
		fc.asyncProperty(values, async ({ j, ...rest }) => {
			const params = new DhParams({
				...rest,
				...(j === undefined ? {} : { j }),
			});
			const report = await validate(params, { ...options, openssl: true });
			expect(report.bits).toBe(bitLength(params.p));
			expect(report.verdict === "reject").toBe(
				report.checks.some(({ verdict }) => verdict === "reject"),
			);
		}),
		{ numRuns: 500 },
	);
});
