import { link, unlink } from "node:fs/promises";
import { FileError } from "../errors.js";
import { changedMeanwhile, type Place } from "../files/place.js";
import { readOpenFile } from "../files/read.js";
import { codeOf } from "../files/reasons.js";
import { isSame, type OpenFile } from "../files/regular.js";
import { NO_HARD_LINKS, Replacement } from "../files/replace.js";
import { replacementName } from "./names.js";

/** Backups within one second; more names than that are taken only by somebody who makes them for the purpose. */
const MAX_BACKUPS = 1000;

/**
 * A second name for the old file: FILE.YYYYMMDDTHHMMSSZ, with -2, -3 … where that is taken.
 *
 * @returns the path of the backup
 * @throws {@link FileError} when the file was replaced since it was read, or no name is free
 */
export async function keepBackup(
	place: Place,
	existing: OpenFile,
): Promise<string> {
	const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
	for (let n = 1; n <= MAX_BACKUPS; n++) {
		const suffix = n === 1 ? "" : `-${n}`;
		const backup = place.beside(`${place.name}.${time}${suffix}`);
		try {
			await linkOrCopy(place, backup, existing);
			return backup.file;
		} catch (error) {
			if (codeOf(error) !== "EEXIST") throw error;
		}
	}
	throw new FileError(
		`${place.file} cannot be kept: ${MAX_BACKUPS} backups with the time ${time} are there already. Remove them.`,
	);
}

async function linkOrCopy(
	place: Place,
	backup: Place,
	existing: OpenFile,
): Promise<void> {
	const { handle, status } = existing;
	try {
		await link(place.at, backup.at);
	} catch (error) {
		// EPERM also stands for somebody else's file (fs.protected_hardlinks, proc_sys_fs(5)).
		if (!NO_HARD_LINKS.has(codeOf(error))) throw error;
		const content = await readOpenFile(handle, place.file);
		await using copy = await Replacement.open(backup, {
			temporary: replacementName(backup.name),
			existing: status,
		});
		await copy.write(content);
		await copy.commit({ onlyIfFree: true });
		return;
	}
	// link(2) takes a name, not a handle: the name may have been another file's by then.
	if (isSame(status, await backup.status())) return;
	await unlink(backup.at);
	throw changedMeanwhile(place.file);
}
