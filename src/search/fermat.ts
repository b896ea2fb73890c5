import type { EngineChoice } from "../arithmetic/choose-engine.js";
import type { Engine } from "../arithmetic/engine.js";
import { passesFermat } from "../arithmetic/fermat-residue.js";
import type { WorkQueue } from "../threads/work-queue.js";
import { candidate, type Window } from "./window.js";

/** One worker's share of the tests of a window's candidates. */
export interface FermatTask {
	readonly engine: EngineChoice;
	readonly window: Window;
	/** Shared: the candidates' indices in the order in which they are tested. */
	readonly order: SharedArrayBuffer;
	readonly queue: SharedArrayBuffer;
	/** Shared: an {@link Outcome} for each place, where all safe primes are wanted and not just the first. */
	readonly outcomes?: SharedArrayBuffer | undefined;
	/** Shared: the low 64 bits of the residue of q for each place, where a unit of work is to have a digest. */
	readonly residues?: SharedArrayBuffer | undefined;
}

/** What is noted of each place. */
export interface Notes {
	readonly outcomes: Uint8Array;
	readonly residues?: BigUint64Array | undefined;
}

/** What is known of the candidate at a place. */
export const Outcome = { OPEN: 0, COMPOSITE: 1, SAFE_PRIME: 2 } as const;

/**
 * Takes candidates from the queue, in their order and as many at once as the engine has lanes, and reports one that is
 * a safe prime by Fermat's test to base 2: q first, p only where q passes, which is rare.
 *
 * @param notes takes the outcome of each place, and its residue; without it the queue ends at the first safe prime
 * @returns whether there may be more to test: false when all are taken, or one of those before is a safe prime
 */
export function testSome(
	window: Window,
	order: Uint32Array,
	queue: WorkQueue,
	engine: Engine,
	notes?: Notes,
): boolean {
	const place = queue.take(engine.lanes, order.length);
	if (place === undefined || queue.isDecided(place)) return false;
	const candidates = Array.from(
		order.subarray(place, place + engine.lanes),
		(index) => candidate(window, index),
	);
	const halves = candidates.map((p) => (p - 1n) / 2n);
	const passes =
		notes?.residues === undefined
			? engine.fermat(halves)
			: noteResidues(halves, place, engine, notes.residues);
	candidates.forEach((p, lane) => {
		const isSafePrime = passes[lane] && engine.fermat([p])[0];
		if (notes !== undefined) {
			const { SAFE_PRIME, COMPOSITE } = Outcome;
			Atomics.store(
				notes.outcomes,
				place + lane,
				isSafePrime ? SAFE_PRIME : COMPOSITE,
			);
		} else if (isSafePrime) queue.report(place + lane);
	});
	queue.addTested(candidates.length);
	return true;
}

/** @returns which of them pass */
function noteResidues(
	candidates: readonly bigint[],
	place: number,
	engine: Engine,
	notes: BigUint64Array,
): boolean[] {
	return engine.fermatResidues(candidates).map((residue, lane) => {
		Atomics.store(notes, place + lane, BigInt.asUintN(64, residue));
		return passesFermat(candidates[lane] as bigint, residue);
	});
}
