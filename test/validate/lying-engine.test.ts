import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import type { Engine } from "../../src/arithmetic/engine.js";
import { namedGroup } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";
import { confirmedEngine } from "../../src/primality/confirmed-engine.js";
import { validate } from "../../src/validate/validate.js";
import { groupVectors, load, number } from "../vectors/groups.js";

/** Engines that have passed their self-test and lie from then on. */
const LIARS: Record<string, Engine> = {
	"every power is 1, every Lucas test is passed": {
		...bigintEngine,
		name: "kernel",
		lanes: 2,
		fermat: (candidates) => candidates.map(() => true),
		powers: (powers) => powers.map(() => 1n),
		lucas: ({ parameter }) => [2n, parameter],
	},
	"every power is −1": {
		...bigintEngine,
		powers: (powers) => powers.map(({ modulus }) => modulus - 1n),
		lucas: ({ parameter }) => [2n, parameter],
	},
	"every power is 1 from the third on": {
		...bigintEngine,
		powers: (() => {
			let calls = 0;
			return (powers) =>
				calls++ < 1 ? bigintEngine.powers(powers) : powers.map(() => 1n);
		})(),
	},
};

const OPTIONS = { minBits: 1, policy: "openssl-level-0" };

interface Case {
	readonly id: string;
	readonly params: DhParams;
}

const { cases } = load<{
	cases: { id: string; n: string; bits: number; expected: string }[];
}>("adversarial-composites");
const COMPOSITE: Case[] = [
	...cases
		.filter(
			({ n, bits, expected }) =>
				expected === "composite" && bits <= 768 && !n.startsWith("-"),
		)
		// A number up to 2^10 is decided by trial division.
		.map(({ id, n }) => ({
			id,
			params: new DhParams({ p: number(n), g: 4n }),
		})),
	// p prime and q composite, q prime and p composite, subgroups that are not what they claim.
	...groupVectors("weak-groups")
		.filter(
			({ p, g, q, bits }) =>
				bits <= 768 && [p, g, q ?? "2"].every((n) => number(n) >= 0n),
		)
		.map(({ id, p, g, q }) => ({
			id,
			params: new DhParams({
				p: number(p),
				g: number(g),
				...(q === undefined ? {} : { q: number(q) }),
			}),
		})),
];

describe.each(Object.entries(LIARS))("an engine that lies: %s", (_, liar) => {
	const engine = confirmedEngine(liar);

	test("has nothing accepted that BigInt rejects", async () => {
		let rejected = 0;
		for (const { id, params } of COMPOSITE) {
			const honest = await validate(params, {
				...OPTIONS,
				engine: bigintEngine,
				rounds: 1,
			});
			if (honest.verdict !== "reject") continue;
			rejected++;
			// That a lie is noticed and ends the validation is as good as a rejection.
			const verdict = await validate(params, { ...OPTIONS, engine, rounds: 1 })
				.then((report) => report.verdict)
				.catch((error: Error) => error.name);
			expect(["reject", "UnconfirmedResultError"], id).toContain(verdict);
		}
		expect(rejected).toBeGreaterThan(20);
	}, 60_000);

	test("nor a composite half of p, which decides whether p is safe", async () => {
		for (const id of ["prime-not-safe-1024"]) {
			const vector = groupVectors("weak-groups").find((v) => v.id === id);
			const params = new DhParams({ p: number(vector?.p ?? ""), g: 2n });
			const verdict = await validate(params, { ...OPTIONS, engine, rounds: 4 })
				.then((report) => report.verdict)
				.catch((error: Error) => error.name);
			expect(["reject", "UnconfirmedResultError"], id).toContain(verdict);
		}
	});

	test("nor a generator of a wrong order", async () => {
		const { p, q = 0n, g } = namedGroup("dh_1024_160");
		const params = new DhParams({ p, q, g: g + 1n });
		const verdict = await validate(params, { ...OPTIONS, engine, rounds: 4 })
			.then((report) => report.verdict)
			.catch((error: Error) => error.name);
		expect(["reject", "UnconfirmedResultError"]).toContain(verdict);
	});
});
