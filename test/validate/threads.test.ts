import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { chooseEngine, engineOf } from "../../src/arithmetic/choose-engine.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { namedGroup } from "../../src/groups/groups.js";
import { frobeniusVerdict } from "../../src/primality/frobenius.js";
import { frobeniusElements } from "../../src/primality/frobenius-elements.js";
import { frobeniusSetup } from "../../src/primality/frobenius-setup.js";
import { SharedRounds } from "../../src/primality/shared-rounds.js";
import {
	type PrimalityOptions,
	startPrimalityResources,
} from "../../src/validate/primality-resources.js";
import { RoundThreads } from "../../src/validate/round-threads.js";

/** A safe prime that is just large enough for threads to start. */
const { p } = namedGroup("modp_4096");

/** Threads of this process, by what keeps it alive. */
function threads(): number {
	return process
		.getActiveResourcesInfo()
		.filter((resource) => resource === "MessagePort").length;
}

async function compositeness(options: PrimalityOptions, rounds = 16) {
	await using resources = await startPrimalityResources(4096, rounds, options);
	return await resources.tester.safePrime(p);
}

describe("a test on several threads", () => {
	test.each([1, 2, 3])("says with %s what it says with one", async (count) => {
		const verdict = await compositeness({ threads: count });
		expect(verdict).toEqual({ p: undefined, half: undefined });
	});

	test("leaves none behind, when it ends and when it is aborted", async () => {
		const before = threads();
		await compositeness({ threads: 3 });
		expect(threads()).toBe(before);
		const signal = AbortSignal.timeout(100);
		await expect(compositeness({ threads: 3, signal }, 1000)).rejects.toThrow();
		expect(threads()).toBe(before);
	});

	test("needs at least one", async () => {
		for (const count of [0, 1.5, Number.NaN]) {
			await expect(compositeness({ threads: count })).rejects.toThrow(
				InvalidArgumentError,
			);
		}
	});
});

describe("another thread's rounds", () => {
	test("are those that it takes, all if no other thread takes one", async () => {
		await using helpers = new RoundThreads(2);
		const choice = chooseEngine();
		const help = helpers.help(choice);
		const q = (p - 1n) / 2n;
		for (const n of [q, p * (10n ** 9n + 9n)]) {
			const setup = await frobeniusSetup(n, {
				engine: engineOf(choice),
				random: randomBytes,
				pause: async () => {},
			});
			const elements = setup && frobeniusElements(setup, 3, randomBytes);
			if (setup === undefined || elements === undefined) throw new Error();
			const share = new SharedRounds(setup, elements);
			const finished = (await help?.(setup, elements, share.memory)) ?? [];
			expect(share.remain).toBe(false);
			const results = finished.map(({ result }) => result);
			expect(frobeniusVerdict(setup, results)).toBe(
				n === q ? "passes" : "composite",
			);
			if (n === q) expect(results).toHaveLength(4);
		}
	});

	test("do not exist where there is one thread", async () => {
		await using helpers = new RoundThreads(1);
		expect(helpers.help(chooseEngine())).toBeUndefined();
	});
});
