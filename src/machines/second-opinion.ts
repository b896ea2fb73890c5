import { randomInt } from "node:crypto";
import type { Unit, UnitHit, UnitResult } from "../search/unit.js";
import { partsOf, type UnitPart } from "../search/unit-search.js";

/** Computes a part of a unit on this machine: a result whose one digest is that of the part. */
export type Recompute = (unit: Unit, part: UnitPart) => Promise<UnitResult>;

// Of the units of a machine that was right before, so many are looked at: each costs this machine 1/64 of the unit.
const ONE_IN = 8;

/** Is a part of this unit to be computed again? Nobody can know before. */
export function isSample(): boolean {
	return randomInt(ONE_IN) === 0;
}

/**
 * Does another machine's result hold? Each hit is computed again; of the misses, which nothing proves, those of one part
 * are, where that is wanted: its digest covers the residue of every candidate.
 */
export async function isConfirmed(
	unit: Unit,
	result: UnitResult,
	withPart: boolean,
	recompute: Recompute,
): Promise<boolean> {
	const ranks = new Set(result.hits.map(({ rank }) => rank));
	for (const rank of ranks) {
		const part = { from: rank, to: rank + 1 };
		const own = await recompute(unit, part);
		if (!isSame(own.hits, within(result.hits, part))) return false;
	}
	if (!withPart) return true;
	const parts = partsOf(unit);
	const at = randomInt(parts.length);
	const part = parts[at] as UnitPart;
	const own = await recompute(unit, part);
	return (
		own.digests[0] === result.digests[at] &&
		isSame(own.hits, within(result.hits, part))
	);
}

function within(hits: readonly UnitHit[], { from, to }: UnitPart): UnitHit[] {
	return hits.filter(({ rank }) => rank >= from && rank < to);
}

function isSame(a: readonly UnitHit[], b: readonly UnitHit[]): boolean {
	return (
		a.length === b.length &&
		a.every(
			(hit, i) => hit.rank === b[i]?.rank && hit.candidate === b[i]?.candidate,
		)
	);
}
