import { modInv } from "bigint-mod-arith";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import {
	compileKernel,
	type KernelName,
} from "../../src/arithmetic/kernel-module.js";
import { isStrongProbablePrime } from "../../src/primality/miller-rabin.js";
import { primesUpTo, smallFactor } from "../../src/primality/small-primes.js";
import { residueClass } from "../../src/search/residue-class.js";
import { sieve, sieveRanges } from "../../src/search/sieve.js";
import type { Window } from "../../src/search/window.js";

/** The same by BigInt: k is struck out where r divides p(k), and where it divides p(k) − 1. */
function reference(window: Window, bound: number): Uint8Array {
	const struck = new Uint8Array(window.length);
	for (const prime of primesUpTo(bound - 1)) {
		if (prime === 2 || window.step % prime === 0) continue;
		const r = BigInt(prime);
		const inverse = modInv(BigInt(window.step) * (window.factor ?? 1n), r);
		for (const target of [0n, 1n]) {
			const first = (((target - window.first) % r) + r) * inverse;
			for (let k = Number(first % r); k < window.length; k += prime) {
				struck[k] = 1;
			}
		}
	}
	return struck;
}

/** The next odd number without a prime factor below the limit. */
function withoutSmallFactor(n: bigint, limit: number): bigint {
	const primes = primesUpTo(limit);
	let odd = n | 1n;
	while (smallFactor(odd, primes) !== undefined) odd += 2n;
	return odd;
}

function unpacked(bits: Uint32Array): Uint8Array {
	return Uint8Array.from(
		{ length: bits.length * 32 },
		(_, k) => ((bits[k >> 5] as number) >>> (k & 31)) & 1,
	);
}

