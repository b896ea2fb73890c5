import { isTrusted, orMissing, type Place } from "../files/place.js";
import { codeOf, unreadable } from "../files/reasons.js";
import { type OpenFile, openRegular, versionOf } from "../files/regular.js";

/** Where the parameters are to be, and the file that is there. */
export interface Target {
	readonly place: Place;
	readonly existing: OpenFile | undefined;
}

/**
 * Opens the file that is there, if one is.
 *
 * @throws {@link FileError} for a directory, a device, a pipe, and a file that this user may not read
 */
export async function openExisting(
	place: Place,
): Promise<OpenFile | undefined> {
	try {
		return await orMissing(openRegular(place));
	} catch (cause) {
		throw codeOf(cause) === "EACCES" ? unreadable(place.file, cause) : cause;
	}
}

/** The version of what has the name now. */
export async function currentVersion(
	place: Place,
): Promise<string | undefined> {
	const status = await place.status();
	return status && versionOf(status);
}

/**
 * Could another user have given this file its name? A hard link to a file of somebody else is made by whoever may write
 * to the directory (fs.protected_hardlinks in proc_sys_fs(5) forbids some of them, where it is on).
 */
export async function mayBePlanted(
	place: Place,
	{ status }: OpenFile,
): Promise<boolean> {
	if (status.nlink < 2n) return false;
	const { uid, isShared } = await place.folder.status();
	return isShared || !isTrusted(uid);
}
