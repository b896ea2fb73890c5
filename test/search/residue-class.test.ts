import { modPow } from "bigint-mod-arith";
import { expect, test } from "vitest";
import { InvalidArgumentError } from "../../src/errors.js";
import { primesUpTo } from "../../src/primality/small-primes.js";
import { residueClass } from "../../src/search/residue-class.js";

test.each([
	[2, 24, 23],
	[3, 12, 11],
	[5, 60, 59],
])("generator %i has OpenSSL's class", (generator, modulus, residue) => {
	expect(residueClass(generator)).toMatchObject({ modulus, residue });
});

test("every generator has order q modulo the safe primes of its class", () => {
	const primes = new Set(primesUpTo(60_000));
	const safePrimes = [...primes].filter(
		(p) => p > 7 && primes.has((p - 1) / 2),
	);
	for (let g = 2; g <= 255; g++) {
		const { modulus, residue } = residueClass(g);
		const ofClass = safePrimes.filter(
			(p) => p % modulus === residue && (g * g - 1) % p !== 0 && g % p !== 0,
		);
		for (const p of ofClass) {
			expect(modPow(g, (p - 1) / 2, p), `${g} modulo ${p}`).toBe(1n);
		}
		if (modulus <= 120) expect(ofClass.length).toBeGreaterThan(0);
	}
});

test.each([0, 1, -2, 2.5, 256, Number.NaN])("refuses generator %d", (g) => {
	expect(() => residueClass(g)).toThrow(InvalidArgumentError);
});
