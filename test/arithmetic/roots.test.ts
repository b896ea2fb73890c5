import fc from "fast-check";
import { expect, test } from "vitest";
import { inverseRoot, nearRoot } from "../../src/arithmetic/roots.js";

const degree = fc.integer({ min: 2, max: 12 });
const bits = fc.oneof(
	fc.integer({ min: 20, max: 60 }),
	fc.integer({ min: 60, max: 5000 }),
);

test("an inverse root is right but for 32 units of its last bit", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 2, max: 256 }),
			degree,
			bits,
			(base, degree, bits) => {
				const root = inverseRoot(base, degree, bits);
				const one = 1n << BigInt(degree * bits);
				const d = BigInt(degree);
				expect(BigInt(base) * (root - 32n) ** d <= one).toBe(true);
				expect(BigInt(base) * (root + 32n) ** d >= one).toBe(true);
			},
		),
		{ numRuns: 2000 },
	);
});

test("a root is right but for 4 units", () => {
	fc.assert(
		fc.property(
			fc.bigInt({ min: 1n, max: 2n ** 4096n }),
			degree,
			(x, degree) => {
				const root = nearRoot(x, degree);
				const d = BigInt(degree);
				const least = root > 4n ? root - 4n : 0n;
				expect(least ** d <= x && (root + 4n) ** d >= x).toBe(true);
			},
		),
		{ numRuns: 2000 },
	);
});
