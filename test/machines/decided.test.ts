import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Decided, type Ranks } from "../../src/machines/decided.js";
import type { Hit } from "../../src/search/collect.js";
import { RANKS } from "../../src/search/order.js";
import type { UnitHit } from "../../src/search/unit.js";

/** Three windows with known hits, by rank; some ranks hold two. */
const world = fc.array(
	fc
		.uniqueArray(fc.nat(200), { maxLength: 6 })
		.map((candidates) =>
			candidates
				.map((candidate): UnitHit => ({ candidate, rank: rankOf(candidate) }))
				.sort((a, b) => a.rank - b.rank || a.candidate - b.candidate),
		),
	{ minLength: 3, maxLength: 3 },
);

function rankOf(candidate: number): number {
	return Math.floor((candidate * 7919) % 200) * 21_000_000;
}

function hitsIn(
	hits: readonly UnitHit[][],
	{ window, from, to }: Ranks,
): UnitHit[] {
	return (hits[window] ?? []).filter(({ rank }) => rank >= from && rank < to);
}

describe("whatever the order in which units come back, twice or late", () => {
	test("the first hits are those of the search in order", () => {
		fc.assert(
			fc.property(
				world,
				fc.integer({ min: 1, max: 5 }),
				fc.infiniteStream(fc.nat(2 ** 31 - 1)),
				(hits, wanted, stream) => {
					const below = (limit: number) =>
						(stream.next().value as number) % limit;
					const all: Hit[] = hits.flatMap((each, window) =>
						each.map(({ candidate }) => ({ window, candidate })),
					);
					if (all.length < wanted) return;
					const decided = new Decided(wanted);
					const open: Ranks[] = [];
					let steps = 0;
					while (!decided.isDone) {
						expect(steps++).toBeLessThan(5000);
						const next = open.length < 4 ? decided.next(open) : undefined;
						if (next !== undefined) {
							const length = 1 + below(2 ** 30);
							open.push({ ...next, to: Math.min(next.to, next.from + length) });
						}
						if (next === undefined || below(2) === 0) {
							// One of them comes back, and perhaps once more.
							const [one] = open.splice(below(open.length), 1);
							if (one === undefined) continue;
							decided.add(one, hitsIn(hits, one));
							if (below(3) === 0) decided.add(one, hitsIn(hits, one));
						}
						if (below(10) === 0) open.pop();
					}
					expect(decided.state.hits.slice(0, wanted)).toEqual(
						all.slice(0, wanted),
					);
					expect(decided.missing).toBe(0);
				},
			),
			{ numRuns: 300 },
		);
	});
});

test("a hit makes the ranks behind it needless, and not those before", () => {
	const decided = new Decided(1);
	decided.add({ window: 0, from: 1000, to: 2000 }, [
		{ rank: 1500, candidate: 7 },
	]);
	expect(decided.isNeedless({ window: 0, from: 2000, to: 3000 })).toBe(true);
	expect(decided.isNeedless({ window: 1, from: 0, to: 3000 })).toBe(true);
	expect(decided.isNeedless({ window: 0, from: 0, to: 1000 })).toBe(false);
	expect(decided.isDone).toBe(false);
	expect(decided.next([])).toEqual({ window: 0, from: 0, to: 1000 });
	expect(decided.next([{ window: 0, from: 0, to: 1000 }])).toBeUndefined();
	decided.add({ window: 0, from: 0, to: 1000 }, []);
	expect(decided.isDone).toBe(true);
	expect(decided.state).toEqual({
		window: 0,
		rank: 2000,
		hits: [{ window: 0, candidate: 7 }],
	});
});

test("it goes on from a state, and its windows follow each other", () => {
	const before = { window: 3, candidate: 1 };
	const start = { window: 3, rank: 5000, hits: [before] };
	const decided = new Decided(2, start);
	expect(decided.state).toEqual(start);
	expect(decided.next([])).toEqual({ window: 3, from: 5000, to: RANKS });
	decided.add({ window: 3, from: 5000, to: RANKS }, []);
	expect(decided.state).toEqual({ window: 3, rank: RANKS, hits: [before] });
	expect(decided.next([])).toEqual({ window: 4, from: 0, to: RANKS });
	expect(decided.missing).toBe(1);
});
