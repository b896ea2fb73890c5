import { modInv } from "bigint-mod-arith";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compileKernel } from "../../src/arithmetic/kernel-module.js";
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
		const parts = ranges.map((range) => sieve(choice, window, [range]).slice());
		expect(parts.length).toBeGreaterThan(3);
		for (let i = 0; i < whole.length; i++) {
			const joined = parts.reduce(
				(bits, part) => bits | (part[i] as number),
				0,
			);
			expect(joined >>> 0).toBe(whole[i]);
		}
	});

	test("a long range strikes what its uneven parts strike", () => {
		const window = {
			first: 24n * 7n ** 700n + 23n,
			step: 24,
			length: 2 ** 18,
		};
		for (const low of [0, 123_456, HIGHEST[name] - 9_000_000]) {
			const cuts = [0, 2, 1_234_568, 4_194_308, 9_000_000];
			// The plain sieve is slow.
			const used = name === "plain" ? cuts.slice(0, 3) : cuts;
			const parts = used
				.slice(1)
				.map((cut, i) => [low + (used[i] as number), low + cut] as const);
			const whole = [low, low + (used.at(-1) as number)] as const;
			const struck = sieve(choice, window, [whole]).slice();
			expect(struck.some((word) => word !== 0)).toBe(true);
			expect(struck).toEqual(sieve(choice, window, parts));
		}
	});

	test.each(EDGES.filter((edge) => edge <= HIGHEST[name]))(
		"next to %i each prime strikes, and nothing else does",
		(edge) => {
			const [low, high] = [edge - 200, Math.min(edge + 200, HIGHEST[name])];
			for (let r = BigInt(low + 1); r < high; r += 2n) {
				if (r % 3n === 0n) continue;
				// A window that begins where r divides p.
				const k = modInv(24n, r);
				const first = 24n * (r * 3n ** 200n + k) - 1n;
				const window = { first, step: 24, length: 32 };
				const struck = sieve(choice, window, [[low, high]])[0] as number;
				expect(struck & 1, String(r)).toBe(isPrime(r) ? 1 : 0);
			}
		},
	);

	test("large primes strike where BigInt says, for starts that round and carry", () => {
		const power = fc.integer({ min: 60, max: 2100 }).map(BigInt);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.bigInt({ min: 1n << 60n, max: (1n << 2100n) - 1n }),
					power.map((n) => 1n << n),
					power.map((n) => (1n << n) - 1n),
					// Limbs of 2^50, the least there are, and of 2^51 − 1, the largest.
					power.map((n) => ((1n << (50n * (n / 50n))) - 1n) / (2n ** 50n - 1n)),
					power.map((n) => (2n << (50n * (n / 50n))) - 2n),
				),
				fc.integer({ min: 2, max: 255 }),
				fc.oneof(
					fc.constantFrom(...EDGES.filter((edge) => edge <= HIGHEST[name])),
					fc
						.double({ min: 20, max: Math.log2(HIGHEST[name]), noNaN: true })
						.map((log) => 2 * Math.floor(2 ** log / 2)),
				),
				fc.nat(63),
				(start, generator, high, at) => {
					const step = residueClass(generator).modulus;
					const m = BigInt(step);
					const r = primeBelow(BigInt(high));
					// X + k ≡ 1/m, so that r divides p(k), for k = at.
					const k = (((modInv(m, r) - start) % r) + r) % r;
					const first = m * (start + k + r - BigInt(at)) - 1n;
					const window = { first, step, length: 64 };
					const low = Number(r) - 1;
					const struck = unpacked(sieve(choice, window, [[low, low + 2]]));
					const inverse = modInv(m, r);
					const expected = new Uint8Array(64);
					expected[at] = 1;
					if (inverse + BigInt(at) < 64n) expected[at + Number(inverse)] = 1;
					expect(struck).toEqual(expected);
				},
			),
			{ numRuns: 300 },
		);
	});
});

test("the parts of a range join, and even those of the highest bound are not too many", () => {
	for (const [low, high] of [
		[0, 2 ** 19],
		[2 ** 19, 2 ** 36],
		[12_345_678, 2 ** 33 + 2],
	] as const) {
		const ranges = sieveRanges(low, high);
		expect(ranges[0]?.[0]).toBe(low);
		expect(ranges.at(-1)?.[1]).toBe(high);
		expect(ranges.length).toBeLessThan(20_000);
		ranges.forEach(([from, to], i) => {
			expect(to % 2).toBe(0);
			expect(to).toBeGreaterThan(from);
			expect(to - from).toBeLessThanOrEqual(2 ** 22);
			if (i > 0) expect(ranges[i - 1]?.[1]).toBe(from);
		});
	}
});

function primeBelow(n: bigint): bigint {
	let r = n - 1n - (n % 2n);
	while (!isPrime(r)) r -= 2n;
	return r;
}
