import { WorkQueue } from "../threads/work-queue.js";
import type { Draw } from "./draw.js";
import { type FermatTask, Outcome } from "./fermat.js";
import { RANKS, type RankedOrder, randomOrder } from "./order.js";
import type { Plan } from "./plan.js";
import { PROGRESS_INTERVAL } from "./progress.js";
import {
	runToTheEnd,
	type SearchContext,
	shared,
	sieveDeep,
} from "./window-workers.js";

/** What is known of a window's candidates. */
export interface Decided {
	/** Each candidate of a lower rank is decided: 0 … 2^32, which is the whole window. */
	readonly rank: number;
	/** The indices of those that are safe primes by Fermat's test, in the order of their ranks. */
	readonly hits: readonly number[];
}

export interface RankRange {
	/** Candidates of a lower rank are left out. Default 0. */
	readonly from?: number;
	/** So are those from this rank on, up to 2^32. Default 2^32. */
	readonly to?: number;
	/** Ends the search when so many safe primes are found. Default: it does not end before. */
	readonly wanted?: number;
}

/**
 * Tests the candidates of a window in the order of their ranks. What is decided up to a rank depends on the window and
 * its key alone, not on threads, engine or the depth of the sieve.
 *
 * @param onDecided is told what is decided so far: ten times a second, and at the end, also where the search is aborted
 * @throws the signal's reason when it is aborted
 */
export async function searchRanks(
	{ window, key }: Draw,
	{ sieveBound }: Plan,
	context: SearchContext,
	{ from = 0, to = RANKS, wanted = Number.POSITIVE_INFINITY }: RankRange,
	onDecided: (decided: Decided) => void,
): Promise<Decided> {
	const { clock, engine } = context;
	clock.report("sieve");
	const struck = await sieveDeep(window, [0, sieveBound], context);
	const order = randomOrder(struck, key, { from, to });
	const outcomes = new Uint8Array(new SharedArrayBuffer(order.indices.length));
	const queue = new WorkQueue();
	const prefix = new DecidedPrefix(order, outcomes, from, to);
	const look = () => {
		const decided = prefix.advance();
		onDecided(decided);
		if (decided.hits.length >= wanted) queue.halted = true;
	};
	const timer = setInterval(() => {
		clock.report("test", queue.tested);
		look();
	}, PROGRESS_INTERVAL);
	try {
		clock.report("test");
		await runToTheEnd<FermatTask, void>(
			"fermat",
			{
				engine,
				window,
				order: shared(order.indices).buffer,
				queue: queue.memory,
				outcomes: outcomes.buffer,
			},
			{
				queue,
				places: outcomes.length,
				isDone: () => prefix.advance().hits.length >= wanted,
			},
			context,
		);
	} finally {
		clearInterval(timer);
		clock.addTested(queue.tested);
		look();
	}
	return prefix.advance();
}

/** The places before the first open one: workers take them in their order, but do not end in it. */
class DecidedPrefix {
	readonly #order: RankedOrder;
	readonly #outcomes: Uint8Array;
	readonly #from: number;
	readonly #to: number;
	readonly #hits: { rank: number; index: number }[] = [];
	#place = 0;

	constructor(
		order: RankedOrder,
		outcomes: Uint8Array,
		from: number,
		to: number,
	) {
		this.#order = order;
		this.#outcomes = outcomes;
		this.#from = from;
		this.#to = to;
	}

	/** What is decided by now. Candidates of equal rank are decided together. */
	advance(): Decided {
		const { indices, ranks } = this.#order;
		for (; this.#place < indices.length; this.#place++) {
			const outcome = Atomics.load(this.#outcomes, this.#place);
			if (outcome === Outcome.OPEN) break;
			if (outcome === Outcome.SAFE_PRIME) {
				const [rank, index] = [ranks[this.#place], indices[this.#place]];
				this.#hits.push({ rank: rank as number, index: index as number });
			}
		}
		const rank = ranks[this.#place] ?? this.#to;
		const decided = this.#hits.filter((hit) => hit.rank < rank);
		const isBegun = this.#place > 0 || indices.length === 0;
		return {
			rank: isBegun ? rank : this.#from,
			hits: decided.map(({ index }) => index),
		};
	}
}
