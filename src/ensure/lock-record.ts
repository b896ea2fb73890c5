import { FileError } from "../errors.js";
import { orMissing, type Place } from "../files/place.js";
import { lifeOf } from "../files/process-identity.js";
import { codeOf } from "../files/reasons.js";
import { openRegular, readStart } from "../files/regular.js";
import { type LockHolder, parseHolder } from "./lock-holder.js";
import { claimName } from "./names.js";

// In ms, since the last heartbeat of a holder of whom nothing else is known; hosts that share a directory keep their
// clocks closer together than that.
const STALE_AFTER = 120_000;

/** In bytes; a lock file of ours has some 300, and a host name at most 255. */
const MAX_LOCK_BYTES = 4096;

/** Claims on one lock that were left by killed runs: each takes a kill in the same millisecond of a takeover. */
const MAX_CLAIMS = 64;

/** A lock file, or a claim on one: who made it, and its last heartbeat in ms since 1970. */
export interface LockRecord {
	readonly id: string;
	/** Undefined for a file that names nobody. */
	readonly holder: LockHolder | undefined;
	readonly heartbeat: number;
}

/**
 * The lock file, the claim on it, the claim on that …; the last one counts.
 *
 * @throws {@link FileError} for what is not a lock file: a link, a pipe, a directory, and claims that go round in a circle
 */
export async function readRecords(lock: Place): Promise<LockRecord[]> {
	const records: LockRecord[] = [];
	for (let at = lock; ; ) {
		const record = await readRecord(at);
		if (record === undefined) return records;
		const isCircle = records.some(({ id }) => id === record.id);
		if (isCircle || records.length === MAX_CLAIMS) throw notOurs(at);
		records.push(record);
		at = lock.beside(claimName(lock.name, record.id));
	}
}

async function readRecord(place: Place): Promise<LockRecord | undefined> {
	const seen = await place.status();
	if (seen === undefined) return undefined;
	if (!seen.isFile()) throw notOurs(place);
	let status = seen;
	let holder: LockHolder | undefined;
	try {
		await using file = await orMissing(openRegular(place));
		if (file === undefined) return undefined;
		status = file.status;
		const bytes = await readStart(file.handle, MAX_LOCK_BYTES);
		holder = parseHolder(Buffer.from(bytes).toString());
	} catch (error) {
		// Not ours to read, so of another user: its age still counts.
		if (codeOf(error) !== "EACCES") throw error;
	}
	// Torn by a crash of the machine, or not ours: only its age says whether it is stale.
	const id = holder?.id ?? `torn-${status.ino}-${status.mtimeNs}`;
	return { id, holder, heartbeat: Number(status.mtimeMs) };
}

/**
 * Has the holder ended? A heartbeat further in the future than clocks disagree does not count either: it would never
 * grow old.
 */
export function isStale({ holder, heartbeat }: LockRecord): boolean {
	const life = holder === undefined ? "unknown" : lifeOf(holder);
	if (life !== "unknown") return life === "gone";
	return Math.abs(Date.now() - heartbeat) > STALE_AFTER;
}

/** The holder, for a message. */
export function describeHolder({ holder }: LockRecord): string {
	return holder === undefined
		? "an unidentified process"
		: `process ${holder.pid} on ${holder.host}, at work since ${holder.since}`;
}

function notOurs(place: Place): FileError {
	return new FileError(
		`${place.file} is in the place of a lock file, and no run of ensure has made it: it is not a regular file, or names itself. Find out who made it, and remove it.`,
	);
}
