import { unlink } from "node:fs/promises";
import type { Place } from "../files/place.js";
import { checkRegular } from "../files/regular.js";
import { acquireLock } from "./acquire-lock.js";
import { keepBackup } from "./backup.js";
import type { EnsureContext } from "./context.js";
import { MISSING } from "./decide.js";
import type { EnsureRequest } from "./options.js";
import { noteReload } from "./pending-reload.js";
import { NOTHING } from "./result.js";
import { openExisting } from "./target.js";

/** The other state: no such file. As rm does, it takes a link away and leaves its target. */
export async function remove(
	path: string,
	request: EnsureRequest,
	place: Place,
): Promise<EnsureContext> {
	const target = { place, existing: undefined };
	const context = { path, request, target, found: MISSING };
	const status = await place.status();
	if (status === undefined) {
		const outcome = { changed: false, reason: "absent", ...NOTHING } as const;
		return { ...context, outcome };
	}
	const isLink = status.isSymbolicLink();
	if (!isLink) checkRegular(place, status);
	const outcome = {
		changed: true,
		reason: "removed",
		message: "The file was there.",
		...NOTHING,
	} as const;
	await place.folder.checkWritable();
	if (request.checkMode) return { ...context, outcome };
	const { signal } = request.generation;
	await using _ = await acquireLock(place, { ...request, signal });
	const kept = request.backup && !isLink ? await backupOf(place) : {};
	if (request.reload !== undefined) await noteReload(place);
	await unlink(place.at);
	return { ...context, outcome: { ...outcome, ...kept } };
}

async function backupOf(place: Place): Promise<{ backupFile?: string }> {
	await using existing = await openExisting(place);
	return existing ? { backupFile: await keepBackup(place, existing) } : {};
}
