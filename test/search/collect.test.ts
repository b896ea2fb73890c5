import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
	chooseEngine,
	type EngineChoice,
} from "../../src/arithmetic/choose-engine.js";
import {
	type CollectRequest,
	collect,
	INITIAL_STATE,
	type SearchState,
} from "../../src/search/collect.js";
import { draw, seededBytes } from "../../src/search/draw.js";
import { RANKS, randomOrder } from "../../src/search/order.js";
import { type Plan, plan } from "../../src/search/plan.js";
import { searchRanks } from "../../src/search/search-ranks.js";
import { chooseSieve, type SieveChoice } from "../../src/search/sieve.js";
import { candidate } from "../../src/search/window.js";
import { WorkerPool } from "../../src/threads/pool.js";
import { passesBailliePsw } from "../primality/baillie-psw.js";

const bigint: EngineChoice = { name: "bigint", reason: "a test asks for it" };

let engine: EngineChoice;
let compiled: SieveChoice;
let pool: WorkerPool;
beforeAll(async () => {
	engine = chooseEngine();
	compiled = chooseSieve(engine);
	pool = new WorkerPool(2);
});
afterAll(() => pool.destroy());

/** Windows that hold a few safe primes and take milliseconds; many ranks are equal. */
const small: Plan = {
	...plan(512, 2, "bigint"),
	bits: 64,
	windowLength: 2048,
	sieveBound: 512,
};

const bytesOf = seededBytes("a test", { bits: 64, generator: 2 });

function request(changes: Partial<CollectRequest> = {}): CollectRequest {
	return {
		plan: small,
		pool,
		engine: bigint,
		sieve: "plain",
		bytesOf,
		wanted: 12,
		...changes,
	};
}

/** By the definition alone: all candidates of each window in the order of their ranks. */
function expectedHits(wanted: number) {
	const hits: { window: number; candidate: number; p: bigint }[] = [];
	for (let number = 0; hits.length < wanted; number++) {
		const { window, key } = draw(small, number, bytesOf);
		const all = randomOrder(new Uint32Array(window.length / 32), key).indices;
		for (const k of all) {
			const p = candidate(window, k);
			if (passesBailliePsw(p) && passesBailliePsw((p - 1n) / 2n)) {
				hits.push({ window: number, candidate: k, p });
			}
		}
	}
	return hits.slice(0, wanted);
}

test("the safe primes of the windows, in the order of windows and ranks", async () => {
	const found = await collect(request());
	expect(found).toEqual(expectedHits(12));
	expect(found.at(-1)?.window).toBeGreaterThan(0);
});

/** What is decided below a rank of a window, by the definition. */
function stateAt(window: number, rank: number): SearchState {
	const hits = expectedHits(40)
		.filter((hit) => {
			if (hit.window !== window) return hit.window < window;
			return rankOf(window, hit.candidate) < rank;
		})
		.map(({ p: _, ...hit }) => hit);
	return { window, rank, hits };
}

function rankOf(window: number, k: number): number {
	const drawn = draw(small, window, bytesOf);
	const none = new Uint32Array(drawn.window.length / 32);
	const { indices, ranks } = randomOrder(none, drawn.key);
	return ranks[indices.indexOf(k)] as number;
}

test("from each state a search goes on to the same result, with another engine, sieve and number of threads", async () => {
	const [first] = expectedHits(1);
	const ranks = [0, 1, 2 ** 29, 2 ** 31, RANKS - 1, RANKS];
	// Exactly before and behind a safe prime.
	const at = rankOf(first?.window ?? 0, first?.candidate ?? 0);
	await using other = new WorkerPool(1);
	for (const rank of [...ranks, at, at + 1]) {
		for (const window of [0, 1]) {
			const found = await collect(
				request({
					state: stateAt(window, rank),
					pool: other,
					engine,
					sieve: compiled,
				}),
			);
			expect(found).toEqual(expectedHits(12));
		}
	}
});

test("a part of the ranks has its own hits, and the parts together have all", async () => {
	const drawn = draw(small, 0, bytesOf);
	const context = {
		pool,
		engine: bigint,
		sieve: "plain",
		clock: { report: () => {}, addTested: () => {} },
	} as never;
	const cuts = [0, 1, 2 ** 30, 2 ** 31, 3 * 2 ** 30, RANKS - 1, RANKS];
	const parts: number[] = [];
	for (const [i, from] of cuts.slice(0, -1).entries()) {
		const to = cuts[i + 1] as number;
		const decided = await searchRanks(
			drawn,
			small,
			context,
			{ from, to },
			() => {},
		);
		expect(decided.rank).toBe(to);
		parts.push(...decided.hits);
	}
	const whole = await searchRanks(drawn, small, context, {}, () => {});
	expect(parts).toEqual(whole.hits);
	expect(whole.hits.length).toBeGreaterThan(2);
});

test("what is told while a search runs never says more than is decided", async () => {
	const drawn = draw(small, 0, bytesOf);
	const ranks = randomOrder(
		new Uint32Array(drawn.window.length / 32),
		drawn.key,
	);
	const rankOf = new Map(
		Array.from(ranks.indices, (k, i) => [k, ranks.ranks[i] as number]),
	);
	const hits = expectedHits(12).filter(({ window }) => window === 0);
	await collect(
		request({
			onState: (state) => {
				if (state.window > 0) return;
				const below = hits.filter(
					(hit) => (rankOf.get(hit.candidate) ?? 0) < state.rank,
				);
				expect(state.hits.slice(0, below.length)).toEqual(
					below.map(({ window, candidate: k }) => ({ window, candidate: k })),
				);
			},
		}),
	);
});

test("an aborted search tells its last state before it rejects", async () => {
	const stop = new AbortController();
	let last: SearchState = INITIAL_STATE;
	const large = plan(1024, 2, "bigint");
	const running = collect(
		request({
			plan: large,
			bytesOf: seededBytes("a test", { bits: 1024, generator: 2 }),
			engine,
			sieve: compiled,
			wanted: 1000,
			signal: stop.signal,
			onState: (state) => {
				last = state;
				if (state.rank > 0) stop.abort(new Error("enough"));
			},
		}),
	);
	await expect(running).rejects.toThrow("enough");
	expect(last.rank).toBeGreaterThan(0);
});

test("the groups of a seed are those of the search for one group", async () => {
	const vectors: { bits: number; g: number; seed: string; p: string }[] =
		JSON.parse(readFileSync("test/vectors/seeds.json", "utf8"));
	const [vector] = vectors.filter((each) => each.bits === 512);
	if (vector === undefined) throw new Error("no vector");
	const { bits, g: generator, seed, p } = vector;
	const [found] = await collect(
		request({
			plan: plan(bits, generator, engine.name),
			engine,
			sieve: compiled,
			bytesOf: seededBytes(seed, { bits, generator }),
			wanted: 1,
		}),
	);
	expect(found?.p.toString(16)).toBe(p);
});
