import { FileError } from "../errors.js";
import { changedMeanwhile, type Place } from "../files/place.js";
import { isSame, type OpenFile } from "../files/regular.js";
import { setOwner } from "../files/replace.js";
import type { EnsureRequest } from "./options.js";
import { mayBePlanted } from "./target.js";

/** What of a good file's attributes is not as asked for. */
export interface WrongAttributes {
	readonly reason: "mode" | "owner";
	/** Sentences. */
	readonly message: string;
}

export function wrongAttributes(
	existing: OpenFile,
	{ mode, owner: { uid, gid } }: EnsureRequest,
): WrongAttributes | undefined {
	const wrongOwner =
		(uid !== undefined && existing.uid !== uid) ||
		(gid !== undefined && existing.gid !== gid)
			? `It belonged to user ${existing.uid} and group ${existing.gid}.`
			: "";
	if (mode !== undefined && existing.mode !== mode) {
		const wrongMode = `Its mode was not 0${mode.toString(8).padStart(3, "0")}.`;
		return { reason: "mode", message: `${wrongMode} ${wrongOwner}`.trimEnd() };
	}
	return wrongOwner === ""
		? undefined
		: { reason: "owner", message: wrongOwner };
}

/**
 * Sets them on the open file, the one that was found to be good, whatever has its name by now.
 *
 * @throws {@link FileError} where another user may have given a file of somebody else this name, or has replaced it
 */
export async function setAttributes(
	place: Place,
	existing: OpenFile,
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
