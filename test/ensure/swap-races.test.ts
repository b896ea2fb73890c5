import { expect, test } from "vitest";
import { KINDS, race } from "./races.js";

const asRoot = process.getuid?.() === 0 && process.platform === "linux";
if (!asRoot) {
	process.stderr.write(
		"\n*** SKIPPED: not root on Linux. Races with another user in that user's directory were not tested. ***\n",
	);
}

// Hundreds of tries: npm run race:ensure. Before ensure worked on open handles, half of the tries with links did harm.
test.runIf(asRoot).each(KINDS)(
	"a user who swaps things while root works (%s) changes nothing of root's",
	async (kind) => {
		const { done, refused, harm } = await race(kind, 8);
		expect(harm).toEqual([]);
		expect(done + [...refused.values()].reduce((a, b) => a + b, 0)).toBe(8);
		for (const message of refused.keys()) {
			expect(message).not.toContain("suppressed");
		}
	},
);
