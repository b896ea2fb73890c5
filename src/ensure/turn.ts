import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Lock, type LockOptions } from "./lock.js";

/** What a replacement is called until it takes its name: `file.` + 12 hexadecimal digits + `.ensure`. */
const REPLACEMENT = /^\.[0-9a-f]{12}\.ensure$/;

/** Candidates and claims, as lock.ts names them behind the name of the lock. */
const CLAIM = /^\.([0-9a-f]{32}|torn-\d+-\d+)(\.new)?$/;

/** The lock file of a file. */
export function lockOf(file: string): string {
	return `${file}.lock`;
}

/**
 * Waits until no other run works on the file, and removes what killed runs have left beside it.
 *
 * @throws what {@link Lock.acquire} does, and the file system's errors
 */
export async function takeTurn(
	file: string,
	options: LockOptions,
): Promise<Lock> {
	const lockFile = lockOf(file);
	const lock = await Lock.acquire(lockFile, options);
	try {
		const folder = dirname(file);
		for (const name of await readdir(folder)) {
			const claim = CLAIM.test(behind(basename(lockFile), name));
			const leftover =
				(claim && !name.includes(lock.id)) ||
				REPLACEMENT.test(behind(basename(file), name));
			if (leftover) await rm(join(folder, name), { force: true });
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
