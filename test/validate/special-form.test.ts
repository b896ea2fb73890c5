import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bitLength, fromBytes } from "../../src/arithmetic/integers.js";
import { NAMED_GROUPS } from "../../src/groups/groups.js";
import { SHIPPED_PRIMES } from "../../src/groups/shipped-primes.js";
import { DhParams } from "../../src/params.js";
import { primesUpTo } from "../../src/primality/small-primes.js";
import { smallPolynomial } from "../../src/validate/polynomial.js";
import { validate } from "../../src/validate/validate.js";
import { groupVectors, number } from "../vectors/groups.js";

/** A random number of exactly so many bits. */
function random(bits: number): bigint {
	const n = fromBytes(randomBytes(Math.ceil(bits / 8)));
	return BigInt.asUintN(bits - 1, n) | (1n << BigInt(bits - 1));
}

/** −2^bits < n < 2^bits */
function signed(bits: number): bigint {
	const n = BigInt.asUintN(bits, fromBytes(randomBytes(Math.ceil(bits / 8))));
	return (randomBytes(1)[0] as number & 1) ? n : -n;
}

function evaluate(coefficients: readonly bigint[], m: bigint): bigint {
	return coefficients.reduce((sum, c) => sum * m + c, 0n);
}

/** Whatever is found must be true, since it is shown as evidence. */
function expectFound(p: bigint, what: string): void {
	const found = smallPolynomial(p);
	expect(found, `${what}: p = 0x${p.toString(16)}`).toBeDefined();
	if (found === undefined) return;
	const { multiple, root, coefficients } = found;
	expect(evaluate(coefficients, root)).toBe(BigInt(multiple) * p);
}

const DEGREES = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

describe("polynomials for the special number field sieve", () => {
	// The value of m does not matter: in p = m^8 − 3705169 it has 128 bits.
	test("p = m^8 - 3705169 of 1023 bits, and the evidence for it", async () => {
		const m = (1n << 128n) - 0x1234567890abcdefn * (1n << 60n) - 12345n;
		const p = m ** 8n - 3705169n;
		expect(bitLength(p)).toBeGreaterThanOrEqual(1022);
		const { checks } = await validate(new DhParams({ p: p | 1n, g: 2n }));
		const found = checks.find(({ id }) => id === "special-form");
		expect(found).toMatchObject({ verdict: "reject" });
		expect(found?.message).toContain(
			`(p = m^8 − 370516${p % 2n === 1n ? 9 : 8}, with m = 0x${m.toString(16)})`,
		);
	});

	test.each(DEGREES)("degree %i, leading coefficients to 256", (d) => {
		// Each of them is hit by one of the degrees and runs before long.
		const leads = Array.from({ length: 256 }, (_, i) => i + 1).filter(
			(lead) => lead <= 16 || lead >= 250 || lead % 11 === d % 11,
		);
		for (const lead of leads) {
			const m = random(Math.floor(1030 / d));
			const rest = Array.from({ length: d }, () => signed(8));
			expectFound(evaluate([BigInt(lead), ...rest], m), `a = ${lead}`);
		}
	});

	test.each([
		// Coefficients of a third of m's length, as long as they may be at 512 bits, and a middle.
		[512, 10],
		[768, 18],
		[1023, 28],
		[1024, 1],
		[2048, 50],
		[4096, 100],
	])("%i bits, coefficients of up to %i", (bits, size) => {
		for (const d of DEGREES) {
			for (const lead of [1n, 2n, 3n, 60n, 97n, 255n]) {
				const m = random(Math.floor(bits / d));
				const rest = Array.from({ length: d }, () => signed(size));
				expectFound(evaluate([lead, ...rest], m), `d = ${d}, a = ${lead}`);
			}
		}
	});

	test("one coefficient, wherever it stands", () => {
		for (const d of DEGREES) {
			for (let at = 1; at <= d; at++) {
				const rest = Array.from({ length: d }, (_, i) =>
					i + 1 === at ? signed(16) : 0n,
				);
				const m = random(Math.floor(1024 / d));
				expectFound(evaluate([1n, ...rest], m), `d = ${d}, c at ${at}`);
			}
		}
	});

	test("twice a polynomial and one, so that (p - 1)/2 has the form", () => {
		for (const d of DEGREES) {
			const q = evaluate(
				[1n, ...Array(d).fill(-3n)],
				random(Math.floor(1023 / d)),
			);
			expectFound(2n * q + 1n, `d = ${d}`);
		}
	});

	test("a factor of a polynomial's value, where the cofactor is small", () => {
		const primes = primesUpTo(64);
		for (const d of DEGREES) {
			for (const k of primes) {
				// a·m^d + c is a multiple of k for the right c.
				for (const lead of k <= 16 ? [1n, 6n, 16n, 15n] : [1n]) {
					const m = random(Math.floor(1024 / d));
					const power = lead * m ** BigInt(d);
					expectFound(power / BigInt(k), `d = ${d}, k = ${k}, a = ${lead}`);
				}
			}
		}
	});

	test("the cyclotomic polynomials, whose values have factors of such a form", () => {
		for (let n = 1; n < 40; n++) {
			// m^n − 1 over what divides it, by the degrees of its factors.
			const cyclotomic = (k: number, x: bigint): bigint => {
				let value = x ** BigInt(k) - 1n;
				for (let i = 1; i < k; i++) if (k % i === 0) value /= cyclotomic(i, x);
				return value;
			};
			const degree = Array.from({ length: n }, (_, i) => i + 1).filter(
				(i) => gcd(i, n) === 1,
			).length;
			if (degree < 2 || degree > 12) continue;
			expectFound(cyclotomic(n, random(Math.floor(1024 / degree))), `Φ${n}`);
		}
	});
});

describe("no false alarm", () => {
	test("for any named group, shipped prime or vector of a safe prime", () => {
		const primes = [
			...NAMED_GROUPS.map(({ params }) => params.p),
			...SHIPPED_PRIMES.map(({ p }) => p),
			...groupVectors("safe-primes").map(({ p }) => number(p)),
		].filter((p) => bitLength(p) >= 512);
		expect(primes.length).toBeGreaterThan(40);
		for (const p of primes) expect(smallPolynomial(p)).toBeUndefined();
	});

	test("for random odd numbers (npm run fuzz:form tries as many as you like)", () => {
		for (const bits of [512, 513, 768, 1023, 1024, 2048]) {
			for (let i = 0; i < 20; i++) {
				const n = random(bits) | 1n;
				expect(smallPolynomial(n), `${n}`).toBeUndefined();
			}
		}
	});

	test("with a chance that the count of such numbers bounds by 2^-50", () => {
		// docs/checks.md: for each degree 2^(d+17) · C(192 + n/d + d − 1, d − 1) · 2^−192 of all numbers of n bits, and of
		// safe primes as many times more as those are scarcer, n²/2.
		for (const n of [512, 1024, 2048, 4096, 8192, 10_000]) {
			const chance = DEGREES.reduce((sum, d) => {
				const numbers = 192 + Math.ceil(n / d) + d - 1;
				const tuples = Array.from({ length: d - 1 }, (_, i) => i).reduce(
					(product, i) => (product * (numbers - i)) / (i + 1),
					1,
				);
				return sum + 2 ** (d + 17 - 192) * tuples;
			}, 0);
			expect(Math.log2((chance * n ** 2) / 2)).toBeLessThan(-50);
		}
	});
});

function gcd(a: number, b: number): number {
	return b === 0 ? a : gcd(b, a % b);
}
