import {
	type Hit,
	INITIAL_STATE,
	type SearchState,
} from "../search/collect.js";
import { RANKS } from "../search/order.js";
import type { UnitHit } from "../search/unit.js";

/** A place in a search: a window, and a rank in it. */
export interface Position {
	readonly window: number;
	readonly rank: number;
}

/** Ranks of one window: the first, and the one behind the last. */
export interface Ranks {
	readonly window: number;
	readonly from: number;
	readonly to: number;
}

type Range = Pick<Ranks, "from" | "to">;

/** What is decided of a search whose parts come back in any order, twice, or not at all. */
export class Decided {
	/** Of each window: apart from each other, in ascending order. */
	readonly #ranges = new Map<number, readonly Range[]>();
	/** In the order of the search. */
	#hits: readonly (Hit & Position)[] = [];
	readonly #start: SearchState;
	readonly #wanted: number;

	/**
	 * @param wanted how many safe primes
	 * @param start what was decided before
	 */
	constructor(wanted: number, start: SearchState = INITIAL_STATE) {
		this.#wanted = wanted;
		this.#start = start;
		this.add({ window: start.window, from: 0, to: start.rank }, []);
	}

	/** These ranks are decided, and these are all the hits among them. */
	add({ window, from, to }: Ranks, hits: readonly UnitHit[]): void {
		if (from >= to) return;
		const ranges = this.#ranges.get(window) ?? [];
		const apart = ranges.filter((one) => one.to < from || one.from > to);
		const touching = ranges.filter((one) => one.to >= from && one.from <= to);
		const joined = {
			from: Math.min(from, ...touching.map((one) => one.from)),
			to: Math.max(to, ...touching.map((one) => one.to)),
		};
		this.#ranges.set(
			window,
			[...apart, joined].sort((a, b) => a.from - b.from),
		);
		const isKnown = ({ candidate }: UnitHit) =>
			this.#hits.some(
				(hit) => hit.window === window && hit.candidate === candidate,
			);
		const added = hits
			.map((hit) => ({ window, ...hit }))
			.filter((hit) => !isBefore(hit, this.#start) && !isKnown(hit));
		if (added.length === 0) return;
		this.#hits = [...this.#hits, ...added].sort(
			(a, b) =>
				a.window - b.window || a.rank - b.rank || a.candidate - b.candidate,
		);
	}

	/** All candidates before it are decided. */
	get end(): Position {
		let { window } = this.#start;
		for (;;) {
			const [first] = this.#ranges.get(window) ?? [];
			const rank = first?.from === 0 ? first.to : 0;
			if (rank < RANKS) return { window, rank };
			window++;
		}
	}

	/** What a search on one machine would have decided. */
	get state(): SearchState {
		const end = this.end;
		const decided = this.#hits.filter((hit) => isBefore(hit, end));
		const hits: Hit[] = decided.map(({ window, candidate }) => ({
			window,
			candidate,
		}));
		// A window that is decided to its end, and not the next one: that may never be searched.
		return end.rank === 0 && end.window > this.#start.window
			? this.#state(end.window - 1, RANKS, hits)
			: this.#state(end.window, end.rank, hits);
	}

	#state(window: number, rank: number, hits: readonly Hit[]): SearchState {
		return { window, rank, hits: [...this.#start.hits, ...hits] };
	}

	get isDone(): boolean {
		return this.state.hits.length >= this.#wanted;
	}

	/** The last hit that can be needed: candidates behind it are needless. Undefined where more hits are needed. */
	get limit(): Position | undefined {
		const needed = this.#wanted - this.#start.hits.length;
		return needed <= 0 ? this.end : this.#hits[needed - 1];
	}

	/** How many of the wanted are not found yet. */
	get missing(): number {
		return Math.max(
			0,
			this.#wanted - this.#start.hits.length - this.#hits.length,
		);
	}

	/** Is there nothing in these ranks that is open and needed? */
	isNeedless({ window, from, to }: Ranks): boolean {
		const { limit } = this;
		if (limit !== undefined && isBefore(limit, { window, rank: from }))
			return true;
		const ranges = this.#ranges.get(window) ?? [];
		return ranges.some((one) => one.from <= from && one.to >= to);
	}

	/**
	 * The first ranks that are open and needed, and in none of those that others work on; undefined where there are none.
	 * They end with their window, if not before.
	 */
	next(others: readonly Ranks[]): Ranks | undefined {
		const { limit } = this;
		for (let { window } = this.end; ; window++) {
			const taken = [
				...(this.#ranges.get(window) ?? []),
				...others.filter((one) => one.window === window),
			].sort((a, b) => a.from - b.from);
			let from = 0;
			let to = RANKS;
			for (const one of taken) {
				if (one.from > from) {
					to = one.from;
					break;
				}
				from = Math.max(from, one.to);
			}
			if (limit !== undefined && isBefore(limit, { window, rank: from }))
				return undefined;
			if (from < RANKS) return { window, from, to };
		}
	}
}

/** Does the one come before the other? Candidates of the same rank do not. */
function isBefore(a: Position, b: Position): boolean {
	return a.window < b.window || (a.window === b.window && a.rank < b.rank);
}