describe.each<KernelName>(["sieve", "sieve-fused"])("%s", (name) => {
	let module: WebAssembly.Module;
	beforeAll(async () => {
		module = await compileKernel(name);
	});

	test("strikes what BigInt strikes, for any start, class and bound", () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.bigInt({ min: 1n << 40n, max: (1n << 2100n) - 1n }),
					// Limbs of zeros and ones.
					fc.integer({ min: 100, max: 900 }).map((n) => 1n << BigInt(n)),
					fc.integer({ min: 100, max: 900 }).map((n) => (1n << BigInt(n)) - 1n),
				),
				fc.integer({ min: 2, max: 255 }),
				fc.integer({ min: 16, max: 60_000 }),
				fc.integer({ min: 1, max: 40 }),
				(start, generator, halfBound, blocks) => {
					const { modulus, residue } = residueClass(generator);
					const window = {
						first: start * BigInt(modulus) + BigInt(residue),
						step: modulus,
						length: blocks * 32,
					};
					const bound = 2 * halfBound;
					const struck = sieve(module, window, sieveRanges(0, bound));
					expect(unpacked(struck)).toEqual(reference(window, bound));
				},
			),
			{ numRuns: 60 },
		);
	});

	test("strikes what BigInt strikes, of candidates with a factor", () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.bigInt({ min: 1n << 80n, max: (1n << 1100n) - 1n }),
					fc.integer({ min: 100, max: 900 }).map((n) => 1n << BigInt(n)),
					fc.integer({ min: 100, max: 900 }).map((n) => (1n << BigInt(n)) - 1n),
				),
				fc.oneof(
					fc.bigInt({ min: 1n << 40n, max: (1n << 1050n) - 1n }),
					fc.integer({ min: 50, max: 900 }).map((n) => (1n << BigInt(n)) - 1n),
				),
				fc.integer({ min: 2, max: 255 }),
				fc.integer({ min: 16, max: 60_000 }),
				fc.integer({ min: 1, max: 40 }),
				(start, number, generator, halfBound, blocks) => {
					const { modulus } = residueClass(generator);
					const bound = 2 * halfBound;
					const factor = withoutSmallFactor(number, Math.max(bound, modulus));
					// h ≡ −1/factor (mod m/4) makes 4·factor·h + 3 ≡ −1 (mod m).
					const quarter = BigInt(modulus / 4);
					const h = start * quarter + quarter - modInv(factor, quarter);
					const first = 4n * factor * h + 3n;
					expect(first % BigInt(modulus)).toBe(BigInt(modulus) - 1n);
					const window = { first, step: modulus, factor, length: blocks * 32 };
					const struck = sieve(module, window, sieveRanges(0, bound));
					expect(unpacked(struck)).toEqual(reference(window, bound));
				},
			),
			{ numRuns: 60 },
		);
	});

	test.each([
		["a window of several parts", 512, 2 ** 19, 3_000_000],
		["a start of 16384 bits", 16384, 2 ** 12, 400_000],
	])("strikes what BigInt strikes: %s", (_, bits, length, bound) => {
		const first =
			24n * ((1n << BigInt(bits - 5)) + 12345678901234567890n) + 23n;
		const window = { first, step: 24, length };
		const struck = unpacked(sieve(module, window, sieveRanges(0, bound)));
		expect(Buffer.from(struck).equals(reference(window, bound))).toBe(true);
	});

	test("ranges shared among several sieves strike what one does", () => {
		const window = { first: 24n * 3n ** 300n + 23n, step: 24, length: 32768 };
		const ranges = sieveRanges(0, 8_000_000);
		const whole = sieve(module, window, ranges).slice();
		const parts = ranges.map((range) => sieve(module, window, [range]).slice());
		expect(parts.length).toBeGreaterThan(3);
		for (let i = 0; i < whole.length; i++) {
			const joined = parts.reduce(
				(bits, part) => bits | (part[i] as number),
				0,
			);
			expect(joined >>> 0).toBe(whole[i]);
		}
	});

	test("the primes near the largest bound are found", () => {
		// The largest prime below the bound; a start that is a multiple of it is struck out at once.
		const [bound, r] =
			name === "sieve" ? [2 ** 28, 2n ** 28n - 57n] : [2 ** 31, 2n ** 31n - 1n];
		const first = 24n * ((r * 3n ** 400n * 23n) / 24n) + 23n;
		const k = Number((((-first % r) + r) * modInv(24n, r)) % r);
		const window = { first: first + 24n * BigInt(k - 7), step: 24, length: 32 };
		const struck = sieve(module, window, [[bound - 2 ** 16, bound]])[0];
		expect((struck as number) & (1 << 7)).not.toBe(0);
	});

	test("just below the largest bound all primes strike candidates with a factor", () => {
		const bound = name === "sieve" ? 2 ** 28 : 2 ** 31;
		const low = bound - 1024;
		const factor = 2n ** 521n - 1n;
		for (let r = BigInt(low + 1); r < bound; r += 2n) {
			// A window that begins where r divides p: h ≡ −3/(4·factor) (mod r), h ≡ −1/factor (mod 6).
			const h = chineseRemainder(
				[-3n * modInv(4n * factor, r), r],
				[-modInv(factor, 6n), 6n],
			);
			if (h === undefined) continue;
			const first = 4n * factor * (h + 6n * r * 5n ** 200n) + 3n;
			const window = { first, step: 24, factor, length: 32 };
			const struck = sieve(module, window, [[low, bound]])[0] as number;
			expect(struck & 1, String(r)).toBe(isPrime(r) ? 1 : 0);
		}
	});

	test("just below the largest bound all primes strike, and nothing else does", () => {
		const bound = name === "sieve" ? 2 ** 28 : 2 ** 31;
		const low = bound - 1024;
		for (let r = BigInt(low + 1); r < bound; r += 2n) {
			if (r % 3n === 0n) continue;
			// A window that begins where r divides p.
			const k = modInv(24n, r);
			const first = 24n * (r * 3n ** 200n + k) - 1n;
			const window = { first, step: 24, length: 32 };
			const struck = sieve(module, window, [[low, bound]])[0] as number;
			expect(struck & 1, String(r)).toBe(isPrime(r) ? 1 : 0);
		}
	});
});

/** Below 4,759,123,141 no composite passes for these bases: Jaeschke, "On strong pseudoprimes to several bases" (1993). */
function isPrime(n: bigint): boolean {
	return [2n, 7n, 61n].every((base) =>
		isStrongProbablePrime(n, base, bigintEngine),
	);
}

/** The least n ≥ 0 with n ≡ a (mod m) for both pairs [a, m]; undefined where 3 or 2 divides the first m. */
function chineseRemainder(
	[a, m]: readonly [bigint, bigint],
	[b, n]: readonly [bigint, bigint],
): bigint | undefined {
	if (m % 3n === 0n || m % 2n === 0n) return undefined;
	const steps = (b - a) * modInv(m % n, n);
	return (((a + m * steps) % (m * n)) + m * n) % (m * n);
}
