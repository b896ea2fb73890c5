import {
	link,
	readFile,
	rename,
	rm,
	stat,
	utimes,
	writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { NO_HARD_LINKS } from "../atomic-file.js";
import { LockedError } from "../errors.js";
import { type Holder, lifeOf, parseHolder, thisHolder } from "./holder.js";

// Times in ms. A holder of whom nothing else is known has died when its lock was not touched for so long; hosts that
// share a folder keep their clocks closer together than that.
const BEAT = 10_000;
const SILENT_FOR = 120_000;
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
 * dead links FILE.ID, where ID is that hold's own, so that there is one heir however many try; if FILE is still that
 * hold then, the heir renames its claim over FILE. A heir who dies before that has an heir in turn. Nobody ever
 * removes a lock that could be another's in the meantime.
 */
export class Lock implements AsyncDisposable {
	readonly #path: string;
	readonly #holder: Holder;
	readonly #beat: NodeJS.Timeout;

	private constructor(path: string, holder: Holder) {
		this.#path = path;
		this.#holder = holder;
		this.#beat = setInterval(() => {
			const now = new Date();
			utimes(path, now, now).catch(() => {});
		}, BEAT).unref();
	}

	/**
	 * @throws {LockedError} when the time to wait is over
	 * @throws the signal's reason when it is aborted
	 * @throws the file system's error when no lock file can be made
	 */
	static async acquire(
		path: string,
		{ wait, signal, onWait }: LockOptions,
	): Promise<Lock> {
		const me = thisHolder();
		const deadline = performance.now() + wait;
		for (let told = false; ; told = true) {
			signal?.throwIfAborted();
			const other = await tryToTake(path, me);
			if (other === undefined) return new Lock(path, me);
			const left = deadline - performance.now();
			if (left <= 0) throw locked(path, other, wait);
			if (!told) onWait?.(`Waiting for ${nameOf(other)}.`);
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
		const [first, ...heirs] = await successionFrom(this.#path);
		return first?.id === this.#holder.id && heirs.length === 0;
	}

	async release(): Promise<void> {
		clearInterval(this.#beat);
		if (await this.isHeld()) await rm(this.#path, { force: true });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.release();
	}
}

/** A hold as it stands in a file, with the time of its last sign of life in ms since 1970. */
interface Hold {
	readonly id: string;
	readonly holder: Holder | undefined;
	readonly touched: number;
}

/** Undefined when the lock is ours, otherwise who has it. */
async function tryToTake(path: string, me: Holder): Promise<Hold | undefined> {
	for (;;) {
		const before = await successionFrom(path);
		const last = before.at(-1);
		if (last !== undefined && !isDead(last)) return last;
		const claim = last === undefined ? path : `${path}.${last.id}`;
		if (!(await createWhole(claim, path, me))) continue;
		if (last === undefined) return undefined;
		const now = await successionFrom(path);
		const expected = [...before.map(({ id }) => id), me.id];
		if (now.map(({ id }) => id).join() === expected.join()) {
			await rename(claim, path);
			return undefined;
		}
		// The hold ended in another way before the claim was there; its id never returns, so the claim is void.
		await rm(claim, { force: true });
	}
}

/** The hold of the lock, its heir, the heir's heir …; the last one counts. */
async function successionFrom(path: string): Promise<Hold[]> {
	const holds: Hold[] = [];
	for (let name = path; ; ) {
		const hold = await readHold(name);
		if (hold === undefined) return holds;
		holds.push(hold);
		name = `${path}.${hold.id}`;
	}
}

async function readHold(name: string): Promise<Hold | undefined> {
	try {
		const text = await readFile(name, "utf8");
		const { ino, mtimeMs, mtimeNs } = await stat(name, { bigint: true });
		const holder = parseHolder(text);
		// Torn by a crash of the machine, or not ours: only its age can tell.
		const id = holder?.id ?? `torn-${ino}-${mtimeNs}`;
		return { id, holder, touched: Number(mtimeMs) };
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

function isDead({ holder, touched }: Hold): boolean {
	const life = holder === undefined ? "unknown" : lifeOf(holder);
	if (life !== "unknown") return life === "gone";
	return Date.now() - touched > SILENT_FOR;
}

/** Makes the file with all its content, or returns false where the name is taken. */
async function createWhole(
	name: string,
	path: string,
	me: Holder,
): Promise<boolean> {
	const content = `${JSON.stringify(me)}\n`;
	const candidate = `${path}.${me.id}.new`;
	try {
		await writeFile(candidate, content, { flush: true });
		await link(candidate, name);
		return true;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EEXIST") return false;
		// The holder has swept up the candidate as a leftover.
		if (code === "ENOENT" && (await folderExists(path))) return false;
		if (!NO_HARD_LINKS.has(code)) throw error;
		return createInPlace(name, content);
	} finally {
		await rm(candidate, { force: true });
	}
}

/** Without hard links there is a moment in which the file is empty; such a hold counts as alive. */
async function createInPlace(name: string, content: string): Promise<boolean> {
	try {
		await writeFile(name, content, { flag: "wx" });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
		throw error;
	}
}

async function folderExists(path: string): Promise<boolean> {
	return stat(dirname(path)).then(
		() => true,
		() => false,
	);
}

function locked(path: string, other: Hold, wait: number): LockedError {
	const time = wait === 0 ? "" : ` after ${Math.round(wait / 100) / 10} s`;
	return new LockedError(
		`${path} is still held${time} by ${nameOf(other)}; wait longer, or see what that process does.`,
	);
}

function nameOf({ holder }: Hold): string {
	return holder === undefined
		? "a run that has not said who it is"
		: `process ${holder.pid} on ${holder.host}, at work since ${holder.since}`;
}
