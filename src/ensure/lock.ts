import { constants } from "node:fs";
import { type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { NO_HARD_LINKS } from "../atomic-file.js";
import { LockedError } from "../errors.js";
import type { Place } from "../files/place.js";
import { type LockHolder, thisHolder } from "./lock-holder.js";
import { type Hold, isDead, nameOf, successionFrom } from "./succession.js";

// Times in ms.
const BEAT = 10_000;
const POLL = 200;

export interface LockOptions {
	/** How long to wait for another holder, in ms. */
	readonly wait: number;
	readonly signal?: AbortSignal | undefined;
	/** Called once when there is another holder. */
	readonly onWait?: ((message: string) => void) | undefined;
}

/**
 * A lock file that survives a crash: the file names its holder, and the lock of a dead one is taken over.
 *
 * A file appears whole, by link(2), and under a name that exists only once. Takeover: whoever finds the holder of FILE
 * dead links FILE.ID, where ID is that hold's own, so there is one new owner however many try; if FILE is still that
 * hold then, the new owner renames its claim over FILE. One that dies before that is followed by another. Nobody ever
 * removes a lock that could be another's in the meantime.
 */
export class Lock implements AsyncDisposable {
	readonly #place: Place;
	readonly #holder: LockHolder;
	readonly #handle: FileHandle;
	readonly #beat: NodeJS.Timeout;

	private constructor(place: Place, holder: LockHolder, handle: FileHandle) {
		this.#place = place;
		this.#holder = holder;
		this.#handle = handle;
		this.#beat = setInterval(() => {
			const now = new Date();
			handle.utimes(now, now).catch(() => {});
		}, BEAT).unref();
	}

	/**
	 * @throws {LockedError} when the time to wait is over
	 * @throws {FileError} for a lock file that no run of ensure has made: a link, a pipe, a directory
	 * @throws the signal's reason when it is aborted
	 * @throws the file system's error when no lock file can be made
	 */
	static async acquire(
		place: Place,
		{ wait, signal, onWait }: LockOptions,
	): Promise<Lock> {
		const me = thisHolder();
		const deadline = performance.now() + wait;
		let told = false;
		for (let round = 0; ; round++) {
			signal?.throwIfAborted();
			const attempt = await tryToTake(place, me);
			if (attempt.handle !== undefined) {
				return new Lock(place, me, attempt.handle);
			}
			const left = deadline - performance.now();
			const { other } = attempt;
			// Once more at once where another run was faster by a moment, with --wait 0 too.
			if (other === undefined && round < 10) continue;
			if (left <= 0) throw locked(place.file, other, wait);
			if (!told && other !== undefined) {
				told = true;
				onWait?.(`Waiting for ${nameOf(other)}.`);
			}
			await sleep(Math.min(POLL, left), undefined, {
				...(signal && { signal }),
			}).catch(() => {});
		}
	}

	/** Part of the names of files that belong to this hold. */
	get id(): string {
		return this.#holder.id;
	}

	/** False when somebody has taken this process for dead: it was stopped, or its host cut off. */
	async isHeld(): Promise<boolean> {
		const [first, ...claims] = await successionFrom(this.#place);
		return first?.id === this.#holder.id && claims.length === 0;
	}

	async release(): Promise<void> {
		clearInterval(this.#beat);
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

/** The open lock file when the lock is ours, otherwise who has it; neither when it changed hands provisional. */
interface Attempt {
	readonly handle?: FileHandle;
	readonly other?: Hold;
}

async function tryToTake(place: Place, me: LockHolder): Promise<Attempt> {
	const before = await successionFrom(place);
	const last = before.at(-1);
	if (last !== undefined && !isDead(last)) return { other: last };
	const claim =
		last === undefined ? place : place.beside(`${place.name}.${last.id}`);
	const handle = await createWhole(claim, place, me);
	if (handle === undefined) return {};
	if (last === undefined) return { handle };
	try {
		const now = await successionFrom(place);
		const expected = [...before.map(({ id }) => id), me.id];
		if (now.map(({ id }) => id).join() === expected.join()) {
			await rename(claim.at, place.at);
			return { handle };
		}
		// The hold ended in another way before the claim was there; its id never returns, so the claim is void.
		await rm(claim.at, { force: true });
	} catch (error) {
		await handle.close();
		throw error;
	}
	await handle.close();
	return {};
}

/** Makes the file with all its content and leaves it open, or returns undefined where the name is taken. */
async function createWhole(
	claim: Place,
	place: Place,
	me: LockHolder,
): Promise<FileHandle | undefined> {
	const candidate = place.beside(`${place.name}.${me.id}.new`);
	const handle = await openNew(candidate);
	try {
		await handle.writeFile(`${JSON.stringify(me)}\n`);
		await handle.sync();
		await link(candidate.at, claim.at);
		return handle;
	} catch (error) {
		await handle.close();
		const { code } = error as NodeJS.ErrnoException;
		// The holder has swept up the candidate as a leftover.
		if (code === "EEXIST" || code === "ENOENT") return undefined;
		if (!NO_HARD_LINKS.has(code)) throw error;
		return await createInPlace(claim, me);
	} finally {
		await rm(candidate.at, { force: true });
	}
}

/** Without hard links there is a moment in which the file is empty; such a hold counts as alive. */
async function createInPlace(
	claim: Place,
	me: LockHolder,
): Promise<FileHandle | undefined> {
	let handle: FileHandle;
	try {
		handle = await openNew(claim);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
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
	other: Hold | undefined,
	wait: number,
): LockedError {
	const time = wait === 0 ? "" : ` after ${Math.round(wait / 100) / 10} s`;
	const who = other === undefined ? "changing processes" : nameOf(other);
	return new LockedError(
		`${file} is still held${time} by ${who}; wait longer, or see what that process does.`,
	);
}
