import { randomInt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { QueueError } from "../../src/errors.js";
import { coordinate } from "../../src/machines/coordinator.js";
import type { Incident } from "../../src/machines/coordinator-request.js";
import type { CutSearch } from "../../src/machines/cut.js";
import type { UnitRecord } from "../../src/machines/unit-record.js";
import type { UnitHit } from "../../src/search/unit.js";
import {
	type Behaviour,
	honestResult,
	TestQueue,
	type World,
} from "./test-queue.js";

const search: CutSearch = {
	construction: "gen-dhparams moduli seed 1",
	seed: "a test",
	bits: 2048,
	generator: 2,
};

const hits = fc
	.uniqueArray(fc.nat(2 ** 20), { minLength: 4, maxLength: 12 })
	.map((candidates) =>
		candidates
			.map(
				(candidate): UnitHit => ({
					candidate,
					rank: (candidate * 2654435761) % 2 ** 32,
				}),
			)
			.sort((a, b) => a.rank - b.rank),
	);
const worlds: fc.Arbitrary<World> = fc.array(hits, {
	minLength: 3,
	maxLength: 3,
});

interface Outcome {
	readonly hits: readonly { window: number; candidate: number }[];
	readonly incidents: readonly Incident[];
	readonly records: readonly UnitRecord[];
	readonly refused: ReadonlySet<string>;
	readonly begun: number;
}

/** Runs a search with these machines and one of its own, which is honest. */
async function run(
	world: World,
	wanted: number,
	machines: Readonly<Record<string, Behaviour>>,
	{
		records = [],
		withOwn = true,
	}: { records?: readonly UnitRecord[]; withOwn?: boolean } = {},
): Promise<Outcome> {
	const queue = new TestQueue(world);
	const own = {
		name: "own",
		threads: 2,
		sieveBound: 2 ** 36,
		version: "0.1.0",
	};
	if (withOwn) queue.join("own");
	for (const [name, behave] of Object.entries(machines))
		queue.join(name, behave);
	const incidents: Incident[] = [];
	const noted: UnitRecord[] = [];
	const { hits } = await coordinate(queue, {
		search,
		wanted,
		own,
		records,
		recompute: async (unit, part) =>
			honestResult(world, { ...unit, ...part }, [part]),
		onIncident: (incident) => incidents.push(incident),
		onRecord: async (record) => {
			noted.push(record);
		},
		signal: AbortSignal.timeout(20_000),
	});
	return {
		hits: hits.slice(0, wanted),
		incidents,
		records: noted,
		refused: queue.refused,
		begun: queue.begun,
	};
}

function firstHits(world: World, wanted: number) {
	return world
		.flatMap((each, window) =>
			each.map(({ candidate }) => ({ window, candidate })),
		)
		.slice(0, wanted);
}

const honest: Behaviour = (_, result) => result;
const NEVER_CHANGES: Readonly<
	Record<string, Readonly<Record<string, Behaviour>>>
> = {
	"one machine": {},
	"four machines": { a: honest, b: honest, c: honest },
	"one that dies at half of its units": {
		a: halfTheTime(() => undefined),
	},
	"one that fails now and then": {
		a: halfTheTime(() => new Error("out of memory")),
	},
	"one that fails always": { a: () => new Error("out of memory") },
};

function halfTheTime(behave: Behaviour): Behaviour {
	return (unit, result) => (randomInt(2) === 0 ? behave(unit, result) : result);
}

/** Results that no honest machine sends. */
const WRONG: Readonly<Record<string, Behaviour>> = {
	"finds nothing": (_, result) => ({
		...result,
		hits: [],
		digests: result.digests.map(() => "0123456789abcdef"),
	}),
	"claims a prime in each unit": (unit, result) => ({
		...result,
		hits: [{ rank: unit.from, candidate: 5 }],
	}),
	"claims a prime at a lower rank": (unit, result) => ({
		...result,
		hits: result.hits.map((hit, i) =>
			i === 0 ? { ...hit, rank: unit.from } : hit,
		),
		digests: result.digests.map(() => "0123456789abcdef"),
	}),
	"sends a number": () => 5,
	"sends null": () => null,
	"sends an empty object": () => ({}),
	"sends too few digests": (_, result) => ({
		...result,
		digests: result.digests.slice(1),
	}),
	"sends hits of other ranks": (unit, result) => ({
		...result,
		hits: [{ rank: unit.to, candidate: 5 }],
	}),
	"sends hits out of order": (unit, result) => ({
		...result,
		hits: [
			{ rank: unit.to - 1, candidate: 5 },
			{ rank: unit.from, candidate: 6 },
		],
	}),
	"sends a candidate outside the window": (unit, result) => ({
		...result,
		hits: [{ rank: unit.from, candidate: 2 ** 40 }],
	}),
	"sends fractions": (unit, result) => ({
		...result,
		hits: [{ rank: unit.from + 0.5, candidate: 1 }],
	}),
	"sends other fields": (_, result) => ({ ...result, __proto__x: 1 }),
	"counts below zero": (_, result) => ({ ...result, tested: -1 }),
};

describe("the result is that of one machine", () => {
	test.each(Object.entries(NEVER_CHANGES))("with %s", async (_, machines) => {
		await fc.assert(
			fc.asyncProperty(
				worlds,
				fc.integer({ min: 1, max: 10 }),
				async (world, wanted) => {
					const { hits } = await run(world, wanted, machines);
					expect(hits).toEqual(firstHits(world, wanted));
				},
			),
			{ numRuns: 5 },
		);
	});

	test.each(Object.entries(WRONG))(
		"with a machine that %s",
		async (_, behave) => {
			await fc.assert(
				fc.asyncProperty(
					worlds,
					fc.integer({ min: 1, max: 10 }),
					async (world, wanted) => {
						const { hits, incidents, refused, records } = await run(
							world,
							wanted,
							{
								wrong: behave,
							},
						);
						expect(hits).toEqual(firstHits(world, wanted));
						if (!refused.has("wrong")) return;
						expect(
							incidents.some(({ message }) => message.includes("wrong")),
						).toBe(true);
						expect(
							records.filter(({ machine }) => machine.name === "wrong"),
						).toEqual([]);
					},
				),
				{ numRuns: 5 },
			);
		},
	);

	test("with a machine that is right at first, as soon as it is caught", async () => {
		// 16 windows without a hit, then one: it is caught within a few dozen units.
		const world: World = [...Array(16).fill([]), [{ rank: 5, candidate: 1 }]];
		let calls = 0;
		const { hits, refused, incidents } = await run(world, 1, {
			wrong: (_, result) =>
				calls++ < 3
					? result
					: {
							...result,
							hits: [],
							digests: result.digests.map(() => "0123456789abcdef"),
						},
		});
		expect(hits).toEqual([{ window: 16, candidate: 1 }]);
		expect(refused).toEqual(new Set(["wrong"]));
		expect(incidents.some(({ kind }) => kind === "wrong")).toBe(true);
	});
});

test("each unit is done about once, and none behind the last hit that is needed", async () => {
	const world: World = [[{ rank: 2 ** 31, candidate: 9 }]];
	const { begun, records } = await run(world, 1, { a: honest, b: honest });
	expect(begun - records.length).toBeLessThan(12);
	for (const { unit } of records) expect(unit.window).toBeLessThan(2);
});

test("units that were done before are not handed out again", async () => {
	const world: World = [[{ rank: 2 ** 31, candidate: 9 }]];
	const first = await run(world, 1, {});
	const again = await run(world, 1, {}, { records: first.records });
	expect(again.hits).toEqual(first.hits);
	expect(again.begun).toBe(0);
	// Any of them can be missing.
	const some = first.records.filter((_, i) => i % 3 !== 1);
	const rest = await run(world, 1, {}, { records: some });
	expect(rest.hits).toEqual(first.hits);
	expect(rest.begun).toBeGreaterThan(0);
});

test.each([1, 6])(
	"a unit that none of %i machines can do ends the search",
	async (count) => {
		const fails: Behaviour = (unit, result) =>
			unit.window === 0 && unit.from === 0 ? new Error("no space") : result;
		const names = Array.from({ length: count }, (_, i) => [`m${i}`, fails]);
		const machines = { ...Object.fromEntries(names), own: fails };
		await expect(run([[]], 1, machines, { withOwn: false })).rejects.toThrow(
			/^A unit failed \d+ times on \d machines?, .*no space/,
		);
	},
);

test("a search ends whose machines send results without a name", async () => {
	const queue = new TestQueue([[]]);
	queue.join("");
	await expect(
		coordinate(queue, {
			search,
			wanted: 1,
			own: { name: "own", threads: 2, sieveBound: 2 ** 36, version: "0.1.0" },
			recompute: async () => {
				throw new Error("nothing is to be computed");
			},
			signal: AbortSignal.timeout(20_000),
		}),
	).rejects.toThrow(/^A unit failed 30 times on 1 machine/);
});

test("a machine that cannot do anything ends its own search", async () => {
	await expect(
		run([[]], 1, { own: () => new Error("no memory") }, { withOwn: false }),
	).rejects.toThrow(QueueError);
});

test("a connection that is lost and comes back is reported in words", async () => {
	const world: World = [[{ rank: 2 ** 30, candidate: 9 }]];
	const queue = new TestQueue(world);
	const own = queue.join("own");
	const events = queue.events.bind(queue);
	queue.events = async function* (signal) {
		yield { kind: "connection", isUp: false, reason: "It is down." };
		yield { kind: "connection", isUp: true, reason: "" };
		yield* events(signal);
	};
	const incidents: Incident[] = [];
	await coordinate(queue, {
		search,
		wanted: 1,
		own,
		recompute: async (unit, part) =>
			honestResult(world, { ...unit, ...part }, [part]),
		onIncident: (incident) => incidents.push(incident),
		signal: AbortSignal.timeout(20_000),
	});
	expect(incidents.map(({ message }) => message)).toEqual([
		"It is down.",
		"The queue answers again.",
	]);
});

test("events that make no sense are passed over", async () => {
	const world: World = [[{ rank: 2 ** 30, candidate: 9 }]];
	const queue = new TestQueue(world);
	const own = queue.join("own");
	const events = queue.events.bind(queue);
	queue.events = async function* (signal) {
		const nonsense = [null, 5, "x", [], {}, { ...search }, { bits: "2048" }];
		for (const unit of nonsense) {
			yield { kind: "result", unit, result: unit, machine: unit, elapsedMs: 1 };
			yield { kind: "failed", unit, machine: unit, reason: "x" };
			yield { kind: "machines", machines: [unit] };
		}
		yield* events(signal);
	};
	const { hits } = await coordinate(queue, {
		search,
		wanted: 1,
		own,
		recompute: async (unit, part) =>
			honestResult(world, { ...unit, ...part }, [part]),
		signal: AbortSignal.timeout(20_000),
	});
	expect(hits).toEqual([{ window: 0, candidate: 9 }]);
});
