import type { Fault } from "./decide.js";
import type { ReloadResult } from "./reload.js";

/**
 * Why a file was left alone or not. Left alone: `good`, and `absent` where it was to be removed and was not there.
 * Changed: `missing`, `rejected` by the validator, `provisional` (the stand-in of `provisional`), `too-small`, `too-old`,
 * `forced`; `mode` or `owner` where only the permissions or the owner and group were wrong; `removed`.
 */
export type EnsureReason =
	| "good"
	| Fault
	| "mode"
	| "owner"
	| "removed"
	| "absent";

/** What {@link ensure} found and did, or in check mode would do. */
export interface EnsureResult {
	/** This run wrote or removed the file, or set its mode or owner; in check mode: would do so. */
	readonly changed: boolean;
	/** The path as it was given. */
	readonly path: string;
	readonly reason: EnsureReason;
	/** One sentence for people. */
	readonly message: string;
	/** The size of p in the file as it is now; null where it holds no parameters. */
	readonly bits: number | null;
	/** The standard group that is in the file now. */
	readonly group: string | null;
	/** The file holds the stand-in; a fresh group is still to come. */
	readonly provisional: boolean;
	/** Nothing was touched. */
	readonly checkMode: boolean;
	/** Where the old file is kept. */
	readonly backupFile?: string;
	/** The parameters in the file now, as PEM; null where it holds none. Only with `returnContent`. */
	readonly pem?: string | null;
	/** How the reload command ended. Only where it ran. */
	readonly reload?: ReloadResult;
	/** Set where the server has not been reloaded since the last change: a reload failed, or a run was killed before it. */
	readonly reloadPending?: true;
}
