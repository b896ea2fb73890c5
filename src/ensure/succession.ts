import { FileError } from "../errors.js";
import type { Place } from "../files/place.js";
import { lifeOf } from "../files/process-identity.js";
import { openRegular, readStart } from "../files/regular.js";
import { type LockHolder, parseHolder } from "./lock-holder.js";

// In ms. A holder of whom nothing else is known has died when its lock was not touched for so long; hosts that share a
// directory keep their clocks closer together than that.
const SILENT_FOR = 120_000;

/** In bytes; a lock file of ours has some 300, and a host name at most 255. */
const MAX_LOCK_BYTES = 4096;

/** Claims on one lock that were left by killed runs: each takes a kill in the same millisecond of a takeover. */
const MAX_CLAIMS = 64;

/** A hold as it stands in a file, with the time of its last sign of life in ms since 1970. */
export interface Hold {
	readonly id: string;
	readonly holder: LockHolder | undefined;
	readonly touched: number;
}

/**
 * The hold of the lock, the claim on it, the claim on that …; the last one counts.
 *
 * @throws {FileError} for what is not a lock file: a link, a pipe, a directory, and claims that go round in a circle
 */
export async function successionFrom(place: Place): Promise<Hold[]> {
	const holds: Hold[] = [];
	for (let at = place; ; ) {
		const hold = await readHold(at);
		if (hold === undefined) return holds;
		const isCircle = holds.some(({ id }) => id === hold.id);
		if (isCircle || holds.length === MAX_CLAIMS) throw notOurs(at);
		holds.push(hold);
		at = place.beside(`${place.name}.${hold.id}`);
	}
}

async function readHold(place: Place): Promise<Hold | undefined> {
	const seen = await place.status();
	if (seen === undefined) return undefined;
	if (!seen.isFile()) throw notOurs(place);
	let status = seen;
	let holder: LockHolder | undefined;
	try {
		const file = await openRegular(place);
		try {
			status = file.status;
			const bytes = await readStart(file.handle, MAX_LOCK_BYTES);
			holder = parseHolder(Buffer.from(bytes).toString());
		} finally {
			await file.handle.close();
		}
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "ENOENT") return undefined;
		// Not ours to read, so of another user: its age still counts.
		if (code !== "EACCES") throw error;
	}
	// Torn by a crash of the machine, or not ours: only its age can tell.
	const id = holder?.id ?? `torn-${status.ino}-${status.mtimeNs}`;
	return { id, holder, touched: Number(status.mtimeMs) };
}

/** A time further in the future than clocks disagree is not a sign of life either: it would never grow old. */
export function isDead({ holder, touched }: Hold): boolean {
	const life = holder === undefined ? "unknown" : lifeOf(holder);
	if (life !== "unknown") return life === "gone";
	return Math.abs(Date.now() - touched) > SILENT_FOR;
}

export function nameOf({ holder }: Hold): string {
	return holder === undefined
		? "an unidentified process"
		: `process ${holder.pid} on ${holder.host}, at work since ${holder.since}`;
}

function notOurs(place: Place): FileError {
	return new FileError(
		`${place.file} is in the place of a lock file, and no run of ensure has made it: it is not a regular file, or names itself. Find out who made it, and remove it.`,
	);
}
