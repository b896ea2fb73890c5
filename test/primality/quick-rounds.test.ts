import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { chooseEngine, engineOf } from "../../src/arithmetic/choose-engine.js";
import { confirmedEngine } from "../../src/primality/confirmed-engine.js";
import { quickRounds } from "../../src/primality/quick-rounds.js";
import { groupVectors, load, number } from "../vectors/groups.js";

const quick = (p: bigint, rounds: number, engine = bigintEngine) =>
	quickRounds({ p, rounds, first: true }, engine, randomBytes);

test("passes safe primes and nothing else", async () => {
	const kernel = confirmedEngine(engineOf(chooseEngine()));
	const vectors = [
		...groupVectors("safe-primes"),
		...groupVectors("weak-groups"),
	];
	let composite = 0;
	for (const { id, p, facts, bits } of vectors) {
		const n = number(p);
		if (n < 1n << 64n || n % 2n === 0n || bits > 2100) continue;
		const isSafe = facts.pPrime && facts.halfPrime;
		if (!isSafe) composite++;
		expect(quick(n, 9, kernel) === undefined, id).toBe(isSafe);
	}
	expect(composite).toBeGreaterThan(10);
});

test("finds a half that was made to pass fixed bases", () => {
	const { cases } = load<{
		cases: { id: string; n: string; bits: number; expected: string }[];
	}>("adversarial-composites");
	const halves = cases
		.filter(
			({ n, bits, expected }) =>
				expected === "composite" &&
				bits > 64 &&
				bits <= 1100 &&
				!n.startsWith("-"),
		)
		.map(({ id, n }) => ({ id, n: number(n) }))
		.filter(({ n }) => n % 2n === 1n);
	expect(halves.length).toBeGreaterThan(20);
	for (const { id, n } of halves) {
		// Without the round for p, which mostly would find 2n + 1 composite.
		const part = { p: 2n * n + 1n, rounds: 30, first: false };
		const fault = quickRounds(part, bigintEngine, randomBytes);
		expect(fault, id).toMatchObject({ of: "half" });
	}
});
