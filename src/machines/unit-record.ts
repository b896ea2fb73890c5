import { createHash } from "node:crypto";
import type { Unit, UnitResult } from "../search/unit.js";
import type { Machine } from "./queue.js";

/** A unit that was done: what `gen-dhparams work` prints, and a line of a file of results. */
export interface UnitRecord {
	readonly unit: Unit;
	readonly result: UnitResult;
	/** Who did it. */
	readonly machine: Machine;
}

/** A short name of a unit, which differs where any of its values does: 16 hexadecimal digits. */
export function unitId(unit: Unit): string {
	const { construction, seed, bits, generator, window, from, to, sieveBound } =
		unit;
	const text = JSON.stringify([
		construction,
		seed.normalize(),
		bits,
		generator,
		window,
		from,
		to,
		sieveBound,
	]);
	return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
