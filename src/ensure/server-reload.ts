import { codeOf } from "../files/reasons.js";
import { acquireLock } from "./acquire-lock.js";
import type { EnsureContext } from "./context.js";
import { forgetReload, isReloadPending } from "./pending-reload.js";
import { type ReloadResult, reload } from "./reload.js";
import type { Outcome } from "./result.js";

/** What a system says to who may not write to a directory. */
const NOT_WRITABLE = new Set(["EACCES", "EPERM", "EROFS"]);

/**
 * Runs the reload command after a change, and where an earlier reload failed or did not come about. The caller holds the
 * lock, so that runs which wait see how it ended.
 *
 * @returns undefined where there is nothing to do
 */
export async function reloadHeld(
	{ request, target: { place } }: EnsureContext,
	{ changed }: Outcome,
): Promise<ReloadResult | undefined> {
	const { reload: command, checkMode, generation } = request;
	if (command === undefined || checkMode) return undefined;
	if (!changed && !(await isReloadPending(place))) return undefined;
	const result = await reload(command, generation.signal);
	if (result.succeeded) await forgetReload(place);
	return result;
}

/** The same for a caller without the lock, which is taken only where there is something to do. */
export async function reloadAlone(
	context: EnsureContext,
	outcome: Outcome,
): Promise<ReloadResult | undefined> {
	const { request, target } = context;
	const { reload: command, checkMode, generation } = request;
	const { place } = target;
	if (command === undefined || checkMode) return undefined;
	if (!outcome.changed && !(await isReloadPending(place))) return undefined;
	try {
		const { signal } = generation;
		await using _ = await acquireLock(place, { ...request, signal });
		return await reloadHeld(context, outcome);
	} catch (error) {
		// Only permissions were changed, which needs no right to the directory, and so no lock.
		if (!outcome.changed || !NOT_WRITABLE.has(codeOf(error) ?? "")) throw error;
		return reload(command, generation.signal);
	}
}
