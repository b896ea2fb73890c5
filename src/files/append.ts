import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { findPlace } from "./place.js";
import { checkRegular } from "./regular.js";

/**
 * Opens a regular file for reading and for appending lines, and makes it, mode 0644, where it does not exist. No link is
 * followed.
 *
 * @throws {@link FileError} for anything but a regular file
 * @throws the file system's error
 */
export async function openToAppend(path: string): Promise<FileHandle> {
	await using place = await findPlace(path);
	const status = await place.status();
	if (status !== undefined) checkRegular(place, status);
	const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW = 0 } = constants;
	const handle = await open(
		place.at,
		O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW,
		0o644,
	);
	try {
		// Its name is to survive the end of the machine too.
		if (status === undefined) await place.folder.sync();
		return handle;
	} catch (error) {
		await handle.close();
		throw error;
	}
}
