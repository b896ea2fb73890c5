import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { FileError } from "../errors.js";
import { isTrusted, orMissing, type Place } from "../files/place.js";
import { codeOf } from "../files/reasons.js";

const TEXT = `The server has not been reloaded since the parameters were changed. The next run of ensure that is given a
reload command does it, and removes this file.
`;

/**
 * A note beside the file, FILE.reload-pending, that the server does not have the file's contents yet. It is written
 * before the change, so that a run that is killed between change and reload is covered. It names no command: what runs
 * is what the next run is told, since others may be able to write to the directory.
 */
function noteOf(place: Place): Place {
	return place.beside(`${place.name}.reload-pending`);
}

/** Notes of other users do not count. */
export async function isReloadPending(place: Place): Promise<boolean> {
	const status = await noteOf(place).status();
	return status?.isFile() === true && isTrusted(Number(status.uid));
}

/** @throws {@link FileError} when something else has the name */
export async function noteReload(place: Place): Promise<void> {
	if (await isReloadPending(place)) return;
	const note = noteOf(place);
	// A link or a file of another user; unlink(2) follows nothing.
	if ((await note.status()) !== undefined) {
		await unlink(note.at).catch(() => {});
	}
	const { O_WRONLY, O_CREAT, O_EXCL } = constants;
	try {
		const file = await open(note.at, O_WRONLY | O_CREAT | O_EXCL, 0o644);
		try {
			await file.writeFile(TEXT);
			await file.sync();
		} finally {
			await file.close();
		}
	} catch (error) {
		if (codeOf(error) !== "EEXIST") throw error;
		throw new FileError(
			`${note.file} is in the place of the note that a reload is due; remove it.`,
			{ cause: error },
		);
	}
	await place.folder.sync();
}

export async function forgetReload(place: Place): Promise<void> {
	await orMissing(unlink(noteOf(place).at));
}
