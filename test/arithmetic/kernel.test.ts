import { randomInt } from "node:crypto";
import { modInv, modPow } from "bigint-mod-arith";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import type { Engine, LucasTerms, Power } from "../../src/arithmetic/engine.js";
import { passesFermat } from "../../src/arithmetic/fermat-residue.js";
import {
	IntegerKernelEngine,
	MAX_INTEGER_KERNEL_BITS,
} from "../../src/arithmetic/integer-kernel.js";
import { KernelEngine, MAX_KERNEL_BITS } from "../../src/arithmetic/kernel.js";
import { compileKernel } from "../../src/arithmetic/kernel-module.js";
import { hardLucasTerms, hardNumber, hardPower } from "./hard-numbers.js";

/** A number below an odd modulus of at most 642 bits, an exponent or index of at most 91, and the modulus. */
const moduloOdd = fc
	.tuple(
		fc.bigInt(1n, 2n ** 640n),
		fc.bigInt(0n, 2n ** 640n),
		fc.bigInt(0n, 2n ** 90n),
	)
	.map(([half, n, exponent]): [bigint, bigint, bigint] => {
		const modulus = 2n * half + 1n;
		return [n % modulus, exponent, modulus];
	});

// The largest modulus in bits, and how many bits come with a step in the limb count, which is even or a multiple of 8.
describe.each([
	{
		name: "fused multiply-adds",
		start: async () => new KernelEngine(compileKernel("power")),
		maxBits: MAX_KERNEL_BITS,
		step: 52,
	},
	{
		name: "integers",
		start: async () => new IntegerKernelEngine(compileKernel("integer-power")),
		maxBits: MAX_INTEGER_KERNEL_BITS,
		step: 104,
	},
])("the kernel of $name", ({ start, maxBits, step }) => {
	let kernel: Engine;
	beforeAll(async () => {
		kernel = await start();
	});

	describe("Fermat's test to base 2", () => {
		// Exponents of Mersenne primes, and of Mersenne numbers known to be composite.
		test.each([127, 521, 607, 1279, 2203, 3217, 4423])(
			"passes the prime 2^%i − 1",
			(exponent) => {
				expect(kernel.fermat([2n ** BigInt(exponent) - 1n])).toEqual([true]);
			},
		);

		// OEIS A001567 and A001262: what passes this test without being prime must pass here too.
		test.each([
			["Poulet numbers", [341n, 561n, 645n, 1105n, 1387n, 1729n, 1905n]],
			["Carmichael numbers", [41041n, 825265n, 321197185n, 5394826801n]],
			["Chernick's Carmichael numbers", [chernick(6n), chernick(35n)]],
			["strong pseudoprimes", [2047n, 3277n, 4033n, 4681n, 8321n, 3215031751n]],
			["Fermat numbers", [5n, 8n, 9n, 10n].map((n) => 2n ** (2n ** n) + 1n)],
			["composite Mersenne numbers", [2n ** 1277n - 1n, 2n ** 2137n - 1n]],
		])("passes %s, as pseudoprimes to base 2 do", (_, numbers) => {
			expect(kernel.fermat(numbers)).toEqual(numbers.map(() => true));
		});

		test("each lane has its own verdict", () => {
			const [prime, composite] = [2n ** 521n - 1n, 2n ** 521n + 3n];
			expect(kernel.fermat([prime, composite])).toEqual([true, false]);
			expect(kernel.fermat([composite, prime])).toEqual([false, true]);
		});

		test("batches of any length, and lanes of different lengths", () => {
			expect(kernel.fermat([])).toEqual([]);
			const numbers = [3n, 2n ** 4423n - 1n, 9n, 2n ** 127n - 1n, 25n];
			expect(kernel.fermat(numbers)).toEqual([true, true, false, true, false]);
		});
	});

	describe("the residues of Fermat's test", () => {
		test("agree with BigInt for many limb counts", () => {
			for (let bits = 1700; bits > step; bits -= step) {
				const size = bits - randomInt(step);
				const candidates = [0, 1, 2].map(() => {
					const n = hardNumber(size, randomInt);
					return n | 1n | (1n << BigInt(size - 1));
				});
				expect(kernel.fermatResidues(candidates)).toEqual(
					bigintEngine.fermatResidues(candidates),
				);
			}
		});

		test("are 2^(n − 1 + s) mod n, and show what passes", () => {
			for (const n of [2n ** 521n - 1n, 2n ** 520n + 1n]) {
				const [residue = 0n] = kernel.fermatResidues([n]);
				expect(residue).toBe(modPow(2n, n - 1n + 521n + 256n, n));
				expect(passesFermat(n, residue)).toBe(n % 4n === 3n);
			}
		});
	});

	describe("powers agree with BigInt", () => {
		test("for every limb count", () => {
			const powers: Power[] = [];
			for (let bits = maxBits; bits > step; bits -= step) {
				const size = bits - randomInt(step);
				powers.push(hardPower(size, 12, randomInt));
				powers.push(hardPower(size, 12, randomInt));
			}
			expect(kernel.powers(powers)).toEqual(bigintEngine.powers(powers));
		});

		test("for long exponents", () => {
			const powers = [190, 512, 1000, 1024, 1100].map((bits) =>
				hardPower(bits, bits, randomInt),
			);
			expect(kernel.powers(powers)).toEqual(bigintEngine.powers(powers));
		});

		test("for any odd modulus, base and exponent, in lanes of any lengths", () => {
			const power = moduloOdd.map(
				([base, exponent, modulus]): Power => ({ base, exponent, modulus }),
			);
			fc.assert(
				fc.property(fc.array(power, { maxLength: 5 }), (powers) => {
					expect(kernel.powers(powers)).toEqual(bigintEngine.powers(powers));
				}),
			);
		});

		test("where base or exponent is 0 or 1", () => {
			const powers = [0n, 1n, 2n].flatMap((base) =>
				[0n, 1n, 2n].flatMap((exponent) =>
					[3n, 2n ** 200n + 1n].map((modulus) => ({ base, exponent, modulus })),
				),
			);
			expect(kernel.powers(powers)).toEqual(bigintEngine.powers(powers));
		});

		test("at the largest modulus and beyond, and for exponents beyond any buffer", () => {
			const base = 3n;
			const powers = [
				...[maxBits, maxBits + 1].map((bits) => ({
					base,
					exponent: 65537n,
					modulus: hardNumber(bits, randomInt) | 1n,
				})),
				{ base, exponent: 2n ** 90000n, modulus: 2n ** 61n - 1n },
			];
			expect(kernel.powers(powers)).toEqual(bigintEngine.powers(powers));
		});
	});

	describe("Lucas sequences agree with BigInt", () => {
		test("for every limb count", () => {
			for (let bits = maxBits; bits > step; bits -= step) {
				const terms = hardLucasTerms(bits - randomInt(step), 12, randomInt);
				expect(kernel.lucas(terms)).toEqual(bigintEngine.lucas(terms));
			}
		});

		test("for any odd modulus, parameter and index", () => {
			const terms = moduloOdd.map(
				([parameter, index, modulus]): LucasTerms => ({
					parameter,
					index,
					modulus,
				}),
			);
			fc.assert(
				fc.property(terms, (terms) => {
					expect(kernel.lucas(terms)).toEqual(bigintEngine.lucas(terms));
				}),
			);
		});

		// With P = 1 and Q = 1 the sequence is 2, 1, −1, −2, −1, 1 over and over; with P = 2 it is 2 throughout.
		test("with sequences that are known", () => {
			const modulus = 2n ** 2048n - 1942289n;
			const parameter = 1n;
			const period = [2n, 1n, -1n, -2n, -1n, 1n];
			for (let index = 600n; index < 606n; index++) {
				const expected = [0, 1].map((more) => {
					const term = period[(Number(index) + more) % 6] as bigint;
					return term < 0n ? modulus + term : term;
				});
				const terms = { parameter, index, modulus };
				expect(kernel.lucas(terms)).toEqual(expected);
				expect(bigintEngine.lucas(terms)).toEqual(expected);
			}
			const index = modulus >> 1n;
			expect(kernel.lucas({ parameter: 2n, index, modulus })).toEqual([2n, 2n]);
		});

		test("beyond the largest modulus", () => {
			const terms = hardLucasTerms(maxBits + 1, 12, randomInt);
			expect(kernel.lucas(terms)).toEqual(bigintEngine.lucas(terms));
		});
	});
});

