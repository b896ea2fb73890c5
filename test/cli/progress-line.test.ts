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
	expect(describe(3072, progress)).toBe(
		"3072 bits: 1,234 tested, 20/s, 1 min 01 s; mean for one: 2,000 tests, 1 min 40 s; chance to be done by now: 46 %",
	);
	expect(describe(3072, { ...progress, testsPerSecond: 0 })).toContain(
		"2,000 tests, unknown",
	);
});

test("counts are grouped by thousands", () => {
	expect(count(1234567.4)).toBe("1,234,567");
});
