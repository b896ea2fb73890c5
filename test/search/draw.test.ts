import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bitLength } from "../../src/arithmetic/integers.js";
import { draw } from "../../src/search/draw.js";
import { plan } from "../../src/search/plan.js";
import { candidate, indexOf } from "../../src/search/window.js";

// Primes of the sizes that a certificate's factor has for 512 and 1024 bits: 2^255 + 95 and 2^521 − 1.
const FACTORS = [2n ** 255n + 95n, 2n ** 521n - 1n] as const;

test("with a factor, each candidate has the size, the class and the factor", () => {
	fc.assert(
		fc.property(
			fc.constantFrom([512, FACTORS[0]] as const, [1024, FACTORS[1]] as const),
			fc.integer({ min: 2, max: 255 }),
			fc.constantFrom("random", "lowest", "highest"),
			([bits, factor], generator, kind) => {
				const planned = plan(bits, generator, "kernel");
				const bytesOf = (_: number, length: number) =>
					kind === "random"
						? randomBytes(length)
						: new Uint8Array(length).fill(kind === "lowest" ? 0 : 255);
				const { window } = draw(planned, 0, bytesOf, factor);
				const { modulus } = planned.residueClass;
				for (const index of [0, 1, window.length - 1]) {
					const p = candidate(window, index);
					expect(indexOf(window, p)).toBe(index);
					expect(bitLength(p)).toBe(bits);
					expect(p % BigInt(modulus)).toBe(BigInt(modulus - 1));
					expect(((p - 3n) / 4n) % factor).toBe(0n);
					expect((p - 3n) % 4n).toBe(0n);
				}
			},
		),
		{ numRuns: 200 },
	);
});

test("the lowest start is the least candidate of the size", () => {
	for (const factor of [undefined, FACTORS[0]]) {
		const planned = plan(512, 2, "kernel");
		const { window } = draw(planned, 0, (_, n) => new Uint8Array(n), factor);
		const before = candidate({ ...window, length: 1 }, -1);
		expect(bitLength(before)).toBe(511);
	}
});