// Their Montgomery forms have all limbs of one kind, at the bounds of what a balanced limb of 13 bits holds.
test.each([512, 1000, 1023, 1024, 2048, 3071, 4096, 8192, 16384, 16636])(
	"the kernel of integers on %i bits squares limbs at their bounds",
	async (bits) => {
		const kernel = new IntegerKernelEngine(compileKernel("integer-power"));
		const limbs = 8 * Math.ceil((bits + 4) / 104);
		const radix = 1n << BigInt(13 * limbs);
		const all = (digit: bigint) =>
			BigInt.asUintN(bits - 1, (digit * (radix - 1n)) / 8191n);
		const digits = [4095n, 4096n, 4097n, 8191n, 1n];
		const top = 1n << BigInt(bits - 1);
		const moduli = [
			...digits.map((digit) => top | all(digit) | 1n),
			top + 1n,
			2n * top - 1n,
		];
		const powers = moduli.flatMap((modulus) =>
			digits.map((digit) => ({
				base: (all(digit) * modInv(radix % modulus, modulus)) % modulus,
				exponent: 33n,
				modulus,
			})),
		);
		expect(kernel.powers(powers)).toEqual(bigintEngine.powers(powers));
	},
);

/** Chernick: the product of 6k + 1, 12k + 1 and 18k + 1 is a Carmichael number where all three are prime. */
function chernick(k: bigint): bigint {
	return (6n * k + 1n) * (12n * k + 1n) * (18n * k + 1n);
}
