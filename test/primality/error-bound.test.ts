import { describe, expect, test } from "vitest";
import { primesUpTo } from "../../src/primality/small-primes.js";
import { rounds } from "../../src/search/evidence.js";
import { residueClass } from "../../src/search/residue-class.js";

/**
 * The bound of docs/search.md, written down again from the sources: theorem 2 of Damgård, Landrock and Pomerance over
 * all primes of k bits, times those primes for one that a search can hand out, times what its window favours it by.
 */
function errorExponent(bits: number, g: number, t: number): number {
	const k = bits - 1;
	const theorem = k ** 1.5 * 2 ** t * t ** -0.5;
	const primes = 1 / (k * Math.LN2);
	// Hardy and Littlewood's density of q with 2q + 1, and the one class in r − 2 of each odd prime r of the modulus,
	// one in two of the modulus 8; the factor 3 allows one class only.
	const { modulus } = residueClass(g);
	const odd = primesUpTo(255).filter((r) => r > 3 && modulus % r === 0);
	const classes = odd.reduce((n, r) => n * (r - 2), modulus % 8 === 0 ? 2 : 1);
	const safe = 1.3203236 / (k * Math.LN2) ** 2 / classes;
	return (
		Math.log2(theorem) +
		2 * (2 - Math.sqrt(t * k)) +
		Math.log2(primes / safe) +
		Math.log2(4 / (1 - Math.exp(-4)))
	);
}

const SIZES = [
	...Array.from({ length: 1700 }, (_, i) => 512 + i),
	...[3072, 4096, 6144, 8192, 10_000, 16_384],
];

describe("rounds for what a search finds", () => {
	test.each([2, 3, 5, 11, 30, 210, 251, 254])(
		"leave an error below 2^-128 with g = %i, and one fewer would not",
		(g) => {
			for (const bits of SIZES) {
				const t = rounds(bits, g);
				// The theorem holds for 3 ≤ t ≤ k/9.
				expect(t).toBeGreaterThanOrEqual(3);
				expect(t).toBeLessThanOrEqual((bits - 1) / 9);
				expect(errorExponent(bits, g, t), `${bits} bits`).toBeLessThan(-128);
				if (t > 3) {
					// Half a bit for what the test rounds otherwise.
					expect(errorExponent(bits, g, t - 1)).toBeGreaterThan(-128.5);
				}
			}
		},
	);

	test("are more than the theorem asks for uniform odd numbers", () => {
		const figures = [512, 1024, 1536, 2048, 3072].map((n) => rounds(n, 2));
		expect(figures).toEqual([14, 7, 5, 4, 3]);
	});
});
