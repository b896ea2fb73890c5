import type { Assessment } from "./decide.js";
import type { EnsureRequest } from "./options.js";
import type { EnsureResult } from "./result.js";
import type { Target } from "./target.js";

/** What is in the file now. */
export type Contents = Pick<Assessment, "bits" | "group">;

export const NOTHING: Contents = { bits: null, group: null };

/** What a run knows, from the first look at the file on. */
export interface Run {
	readonly path: string;
	readonly request: EnsureRequest;
	readonly target: Target;
	readonly found: Assessment;
	/** Set where there is nothing left to do. */
	readonly outcome?: Outcome;
	/** The stand-in, where this run has written it. */
	readonly provisionalFile?: {
		readonly version: string;
		readonly contents: Contents;
	};
	readonly backupFile?: string;
}

/** What is the same for all ends of a run is added to it. */
export interface Outcome extends Contents {
	readonly changed: boolean;
	readonly reason?: EnsureResult["reason"];
	readonly message?: string;
	readonly backupFile?: string;
}
