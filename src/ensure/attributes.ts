import { FileError } from "../errors.js";
import { changedMeanwhile, type Place } from "../files/place.js";
import { isSame } from "../files/regular.js";
import type { EnsureRequest } from "./options.js";
import { setOwner } from "./replace.js";
import { type Existing, mayBePlanted } from "./target.js";

/** What of a good file's attributes is not as asked for. */
export interface WrongAttributes {
	readonly reason: "mode" | "owner";
	/** Sentences. */
	readonly message: string;
}

export function wrongAttributes(
	existing: Existing,
	{ mode, owner: { uid, gid } }: EnsureRequest,
): WrongAttributes | undefined {
	const isMode = mode === undefined || existing.mode === mode;
	const isOwner =
		(uid === undefined || existing.uid === uid) &&
		(gid === undefined || existing.gid === gid);
	if (isMode && isOwner) return undefined;
	const sentences = [
		...(isMode
			? []
			: [`Its mode was not 0${mode?.toString(8).padStart(3, "0")}.`]),
		...(isOwner
			? []
			: [`It belonged to user ${existing.uid} and group ${existing.gid}.`]),
	];
	return { reason: isMode ? "owner" : "mode", message: sentences.join(" ") };
}

/**
 * Sets them on the open file, the one that was found to be good, whatever has its name by now.
 *
 * @throws {FileError} where another user may have given a file of somebody else this name, or has replaced it
 */
export async function setAttributes(
	place: Place,
	existing: Existing,
	{ mode, owner: { uid, gid } }: EnsureRequest,
): Promise<void> {
	if (await mayBePlanted(place, existing)) {
		throw new FileError(
			`${place.file} has ${existing.status.nlink} names (hard links) in a directory that another user may write to: it may be a file of somebody else. Its permissions are not changed; remove it or the other names.`,
		);
	}
	const { handle, status } = existing;
	await setOwner(place.file, handle, { uid, gid });
	if (mode !== undefined) await handle.chmod(mode);
	if (!isSame(status, await place.status())) throw changedMeanwhile(place.file);
}
