import { setImmediate } from "node:timers/promises";
import { engineOf } from "../arithmetic/choose-engine.js";
import { beginProof, confirm } from "./confirm.js";
import { type DrawBytes, draw } from "./draw.js";
import { RANKS } from "./order.js";
import { SearchClock } from "./progress.js";
import type { Found, SearchRequest } from "./search.js";
import { type Decided, searchRanks } from "./search-ranks.js";
import { candidate } from "./window.js";

/** Where a safe prime was found. */
export interface Hit {
	/** The number of the window, counted from 0. */
	readonly window: number;
	/** The index among the window's candidates. */
	readonly candidate: number;
}

/** What a search has decided: with its seed all that is needed to go on with it, on any machine. */
export interface SearchState {
	/** The window that is searched; all before it are decided. */
	readonly window: number;
	/** In this window each candidate of a lower rank is decided: 0 … 2^32. */
	readonly rank: number;
	/** The safe primes among what is decided, in the order of windows and ranks. */
	readonly hits: readonly Hit[];
}

export const INITIAL_STATE: SearchState = { window: 0, rank: 0, hits: [] };

/** Inputs of a search that can be interrupted and resumed. */
export interface CollectRequest extends SearchRequest {
	/** Where windows come from: the same bytes whenever they are asked for. */
	readonly bytesOf: DrawBytes;
	/** How many safe primes are wanted. */
	readonly wanted: number;
	/** Where to go on. */
	readonly state?: SearchState | undefined;
	/** Is told of each state, ten times a second; it may not throw. */
	readonly onState?: ((state: SearchState) => void) | undefined;
}

/**
 * Finds the first safe primes of the windows' candidates in the order of windows and ranks, and verifies them. Unlike
 * `search`, it goes on after the first, and at any moment a few numbers hold what it has decided.
 *
 * @throws {@link UnconfirmedResultError} when a result is not confirmed: the search has a bug
 */
export async function collect(request: CollectRequest): Promise<Found[]> {
	const { plan, pool, engine, sieve, signal, wanted } = request;
	const { bytesOf, chainBytes, onProgress = () => {} } = request;
	const { state = INITIAL_STATE, onState = () => {} } = request;
	const clock = new SearchClock(plan, engine, onProgress);
	const context = { pool, engine, sieve, clock, signal };
	const pause = async () => {
		await setImmediate();
		signal?.throwIfAborted();
	};
	clock.report("sieve");
	const proof =
		chainBytes && (await beginProof(plan, chainBytes, engineOf(engine), pause));
	const drawn = (window: number) => draw(plan, window, bytesOf, proof?.factor);
	let { window, rank, hits } = state;
	while (hits.length < wanted) {
		await pause();
		if (rank === RANKS) {
			window++;
			rank = 0;
		}
		const before = hits;
		const decided = await searchRanks(
			drawn(window),
			plan,
			context,
			{ from: rank, wanted: wanted - before.length },
			(decided) => onState(stateOf(window, before, decided)),
		);
		({ rank, hits } = stateOf(window, before, decided));
	}
	clock.report("verify");
	const found: Found[] = [];
	for (const hit of hits.slice(0, wanted)) {
		const p = candidate(drawn(hit.window).window, hit.candidate);
		const certificate = proof?.certificateOf(p);
		await confirm(p, plan.generator, { engine, pool, pause }, certificate);
		signal?.throwIfAborted();
		found.push({ p, ...hit, certificate });
	}
	return found;
}

function stateOf(
	window: number,
	before: readonly Hit[],
	{ rank, hits }: Decided,
): SearchState {
	const added = hits.map((candidate) => ({ window, candidate }));
	return { window, rank, hits: [...before, ...added] };
}
