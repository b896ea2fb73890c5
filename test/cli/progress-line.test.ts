import { expect, test } from "vitest";
import { count, describe, duration } from "../../src/cli/progress-line.js";

test.each([
	[0, "0.0 s"],
	[840, "0.8 s"],
	[9_960, "10 s"],
	[59_400, "59 s"],
	[59_600, "1 min 00 s"],
	[200_000, "3 min 20 s"],
	[3_900_000, "1 h 05 min"],
])("%i ms are %s", (ms, words) => {
	expect(duration(ms)).toBe(words);
});

test("a line holds what was done, what is to be expected, and no promise", () => {
	const progress = {
		phase: "test",
		engine: "kernel",
		tested: 1234,
		expectedTests: 2000,
		chance: 0.4605,
		elapsedMs: 61_000,
		testsPerSecond: 20,
	} as const;
	const line = describe(3072, progress);
	expect(line).toBe(
		"3072 bits: 1 min 01 s, expected 1 min 40 s, 46 % of searches end by now, 1,234 of about 2,000 tests, 20/s",
	);
	expect(describe(3072, progress, 79)).toBe(
		"3072 bits: 1 min 01 s, expected 1 min 40 s, 46 % of searches end by now",
	);
	expect(describe(3072, { ...progress, testsPerSecond: 0 })).not.toContain(
		"expected",
	);
	const longest = {
		...progress,
		elapsedMs: 9e7,
		tested: 1e7,
		expectedTests: 1e7,
		chance: 0.99,
	};
	for (let columns = 1; columns < 200; columns++) {
		for (const phase of ["sieve", "test", "verify"] as const) {
			const text = describe(16384, { ...longest, phase }, columns);
			expect(text.length).toBeLessThanOrEqual(columns);
			expect(line.includes(text) || !text.endsWith(",")).toBe(true);
		}
	}
	expect(describe(16384, longest, 79)).toMatch(/by now$/);
});

test("a long sieve says how far it is", () => {
	const progress = {
		phase: "sieve",
		engine: "kernel",
		tested: 0,
		expectedTests: 18_000,
		chance: 0,
		elapsedMs: 12_000,
		testsPerSecond: 0,
	} as const;
	expect(describe(8192, progress)).toBe("8192 bits: 12 s, sieving");
	expect(describe(8192, { ...progress, sieved: 0.999 })).toBe(
		"8192 bits: 12 s, sieving, 99 % done",
	);
});

test("counts are grouped by thousands", () => {
	expect(count(1234567.4)).toBe("1,234,567");
});
