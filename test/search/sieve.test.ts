import { modInv } from "bigint-mod-arith";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
	compileKernel,
	type KernelName,
} from "../../src/arithmetic/kernel-module.js";
import { residueClass } from "../../src/search/residue-class.js";
import {
	type SieveChoice,
	sieve,
	sieveRanges,
} from "../../src/search/sieve.js";
import { isPrime, reference, unpacked } from "./struck.js";

describe.each<KernelName | "plain">(["plain", "sieve", "sieve-fused"])(
	"%s",
	(name) => {
		let choice: SieveChoice;
		beforeAll(async () => {
			choice = name === "plain" ? name : await compileKernel(name);
		});

		test("strikes what BigInt strikes, for any start, class and bound", () => {
			fc.assert(
				fc.property(
					fc.oneof(
						fc.bigInt({ min: 1n << 40n, max: (1n << 2100n) - 1n }),
						// Limbs of zeros and ones.
						fc.integer({ min: 100, max: 900 }).map((n) => 1n << BigInt(n)),
						fc
							.integer({ min: 100, max: 900 })
							.map((n) => (1n << BigInt(n)) - 1n),
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
						const struck = sieve(choice, window, sieveRanges(0, bound));
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
			const struck = unpacked(sieve(choice, window, sieveRanges(0, bound)));
			expect(Buffer.from(struck).equals(reference(window, bound))).toBe(true);
		});

		test("ranges shared among several sieves strike what one does", () => {
			const window = { first: 24n * 3n ** 300n + 23n, step: 24, length: 32768 };
			const ranges = sieveRanges(0, 8_000_000);
			const whole = sieve(choice, window, ranges).slice();
			const parts = ranges.map((range) =>
				sieve(choice, window, [range]).slice(),
			);
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
				name !== "sieve-fused"
					? [2 ** 28, 2n ** 28n - 57n]
					: [2 ** 31, 2n ** 31n - 1n];
			const first = 24n * ((r * 3n ** 400n * 23n) / 24n) + 23n;
			const k = Number((((-first % r) + r) * modInv(24n, r)) % r);
			const window = {
				first: first + 24n * BigInt(k - 7),
				step: 24,
				length: 32,
			};
			const struck = sieve(choice, window, [[bound - 2 ** 16, bound]])[0];
			expect((struck as number) & (1 << 7)).not.toBe(0);
		});

		test("just below the largest bound all primes strike, and nothing else does", () => {
			const bound = name !== "sieve-fused" ? 2 ** 28 : 2 ** 31;
			const low = bound - 1024;
			for (let r = BigInt(low + 1); r < bound; r += 2n) {
				if (r % 3n === 0n) continue;
				// A window that begins where r divides p.
				const k = modInv(24n, r);
				const first = 24n * (r * 3n ** 200n + k) - 1n;
				const window = { first, step: 24, length: 32 };
				const struck = sieve(choice, window, [[low, bound]])[0] as number;
				expect(struck & 1, String(r)).toBe(isPrime(r) ? 1 : 0);
			}
		});
	},
);
