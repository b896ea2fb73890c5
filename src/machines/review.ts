import type { Unit } from "../search/unit.js";
import type { Roster } from "./roster.js";
import { isConfirmed, isSample, type Recompute } from "./second-opinion.js";
import { type UnitRecord, unitId } from "./unit-record.js";

/** What follows from a review. */
export interface ReviewOutcome {
	/** The result counts. */
	accept(record: UnitRecord): void;
	/** The result is wrong. */
	reject(record: UnitRecord): void;
	/** Nothing is known of the unit: it is to be done again. */
	repeat(unit: Unit): void;
	fail(error: unknown): void;
}

/**
 * The results of other machines that are not yet believed. Of a new machine a part of the first is computed again, and
 * its others wait for that; of a trusted one, only the hits and a sample of units are.
 */
export class Review {
	readonly #roster: Roster;
	readonly #recompute: Recompute;
	readonly #outcome: ReviewOutcome;
	/** The identifiers of their units. */
	readonly #units = new Set<string>();
	#hasEnded = false;

	constructor(roster: Roster, recompute: Recompute, outcome: ReviewOutcome) {
		this.#roster = roster;
		this.#recompute = recompute;
		this.#outcome = outcome;
	}

	get size(): number {
		return this.#units.size;
	}

	/** A result as it must be, of a machine that is not refused. */
	add(record: UnitRecord): void {
		this.#units.add(unitId(record.unit));
		if (this.#roster.trustOf(record.machine) === "trusted") {
			this.#lookAt(record, isSample());
		} else if (this.#roster.hold(record)) {
			this.#lookAt(record, true);
		}
	}

	/** Nothing follows any more from what is known of this unit. */
	drop(unit: Unit): void {
		this.#units.delete(unitId(unit));
	}

	/** Nothing follows any more from anything. */
	end(): void {
		this.#hasEnded = true;
	}

	/** Computes again what is to be confirmed of it; other results are taken meanwhile. */
	#lookAt(record: UnitRecord, withPart: boolean): void {
		const { unit, result } = record;
		isConfirmed(unit, result, withPart, this.#recompute)
			.then((isRight) => {
				// It was handed out again meanwhile, or the search has ended.
				if (!this.#units.has(unitId(unit)) || this.#hasEnded) return;
				if (isRight) {
					this.#confirmed(record);
					return;
				}
				this.#outcome.reject(record);
				if (this.#units.has(unitId(unit))) this.#outcome.repeat(unit);
			})
			.catch((error: unknown) => this.#outcome.fail(error));
	}

	#confirmed(record: UnitRecord): void {
		const { machine, unit } = record;
		const trust = this.#roster.trustOf(machine);
		if (trust === "refused") {
			this.#outcome.repeat(unit);
		} else if (trust === "trusted") {
			this.#outcome.accept(record);
		} else {
			const [first, ...others] = this.#roster.trust(machine);
			if (first !== undefined) this.#outcome.accept(first);
			for (const other of others) this.#lookAt(other, isSample());
		}
	}
}
