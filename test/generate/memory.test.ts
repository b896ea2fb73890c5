import { expect, test } from "vitest";
import { costOf } from "../../bench/memory.js";

// 111 MB, since they share threads; 945 MB when each had its own. npm run bench:memory has all figures.
test("fifty calls at once take the memory of a few", () => {
	const { peak } = costOf("50 calls at once");
	expect(peak).toBeLessThan(500);
}, 120_000);
