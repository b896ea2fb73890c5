import { expect, test } from "vitest";
import { costOf } from "../../bench/memory.js";

// They share threads; with threads of its own, each took some 20 MB more. npm run bench:memory has the figures.
test("fifty calls at once take the memory of a few", () => {
	const { peak } = costOf("50 calls at once");
	expect(peak).toBeLessThan(500);
}, 120_000);
