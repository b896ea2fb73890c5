import { withAsn1 } from "../encoding/asn1.js";
import { UnreadableParametersError } from "../errors.js";
import type { Place } from "../files/place.js";
import { readOpenFile } from "../files/read.js";
import { readOne } from "../reading/read.js";
import type { EnsureContext } from "./context.js";
import type { Assessment, Fault } from "./decide.js";
import { isReloadPending } from "./pending-reload.js";
import type { ReloadResult } from "./reload.js";
import { openExisting } from "./target.js";

/**
 * Why a file was left alone or not. Left alone: `good`, and `absent` where it was to be removed and was not there.
 * Changed: `missing`, `rejected` by the validator, `provisional` (it held the provisional group), `too-small`,
 * `too-old`, `forced`; `mode` or `owner` where only the permissions or the owner and group were wrong; `removed`.
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
	/** This call wrote or removed the file, or set its mode or owner; in check mode: would do so. */
	readonly changed: boolean;
	/** The path as it was given. */
	readonly path: string;
	readonly reason: EnsureReason;
	/** One sentence for people. */
	readonly message: string;
	/** The size of p in bits in the file as it is now; null where it holds no parameters. */
	readonly bits: number | null;
	/** The standard group that is in the file now. */
	readonly group: string | null;
	/** The file holds the provisional group; a fresh group is still to come. */
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

/** What is in the file now. */
export type Contents = Pick<Assessment, "bits" | "group">;

export const NOTHING: Contents = { bits: null, group: null };

/** What a call has done to the file. */
export interface Outcome extends Contents {
	readonly changed: boolean;
	/** Where they differ from what was found at first. */
	readonly reason?: EnsureReason;
	readonly message?: string;
	readonly backupFile?: string;
}

export async function resultOf(
	{ path, found, target, request, backupFile }: EnsureContext,
	outcome: Outcome,
	reload?: ReloadResult,
): Promise<EnsureResult> {
	const { checkMode, provisional, returnContent } = request;
	const { changed, bits, group } = outcome;
	const kept = outcome.backupFile ?? backupFile;
	const reloadPending = await isReloadPending(target.place);
	return {
		changed,
		path,
		reason: outcome.reason ?? found.reason,
		message: outcome.message ?? found.message,
		bits,
		group,
		provisional: group !== null && group === provisional?.name,
		checkMode,
		...(kept !== undefined && { backupFile: kept }),
		...(returnContent && { pem: await pemIn(target.place) }),
		...(reload !== undefined && { reload }),
		...(reloadPending && { reloadPending }),
	};
}

async function pemIn(place: Place): Promise<string | null> {
	await using existing = await openExisting(place);
	if (existing === undefined) return null;
	try {
		const bytes = await readOpenFile(existing.handle, place.file);
		const { params } = await withAsn1(() => readOne(bytes));
		return params.toPem();
	} catch (error) {
		if (error instanceof UnreadableParametersError) return null;
		throw error;
	}
}
