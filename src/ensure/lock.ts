import { constants } from "node:fs";
import { type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { LockedError } from "../errors.js";
import type { Place } from "../files/place.js";
import { codeOf } from "../files/reasons.js";
import { NO_HARD_LINKS } from "../files/replace.js";
import { type LockHolder, thisHolder } from "./lock-holder.js";
import {
	describeHolder,
	isStale,
	type LockRecord,
	readRecords,
} from "./lock-record.js";
import { candidateName, claimName } from "./names.js";

// Times in ms.
const HEARTBEAT_INTERVAL = 10_000;
const POLL_INTERVAL = 200;

export interface LockOptions {
	/** How long to wait for another holder, in ms. */
	readonly wait: number;
	readonly signal?: AbortSignal | undefined;
	/** Called once when there is another holder. */
	readonly onWait?: ((message: string) => void) | undefined;
}

/**
 * A lock file that survives a crash: the file names its holder, and a stale lock is taken over.
 *
 * A file appears whole, by link(2), and under a name that exists only once. Takeover: whoever finds the lock FILE stale
 * links a claim FILE.ID, where ID is that of the stale lock, so there is one new holder however many try; if FILE is
 * still the stale lock then, the new holder renames its claim over FILE. A claim whose maker has died is claimed in the
 * same way. Nobody ever removes a lock that could be another's in the meantime.
 */
export class Lock implements AsyncDisposable {
	readonly #place: Place;
	readonly #holder: LockHolder;
	readonly #handle: FileHandle;
	readonly #heartbeat: NodeJS.Timeout;

	private constructor(place: Place, holder: LockHolder, handle: FileHandle) {
		this.#place = place;
		this.#holder = holder;
		this.#handle = handle;
		this.#heartbeat = setInterval(() => {
			const now = new Date();
			handle.utimes(now, now).catch(() => {});
		}, HEARTBEAT_INTERVAL).unref();
	}

	/**
	 * @throws {@link LockedError} when the time to wait is over
	 * @throws {@link FileError} for a lock file that no run of ensure has made: a link, a pipe, a directory
	 * @throws the signal's reason when it is aborted
	 * @throws the file system's error when no lock file can be made
	 */
	static async acquire(
		place: Place,
		{ wait, signal, onWait }: LockOptions,
	): Promise<Lock> {
		const me = thisHolder();
		const deadline = performance.now() + wait;
		let reported = false;
		for (let round = 0; ; round++) {
			signal?.throwIfAborted();
			const attempt = await tryToAcquire(place, me);
			if (attempt.handle !== undefined) {
				return new Lock(place, me, attempt.handle);
			}
			const left = deadline - performance.now();
			const { other } = attempt;
			// Once more at once where another run was faster by a moment, without a time to wait too.
			if (other === undefined && round < 10) continue;
			if (left <= 0) throw locked(place.file, other, wait);
			if (!reported && other !== undefined) {
				reported = true;
				onWait?.(`Waiting for ${describeHolder(other)}.`);
			}
			await sleep(Math.min(POLL_INTERVAL, left), undefined, { signal }).catch(
				() => {},
			);
		}
	}

	/** Part of the names of files that belong to this holder. */
	get id(): string {
		return this.#holder.id;
	}

	/** False when somebody has taken this process for dead: it was stopped, or its host cut off. */
	async isHeld(): Promise<boolean> {
		const [first, ...claims] = await readRecords(this.#place);
		return first?.id === this.#holder.id && claims.length === 0;
	}

	async release(): Promise<void> {
		clearInterval(this.#heartbeat);
		try {
			if (await this.isHeld()) await rm(this.#place.at, { force: true });
		} catch {
			// It stays behind as the lock of a process that has ended, and hides no error of the work that it guarded.
		} finally {
			await this.#handle.close();
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.release();
	}
}

/** The open lock file when the lock is ours, otherwise who has it; neither when it changed hands in between. */
interface Attempt {
	readonly handle?: FileHandle;
	readonly other?: LockRecord;
}

async function tryToAcquire(place: Place, me: LockHolder): Promise<Attempt> {
	const before = await readRecords(place);
	const last = before.at(-1);
	if (last !== undefined && !isStale(last)) return { other: last };
	const claim =
		last === undefined ? place : place.beside(claimName(place.name, last.id));
	const handle = await createAtomically(claim, place, me);
	if (handle === undefined) return {};
	if (last === undefined) return { handle };
	try {
		const now = await readRecords(place);
		const expected = [...before.map(({ id }) => id), me.id];
		if (now.map(({ id }) => id).join() === expected.join()) {
			await rename(claim.at, place.at);
			return { handle };
		}
		// The lock was released before the claim was there; its id never returns, so the claim is void.
		await rm(claim.at, { force: true });
	} catch (error) {
		await handle.close();
		throw error;
	}
	await handle.close();
	return {};
}

/** Makes the file with all its content and leaves it open, or returns undefined where the name is taken. */
async function createAtomically(
	claim: Place,
	place: Place,
	me: LockHolder,
): Promise<FileHandle | undefined> {
	const candidate = place.beside(candidateName(place.name, me.id));
	const handle = await openNew(candidate);
	try {
		await handle.writeFile(`${JSON.stringify(me)}\n`);
		await handle.sync();
		await link(candidate.at, claim.at);
		return handle;
	} catch (error) {
		await handle.close();
		const code = codeOf(error);
		// The holder has removed the candidate as a leftover.
		if (code === "EEXIST" || code === "ENOENT") return undefined;
		if (!NO_HARD_LINKS.has(code)) throw error;
		return await createInPlace(claim, me);
	} finally {
		await rm(candidate.at, { force: true });
	}
}

/** Without hard links there is a moment in which the file is empty; such a lock counts as held. */
async function createInPlace(
	claim: Place,
	me: LockHolder,
): Promise<FileHandle | undefined> {
	let handle: FileHandle;
	try {
		handle = await openNew(claim);
	} catch (error) {
		if (codeOf(error) === "EEXIST") return undefined;
		throw error;
	}
	try {
		await handle.writeFile(`${JSON.stringify(me)}\n`);
		return handle;
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** O_EXCL takes no name that exists, not even a link that leads nowhere. */
function openNew(place: Place): Promise<FileHandle> {
	const { O_WRONLY, O_CREAT, O_EXCL } = constants;
	return open(place.at, O_WRONLY | O_CREAT | O_EXCL, 0o644);
}

function locked(
	file: string,
	other: LockRecord | undefined,
	wait: number,
): LockedError {
	const time = wait === 0 ? "" : ` after ${Math.round(wait / 100) / 10} s`;
	const who =
		other === undefined ? "changing processes" : describeHolder(other);
	return new LockedError(
		`${file} is still held${time} by ${who}; wait longer, or see what that process does.`,
	);
}
