import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { engineOf } from "../arithmetic/choose-engine.js";
import { PROVABLE_CONSTRUCTION } from "../encoding/seed.js";
import { WorkQueue } from "../threads/work-queue.js";
import { beginProof } from "./confirm.js";
import { chainBytes, type Draw, draw, seededBytes } from "./draw.js";
import { type FermatTask, Outcome } from "./fermat.js";
import { type RankedOrder, randomOrder } from "./order.js";
import type { Plan } from "./plan.js";
import { PROGRESS_INTERVAL, type Progress, SearchClock } from "./progress.js";
import type { Unit, UnitHit, UnitResult } from "./unit.js";
import type { Window } from "./window.js";
import {
	runToTheEnd,
	type SearchContext,
	shared,
	sieveDeep,
} from "./window-workers.js";

// A check of one part by another machine costs 1/64 of the unit.
const PARTS = 64;

/** Each part of a unit has a digest of its own, so that another machine can check one without the others. */
export interface UnitPart {
	/** Its first rank. */
	readonly from: number;
	/** The rank behind its last one. */
	readonly to: number;
}

/** The ranks of a unit in 64 parts of equal length, give or take one; fewer where there are fewer ranks. */
export function partsOf({ from, to }: UnitPart): UnitPart[] {
	const count = Math.min(PARTS, to - from);
	const bound = (i: number) => from + Math.floor(((to - from) * i) / count);
	return Array.from({ length: count }, (_, i) => ({
		from: bound(i),
		to: bound(i + 1),
	}));
}

/** A window with what the sieve left over, in its order: for the next unit of the same window. */
interface Sieved {
	readonly window: Window;
	readonly order: RankedOrder;
}

/** What a unit of work is done with. */
export interface UnitResources extends Omit<SearchContext, "clock"> {
	/** What has a digest each. Default: `partsOf` the unit. */
	readonly parts?: readonly UnitPart[] | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Does units of work, and keeps the sieve of the last window: units of one window mostly follow each other. */
export class UnitSearch {
	#latest:
		| { readonly id: string; readonly sieved: Promise<Sieved> }
		| undefined;

	/**
	 * @param plan of the unit's search, with the unit's bound
	 * @throws the signal's reason when it is aborted
	 */
	async run(
		unit: Unit,
		plan: Plan,
		{
			onProgress = () => {},
			parts = partsOf(unit),
			...resources
		}: UnitResources,
	): Promise<UnitResult> {
		const clock = new SearchClock(plan, resources.engine, onProgress);
		const context = { ...resources, clock };
		const { window, order: all } = await this.#sieved(unit, plan, context);
		const order = between(all, unit);
		const { outcomes, residues } = await test({ window, order }, context);
		const hits: UnitHit[] = [];
		outcomes.forEach((outcome, place) => {
			if (outcome !== Outcome.SAFE_PRIME) return;
			const [rank, candidate] = [order.ranks[place], order.indices[place]];
			hits.push({ rank: rank as number, candidate: candidate as number });
		});
		return {
			tested: outcomes.length,
			hits,
			digests: digestsOf(parts, order.ranks, residues),
		};
	}

	/** Units of one window that are done at once wait for one sieve. */
	async #sieved(
		unit: Unit,
		plan: Plan,
		context: SearchContext,
	): Promise<Sieved> {
		const { from: _from, to: _to, ...place } = unit;
		const id = JSON.stringify(Object.entries(place).sort());
		while (this.#latest?.id === id) {
			const { sieved } = this.#latest;
			try {
				return await sieved;
			} catch {
				// The one that began it was stopped.
				context.signal?.throwIfAborted();
				if (this.#latest?.sieved === sieved) this.#latest = undefined;
			}
		}
		const sieved = sieveUnit(unit, plan, context);
		this.#latest = { id, sieved };
		try {
			return await sieved;
		} catch (error) {
			if (this.#latest?.sieved === sieved) this.#latest = undefined;
			throw error;
		}
	}
}

async function sieveUnit(
	unit: Unit,
	plan: Plan,
	context: SearchContext,
): Promise<Sieved> {
	context.clock.report("sieve");
	const { window, key } = await drawUnit(unit, plan, context);
	const struck = await sieveDeep(window, [0, plan.sieveBound], context);
	return { window, order: randomOrder(struck, key) };
}

/** The window of a unit, which its seed gives. */
async function drawUnit(
	{ construction, seed, bits, generator, window }: Unit,
	plan: Plan,
	{ engine, signal }: Pick<SearchContext, "engine" | "signal">,
): Promise<Draw> {
	const from = { construction, bits, generator };
	const proof =
		construction === PROVABLE_CONSTRUCTION
			? await beginProof(
					plan,
					chainBytes(seed, from),
					engineOf(engine),
					async () => {
						await setImmediate();
						signal?.throwIfAborted();
					},
				)
			: undefined;
	return draw(plan, window, seededBytes(seed, from), proof?.factor);
}

/** What of the order is in these ranks, without a copy. */
function between(
	{ indices, ranks }: RankedOrder,
	{ from, to }: UnitPart,
): RankedOrder {
	const [start, end] = [placeOf(ranks, from), placeOf(ranks, to)];
	return {
		indices: indices.subarray(start, end),
		ranks: ranks.subarray(start, end),
	};
}

/** The first place with this rank or a higher one. */
function placeOf(ranks: Uint32Array, rank: number): number {
	let [low, high] = [0, ranks.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((ranks[middle] as number) < rank) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** The outcome and the residue of each place of the order. */
async function test(
	{ window, order }: Sieved,
	context: SearchContext,
): Promise<{ outcomes: Uint8Array; residues: BigUint64Array }> {
	const { clock, engine } = context;
	const places = order.indices.length;
	const outcomes = new Uint8Array(new SharedArrayBuffer(places));
	const residues = new BigUint64Array(new SharedArrayBuffer(8 * places));
	const queue = new WorkQueue();
	const report = () => clock.report("test", queue.tested);
	report();
	const timer = setInterval(report, PROGRESS_INTERVAL);
	try {
		await runToTheEnd<FermatTask, void>(
			"fermat",
			{
				engine,
				window,
				order: shared(order.indices).buffer,
				queue: queue.memory,
				outcomes: outcomes.buffer,
				residues: residues.buffer,
			},
			{ queue, places },
			context,
		);
	} finally {
		clearInterval(timer);
		clock.addTested(queue.tested);
	}
	return { outcomes, residues };
}

/** 64 bits of the SHA-256 hash of the low 64 bits of each residue, in the order of the ranks, for each part. */
function digestsOf(
	parts: readonly UnitPart[],
	ranks: Uint32Array,
	residues: BigUint64Array,
): string[] {
	let place = 0;
	return parts.map(({ to }) => {
		const hash = createHash("sha256");
		for (; place < ranks.length && (ranks[place] as number) < to; place++) {
			const bytes = Buffer.alloc(8);
			bytes.writeBigUInt64BE(residues[place] as bigint);
			hash.update(bytes);
		}
		return hash.digest("hex").slice(0, 16);
	});
}
