import { readdir, unlink } from "node:fs/promises";
import type { Place } from "../files/place.js";
import { Lock, type LockOptions } from "./lock.js";
import { isLeftover, lockName } from "./names.js";

/** The lock file of a file. */
export function lockOf(place: Place): Place {
	return place.beside(lockName(place.name));
}

/**
 * Waits until no other run works on the file, and removes what killed runs have left beside it.
 *
 * @throws what {@link Lock.acquire} does, and the file system's errors
 */
export async function acquireLock(
	place: Place,
	options: LockOptions,
): Promise<Lock> {
	const lock = await Lock.acquire(lockOf(place), options);
	try {
		for (const name of await readdir(place.folder.at("."))) {
			if (!isLeftover(name, place.name, lock.id)) continue;
			// unlink(2) follows no link. What it cannot remove, such as a directory of that name, is not of a killed run.
			await unlink(place.folder.at(name)).catch(() => {});
		}
		return lock;
	} catch (error) {
		await lock.release();
		throw error;
	}
}
