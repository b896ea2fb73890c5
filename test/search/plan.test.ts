import { expect, test } from "vitest";
import { toBytes } from "../../src/arithmetic/integers.js";
import {
	MODULI_CONSTRUCTION,
	SEED_CONSTRUCTION,
} from "../../src/encoding/seed.js";
import { primesUpTo } from "../../src/primality/small-primes.js";
import { draw } from "../../src/search/draw.js";
import {
	expectedTests,
	meanGap,
	plan,
	worthwhileThreads,
} from "../../src/search/plan.js";
import { residueClass } from "../../src/search/residue-class.js";
import { candidate } from "../../src/search/window.js";

test.each([
	// Computed from 1.781·ln B / ln q for q and p (Wiener 2003).
	[2 ** 20, 3300],
	[2 ** 24, 2294],
	[2 ** 27, 1814],
	[2 ** 28, 1686],
])("2048 bits sieved to %i need about %i tests", (bound, tests) => {
	expect(expectedTests(2048, bound) / tests).toBeCloseTo(1, 1);
});

test.each([2, 3, 5, 7, 11, 30])(
	"safe primes of the class of g = %i are as dense as the plan says",
	(generator) => {
		const group = residueClass(generator);
		const primes = primesUpTo(2 ** 22);
		const isPrime = new Set(primes);
		const found = primes.filter(
			(p) =>
				p > 2 ** 21 &&
				p % group.modulus === group.residue &&
				isPrime.has((p - 1) / 2),
		).length;
		const candidates = 2 ** 21 / group.modulus;
		expect(candidates / found / meanGap(22, group)).toBeGreaterThan(0.85);
		expect(candidates / found / meanGap(22, group)).toBeLessThan(1.15);
	},
);

test.each([512, 1024, 2048, 4096, 8192, 16384])(
	"the plan for %i bits keeps within the kernel's limits",
	(bits) => {
		for (const engine of ["kernel", "integer", "bigint"] as const) {
			const { sieveBound, windowLength } = plan(bits, 2, engine);
			expect(sieveBound % 2).toBe(0);
			expect(sieveBound).toBeLessThanOrEqual(
				engine === "kernel" ? 2 ** 36 : 2 ** 31,
			);
			expect(sieveBound).toBeGreaterThanOrEqual(2 ** 14);
			expect(windowLength % 32768).toBe(0);
			expect(windowLength / meanGap(bits, residueClass(2))).toBeGreaterThan(
				3.9,
			);
		}
	},
);

test("results that share a sieve are worth a deeper one, in a window of any length", () => {
	const single = plan(2048, 2, "kernel");
	expect(plan(2048, 2, "kernel", {})).toEqual(single);
	expect(
		plan(2048, 2, "kernel", { construction: SEED_CONSTRUCTION, shares: 1 }),
	).toEqual(single);
	const shared = plan(2048, 2, "kernel", {
		construction: MODULI_CONSTRUCTION,
		shares: 64,
	});
	expect(shared.windowLength / single.windowLength).toBeCloseTo(16, 0);
	expect(shared.windowLength % 32768).toBe(0);
	expect(shared.sieveBound).toBeGreaterThan(8 * single.sieveBound);
	expect(shared.sieveBound).toBeLessThanOrEqual(2 ** 36);
	expect(shared.expectedTests).toBeLessThan(0.85 * single.expectedTests);
});

test("8192 bits are sieved beyond 2^31", () => {
	expect(plan(8192, 2, "kernel").sieveBound).toBeGreaterThan(2 ** 33);
});

test.each(["lowest", "highest"])(
	"the %s start keeps all candidates at the exact size and in the class",
	(which) => {
		for (const generator of [2, 3, 5, 255]) {
			const planned = plan(512, generator, "bigint");
			const { modulus, residue } = planned.residueClass;
			// All candidates of this size but the last of a window can be its start.
			const size = (1n << 511n) / BigInt(modulus);
			const starts = size - BigInt(planned.windowLength);
			const bytes = (_: number, length: number) =>
				which === "lowest"
					? new Uint8Array(length)
					: Buffer.concat([toBytes(starts, length - 32), Buffer.alloc(32)]);
			const { window } = draw(planned, 0, bytes);
			for (const k of [0, window.length - 1]) {
				const p = candidate(window, k);
				expect(p >> 511n).toBe(1n);
				expect(p % BigInt(modulus)).toBe(BigInt(residue));
			}
			const end = which === "lowest" ? 1n << 511n : 1n << 512n;
			const outermost = candidate(
				window,
				which === "lowest" ? 0 : window.length,
			);
			expect(outermost - end).toBeLessThan(2n * BigInt(modulus));
			expect(outermost - end).toBeGreaterThan(-2n * BigInt(modulus));
		}
	},
);

test("no more threads than shorten the search", () => {
	expect(worthwhileThreads(2048, 2)).toBe(2);
	expect(worthwhileThreads(8192, 128)).toBe(128);
	// A thread costs some ms to start: 128 of them would take longer to start than a search of 1024 bits takes.
	expect(worthwhileThreads(1024, 128)).toBeLessThan(32);
	expect(worthwhileThreads(512, 128)).toBeGreaterThanOrEqual(1);
});
