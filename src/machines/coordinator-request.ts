import type { SearchState } from "../search/collect.js";
import type { CutSearch } from "./cut.js";
import type { Machine } from "./queue.js";
import type { Recompute } from "./second-opinion.js";
import type { UnitRecord } from "./unit-record.js";

/** What went wrong at the queue, and what was done about it. */
export interface Incident {
	readonly kind:
		| "stalled"
		| "failed"
		| "malformed"
		| "wrong"
		| "refused"
		| "connection";
	/** What happened, and what is done about it. */
	readonly message: string;
}

/** The progress of a search that machines share. */
export interface SharedProgress {
	/** How many are at the queue. */
	readonly machines: number;
	/** Candidates that all of them have tested. */
	readonly tested: number;
	/** Of all of them together. */
	readonly testsPerSecond: number;
	/** What is decided without a gap. */
	readonly state: SearchState;
}

export interface CoordinatorRequest {
	readonly search: CutSearch;
	/** How many safe primes. */
	readonly wanted: number;
	/** What was decided before. */
	readonly start?: SearchState | undefined;
	/** Units that were done before. */
	readonly records?: readonly UnitRecord[];
	/** The machine of this process. */
	readonly own: Machine;
	readonly recompute: Recompute;
	/** Is told of each unit that counts, before the queue forgets it; when it rejects, the search ends. */
	readonly onRecord?:
		| ((record: UnitRecord) => Promise<void> | undefined)
		| undefined;
	/** Is told of each machine whose units no longer count. */
	readonly onRefused?:
		| ((machine: Machine) => Promise<void> | undefined)
		| undefined;
	readonly onIncident?: ((incident: Incident) => void) | undefined;
	readonly onProgress?: ((progress: SharedProgress) => void) | undefined;
	readonly signal: AbortSignal;
}
