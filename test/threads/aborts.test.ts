import { expect, test } from "vitest";
import { tallyAborts, tallySignals } from "../stress/aborts.js";

// Node 20.20 aborted in most runs of this kind; npm run stress:aborts does it by the thousand.
test("searches stopped while their threads start end without a crash, a hang or a leak", async () => {
	const tally = await tallyAborts(process.execPath, {
		count: 100,
		perChild: 50,
	});
	expect(tally).toMatchObject({
		crashes: [],
		hangs: 0,
		faults: [],
		leakedThreads: 0,
	});
	expect(tally.aborts).toBeGreaterThanOrEqual(100);
	// Generous, as they depend on the machine's load: they notice a change of kind. The figures are in stress/aborts.ts.
	expect(tally.medianLatency).toBeLessThan(1000);
	expect(tally.grownBy).toBeLessThan(150);
}, 240_000);

test.each(["SIGINT", "SIGTERM"] as const)(
	"%s ends the command while its threads start, with the status that shells expect",
	async (signal) => {
		const ends = await tallySignals(process.execPath, signal, {
			count: 4,
			latest: 1000,
		});
		expect(ends).toEqual({ [signal === "SIGINT" ? "130" : "143"]: 4 });
	},
	60_000,
);
