import type { Construction } from "../encoding/seed.js";
import type { SearchState } from "../search/collect.js";
import type { Progress } from "../search/progress.js";

/** A search for the first groups of one size that a seed gives. */
export interface GroupsRequest {
	/** The size of p in bits. */
	readonly bits: number;
	readonly generator: number;
	readonly seed: string;
	readonly construction: Construction;
	/** How many groups. */
	readonly wanted: number;
	/** Where to go on. */
	readonly state?: SearchState | undefined;
	/** Is told of each state, ten times a second, and of the last one. When it throws or rejects, the search ends. */
	readonly onState?: ((state: SearchState) => unknown) | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
	readonly signal?: AbortSignal | undefined;
}
