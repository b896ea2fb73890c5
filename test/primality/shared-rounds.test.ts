import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import type { Engine } from "../../src/arithmetic/engine.js";
import { SharedRounds } from "../../src/primality/shared-rounds.js";

const PRIME = (1n << 89n) - 1n;
const COMPOSITE = PRIME * ((1n << 61n) - 1n);

describe("rounds that threads share", () => {
	test("each base is taken once, by one of them", () => {
		const bases = Array.from({ length: 7 }, (_, i) => BigInt(i + 2));
		const taken: bigint[] = [];
		const engine: Engine = {
			...bigintEngine,
			lanes: 2,
			powers: (powers) => {
				taken.push(...powers.map(({ base }) => base));
				return bigintEngine.powers(powers);
			},
		};
		const here = new SharedRounds(PRIME, bases);
		const there = new SharedRounds(PRIME, bases, here.memory);
		while (here.remain) {
			expect(there.runSome(engine)).toBeUndefined();
			expect(here.runSome(engine)).toBeUndefined();
		}
		expect(there.remain).toBe(false);
		expect(taken).toEqual(bases);
	});

	test("a witness ends the rounds of all", () => {
		const bases = [2n, 3n, 5n, 7n];
		const here = new SharedRounds(COMPOSITE, bases);
		const there = new SharedRounds(COMPOSITE, bases, here.memory);
		expect(here.runSome(bigintEngine)).toBe(2n);
		expect(there.remain).toBe(false);
	});
});
