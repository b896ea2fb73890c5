import { QueueError } from "../errors.js";
import type { Unit } from "../search/unit.js";

// A unit that so many machines cannot do, or that fails so often, is not theirs to blame.
const MAX_FAILED_MACHINES = 5;
const MAX_FAILED_TIMES = 30;

/** Which units could not be done, and where: a search whose unit no machine can do ends instead of trying for ever. */
export class UnitFailures {
	/** Which machines could not do a unit, each time that they tried, by its window and first rank. */
	readonly #failed = new Map<string, readonly string[]>();

	/**
	 * A machine could not do a unit.
	 *
	 * @param words the reason
	 * @throws {@link QueueError} for a unit that has failed too often
	 */
	count(unit: Unit, name: string, words: string): void {
		const place = `${unit.window} ${unit.from}`;
		const failed = [...(this.#failed.get(place) ?? []), name];
		this.#failed.set(place, failed);
		const machines = new Set(failed).size;
		if (machines < MAX_FAILED_MACHINES && failed.length < MAX_FAILED_TIMES) {
			return;
		}
		throw new QueueError(
			`A unit failed ${failed.length} times on ${machines} ${machines === 1 ? "machine" : "machines"}, the last time because of ${words}. The search cannot go on without it.`,
		);
	}
}
