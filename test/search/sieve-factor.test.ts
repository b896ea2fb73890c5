import { modInv } from "bigint-mod-arith";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compileKernel } from "../../src/arithmetic/kernel-module.js";
import { primesUpTo, smallFactor } from "../../src/primality/small-primes.js";
import { residueClass } from "../../src/search/residue-class.js";
import {
	type SieveChoice,
	sieve,
	sieveRanges,
} from "../../src/search/sieve.js";
import { EDGES, HIGHEST, isPrime, reference, unpacked } from "./struck.js";

describe.each(["plain", "sieve", "sieve-fused"] as const)("%s", (name) => {
	let choice: SieveChoice;
	beforeAll(async () => {
		choice = name === "plain" ? name : compileKernel(name);
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
					const window = {
						first,
						step: modulus,
						factor,
						length: blocks * 32,
					};
					const struck = sieve(choice, window, sieveRanges(0, bound));
					expect(unpacked(struck)).toEqual(reference(window, bound));
				},
			),
			{ numRuns: 60 },
		);
	});

	test.each(EDGES.filter((edge) => edge <= HIGHEST[name]))(
		"next to %i each prime strikes candidates with a factor",
		(edge) => {
			const [low, high] = [edge - 200, Math.min(edge + 200, HIGHEST[name])];
			const factor = 2n ** 521n - 1n;
			for (let r = BigInt(low + 1); r < high; r += 2n) {
				// A window that begins where r divides p: h ≡ −3/(4·factor) (mod r), h ≡ −1/factor (mod 6).
				const h = chineseRemainder(
					[-3n * modInv(4n * factor, r), r],
					[-modInv(factor, 6n), 6n],
				);
				if (h === undefined) continue;
				const first = 4n * factor * (h + 6n * r * 5n ** 200n) + 3n;
				const window = { first, step: 24, factor, length: 32 };
				const struck = sieve(choice, window, [[low, high]])[0] as number;
				expect(struck & 1, String(r)).toBe(isPrime(r) ? 1 : 0);
			}
		},
	);

	test("large primes strike candidates with a factor where BigInt says", () => {
		fc.assert(
			fc.property(
				fc.bigInt({ min: 1n << 60n, max: (1n << 1100n) - 1n }),
				fc.oneof(
					fc.bigInt({ min: 1n << 40n, max: (1n << 1050n) - 1n }),
					fc.integer({ min: 50, max: 900 }).map((n) => (1n << BigInt(n)) - 1n),
				),
				fc
					.double({ min: 20, max: Math.log2(HIGHEST[name]), noNaN: true })
					.map((log) => 2 * Math.floor(2 ** log / 2)),
				fc.nat(63),
				(start, number, high, at) => {
					let r = BigInt(high) - 1n;
					while (!isPrime(r)) r -= 2n;
					let factor = withoutSmallFactor(number, 100);
					if (factor % r === 0n) factor = withoutSmallFactor(factor + 2n, 100);
					const h = chineseRemainder(
						[-3n * modInv(4n * factor, r), r],
						[-modInv(factor, 6n), 6n],
					) as bigint;
					const first = 4n * factor * (h + 6n * (r * start - BigInt(at))) + 3n;
					const window = { first, step: 24, factor, length: 64 };
					const low = Number(r) - 1;
					const struck = unpacked(sieve(choice, window, [[low, low + 2]]));
					// From p to q it is 1/(24·factor).
					const between = modInv(24n * factor, r);
					const expected = new Uint8Array(64);
					expected[at] = 1;
					const second = (BigInt(at) + between) % r;
					if (second < 64n) expected[Number(second)] = 1;
					expect(struck).toEqual(expected);
				},
			),
			{ numRuns: 200 },
		);
	});
});

/** The next odd number without a prime factor below the limit. */
function withoutSmallFactor(n: bigint, limit: number): bigint {
	const primes = primesUpTo(limit);
	let odd = n | 1n;
	while (smallFactor(odd, primes) !== undefined) odd += 2n;
	return odd;
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
