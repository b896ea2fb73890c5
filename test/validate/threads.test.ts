import { describe, expect, test } from "vitest";
import { chooseEngine } from "../../src/arithmetic/choose-engine.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { namedGroup } from "../../src/groups/groups.js";
import { SharedRounds } from "../../src/primality/shared-rounds.js";
import {
	type PrimalityOptions,
	startPrimalityResources,
} from "../../src/validate/primality-resources.js";
import { RoundThreads } from "../../src/validate/round-threads.js";
import { load, number } from "../vectors/groups.js";

/** A safe prime that is large enough for threads to start. */
const { p } = namedGroup("modp_3072");

/** Threads of this process, by what keeps it alive. */
function threads(): number {
	return process
		.getActiveResourcesInfo()
		.filter((resource) => resource === "MessagePort").length;
}

async function compositeness(options: PrimalityOptions, rounds = 16) {
	await using resources = await startPrimalityResources(3072, rounds, options);
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
	const bases = Array.from({ length: 8 }, (_, i) => BigInt(2 * i + 3));

	test("find a witness, and none for a prime", async () => {
		await using helpers = new RoundThreads(2);
		const help = helpers.help(chooseEngine());
		const share = new SharedRounds(p, bases);
		expect(await help?.(p, bases, share.memory)).toBeUndefined();
		expect(share.remain).toBe(false);

		const { cases } = load<{ cases: { id: string; n: string }[] }>(
			"adversarial-composites",
		);
		const n = number(cases.find(({ id }) => id === "made-2048-46")?.n ?? "");
		const large = [...bases, ...bases.map((base) => (base << 200n) + 1n)];
		const other = new SharedRounds(n, large);
		expect(large).toContain(await help?.(n, large, other.memory));
	});

	test("do not exist where there is one thread", async () => {
		await using helpers = new RoundThreads(1);
		expect(helpers.help(chooseEngine())).toBeUndefined();
	});
});
