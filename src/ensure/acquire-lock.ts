import { readdir, unlink } from "node:fs/promises";
import type { Place } from "../files/place.js";
import { Lock, type LockOptions } from "./lock.js";

/** What a replacement is called until it takes its name: `file.` + 12 hexadecimal digits + `.ensure`. */
const REPLACEMENT = /^\.[0-9a-f]{12}\.ensure$/;

/** Candidates and claims, as lock.ts names them behind the name of the lock. */
const CLAIM = /^\.([0-9a-f]{32}|torn-\d+-\d+)(\.new)?$/;

/** The lock file of a file. */
export function lockOf(place: Place): Place {
	return place.beside(`${place.name}.lock`);
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
	const lockPlace = lockOf(place);
	const lock = await Lock.acquire(lockPlace, options);
	try {
		for (const name of await readdir(place.folder.at("."))) {
			const claim = CLAIM.test(behind(lockPlace.name, name));
			const leftover =
				(claim && !name.includes(lock.id)) ||
				REPLACEMENT.test(behind(place.name, name));
			// unlink(2) follows no link. What it cannot remove, such as a directory of that name, is not of a killed run.
			if (leftover) await unlink(place.folder.at(name)).catch(() => {});
		}
		return lock;
	} catch (error) {
		await lock.release();
		throw error;
	}
}

function behind(start: string, name: string): string {
	return name.startsWith(start) ? name.slice(start.length) : "";
}
