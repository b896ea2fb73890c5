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
