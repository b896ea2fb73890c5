import type { Assessment } from "./decide.js";
import type { EnsureRequest } from "./options.js";
import type { Contents, Outcome } from "./result.js";
import type { Target } from "./target.js";

/** What a call knows, from the first look at the file on. */
export interface EnsureContext {
	readonly path: string;
	readonly request: EnsureRequest;
	readonly target: Target;
	readonly found: Assessment;
	/** Set where there is nothing left to do. */
	readonly outcome?: Outcome;
	/** The provisional file, where this call has written it. */
	readonly provisionalFile?: {
		readonly version: string;
		readonly contents: Contents;
	};
	readonly backupFile?: string;
}
