import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import type { Engine } from "../../src/arithmetic/engine.js";
import { frobeniusResults } from "../../src/primality/frobenius.js";
import { frobeniusElements } from "../../src/primality/frobenius-elements.js";
import { frobeniusSetup } from "../../src/primality/frobenius-setup.js";
import { SharedRounds } from "../../src/primality/shared-rounds.js";

const PRIME = (1n << 89n) - 1n;
const COMPOSITE = PRIME * (10n ** 9n + 7n);

async function rounds(n: bigint, count: number) {
	const setup = await frobeniusSetup(n, {
		engine: bigintEngine,
		random: randomBytes,
		pause: async () => {},
	});
	const elements = setup && frobeniusElements(setup, count, randomBytes);
	if (setup === undefined || elements === undefined) throw new Error(`${n}`);
	return { setup, elements };
}

describe("rounds that threads share", () => {
	test("each element is taken once, by one of them", async () => {
		const { setup, elements } = await rounds(PRIME, 6);
		const engine: Engine = { ...bigintEngine, lanes: 2 };
		const here = new SharedRounds(setup, elements);
		const there = new SharedRounds(setup, elements, here.memory);
		const finished = [];
		while (here.remain) {
			finished.push(...there.runSome(engine), ...here.runSome(engine));
		}
		expect(there.remain).toBe(false);
		expect(finished.map(({ index }) => index)).toEqual([...elements.keys()]);
		expect(finished.map(({ result }) => result)).toEqual(
			frobeniusResults(setup, elements, bigintEngine),
		);
	});

	test("one that shows n to be composite ends the rounds of all", async () => {
		const { setup, elements } = await rounds(COMPOSITE, 3);
		const here = new SharedRounds(setup, elements);
		const there = new SharedRounds(setup, elements, here.memory);
		expect(here.runSome(bigintEngine)).toEqual([
			{ index: 0, result: undefined },
		]);
		expect(there.remain).toBe(false);
	});
});
