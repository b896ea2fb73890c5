import { modPow } from "bigint-mod-arith";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MontgomeryModulus } from "../../src/arithmetic/montgomery-power.js";
import { hardPower } from "./hard-numbers.js";

test("agrees with modPow for every small modulus, base and exponent", () => {
	for (let modulus = 3n; modulus < 60n; modulus += 2n) {
		const powers = new MontgomeryModulus(modulus);
		for (let base = 0n; base < modulus; base++) {
			for (let exponent = 0n; exponent < 40n; exponent++) {
				expect(
					powers.power(base, exponent),
					`${base}^${exponent} mod ${modulus}`,
				).toBe(modPow(base, exponent, modulus));
			}
		}
	}
});

test("agrees with modPow on numbers that carry, and on powers of two", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 2, max: 700 }),
			fc.infiniteStream(fc.nat({ max: 2 ** 31 - 1 })),
			(bits, stream) => {
				const below = (limit: number) =>
					(stream.next().value as number) % limit;
				const { base, exponent, modulus } = hardPower(bits, 200, below);
				if (modulus < 3n) return;
				const powers = new MontgomeryModulus(modulus);
				expect(powers.power(base, exponent)).toBe(
					modPow(base, exponent, modulus),
				);
				expect(powers.power(2n % modulus, exponent)).toBe(
					modPow(2n, exponent, modulus),
				);
			},
		),
		{ numRuns: 500 },
	);
});

test("agrees with modPow at whole digits and beside them, for the least and the greatest moduli of a size", () => {
	for (const bits of [63, 64, 65, 127, 128, 129, 192, 1023, 1024, 1025, 2048]) {
		const top = 1n << BigInt(bits);
		for (const modulus of [top - 1n, top - 3n, top / 2n + 1n, top / 2n + 3n]) {
			const powers = new MontgomeryModulus(modulus);
			for (const base of [2n, 3n, modulus - 1n, modulus - 2n, modulus / 2n]) {
				for (const exponent of [1n, 2n, 31n, modulus >> BigInt(bits - 40)]) {
					expect(
						powers.power(base, exponent),
						`${base}^${exponent} mod ${modulus}`,
					).toBe(modPow(base, exponent, modulus));
				}
			}
		}
	}
});
