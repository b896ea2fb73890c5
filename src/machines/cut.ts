import type { Construction } from "../encoding/seed.js";
import { RANKS } from "../search/order.js";
import {
	expectedTests,
	HIGHEST_BOUND,
	type Plan,
	plan,
	testMs,
} from "../search/plan.js";
import type { Unit } from "../search/unit.js";
import type { Ranks } from "./decided.js";

/** A search that is cut into units. */
export interface CutSearch
	extends Pick<Unit, "construction" | "seed" | "bits" | "generator"> {
	readonly construction: Construction;
}

// A unit of half a minute: a lost one costs little, and a queue has two messages a minute from each machine.
const TARGET_MS = 30_000;

// The part of the search that a machine is given at once is small beside all that is expected, so that none is left
// with a long unit when the others have nothing to do.
const UNITS_EACH = 16;

// A unit takes some ms at the queue (`npm run bench:queue`): shorter ones than this are not worth them.
const LEAST_MS = 500;

// Fewer tests than this are not worth a message.
const LEAST_TESTS = 64;

// Of every machine that runs WebAssembly, with fused multiply-adds or without.
const COMMON_BOUND = 2 ** HIGHEST_BOUND.integer;

/** The machines that a unit is for. */
export interface Machines {
	readonly count: number;
	/** How far the sieve of each goes. */
	readonly sieveBound: number;
}

/** The bound of a sieve where nothing is known of the machines: that of a search on one, as far as all engines go. */
export function commonBound({
	bits,
	generator,
	construction,
}: CutSearch): number {
	const { sieveBound } = plan(bits, generator, "kernel", { construction });
	return Math.min(sieveBound, COMMON_BOUND);
}

/** Cuts units of a length that suits the machines, as measured. */
export class Cutter {
	readonly #search: CutSearch;
	readonly #plans = new Map<number, Plan>();
	/** Of one machine. */
	#msPerRank: number;

	/** @param threads of a machine, for a first guess */
	constructor(search: CutSearch, threads: number) {
		this.#search = search;
		const { bits, generator, construction } = search;
		const planned = plan(bits, generator, "kernel", {
			construction,
		});
		const tests = (planned.expectedTests * planned.windowLength) / planned.gap;
		this.#msPerRank = (tests * testMs(bits, "kernel")) / RANKS / threads;
	}

	/** A machine took so long for a unit. */
	measured({ from, to }: Pick<Ranks, "from" | "to">, elapsedMs: number): void {
		const each = elapsedMs / (to - from);
		// The mean of the last few: machines differ, and a first unit includes the sieve.
		this.#msPerRank += (each - this.#msPerRank) / 4;
	}

	/**
	 * The first unit of these ranks.
	 *
	 * @param machines that work on the search: how many, and how far the sieve of each goes at least
	 * @param missing how many safe primes are still wanted
	 */
	cut(ranks: Ranks, machines: Machines, missing: number): Unit {
		const planned = this.#planOf(ranks.window, machines, missing);
		const gaps = planned.windowLength / planned.gap;
		const expected = Math.min(1, Math.max(1, missing) / gaps) * RANKS;
		const least = (LEAST_TESTS * RANKS) / (planned.expectedTests * gaps);
		const length = Math.min(
			TARGET_MS / this.#msPerRank,
			Math.max(
				LEAST_MS / this.#msPerRank,
				expected / (UNITS_EACH * machines.count),
			),
		);
		const to = ranks.from + Math.ceil(Math.max(least, length));
		return {
			...this.#search,
			...ranks,
			to: Math.min(to, ranks.to),
			sieveBound: planned.sieveBound,
		};
	}

	/** All units of a window have the same sieve, so that a machine sieves it once. */
	#planOf(window: number, machines: Machines, missing: number): Plan {
		const known = this.#plans.get(window);
		if (known !== undefined) return known;
		const { bits, generator, construction } = this.#search;
		const cheapest = plan(bits, generator, "kernel", {
			construction,
			shares: Math.max(1, missing) / machines.count,
		});
		const sieveBound = Math.min(cheapest.sieveBound, machines.sieveBound);
		const planned = {
			...cheapest,
			sieveBound,
			expectedTests: expectedTests(bits, sieveBound),
		};
		this.#plans.set(window, planned);
		return planned;
	}
}
