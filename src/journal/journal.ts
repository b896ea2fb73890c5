import { type FileHandle, open } from "node:fs/promises";
import { FileError } from "../errors.js";
import { openToAppend } from "../files/append.js";
import { findPlace } from "../files/place.js";
import { unreadable, unwritable } from "../files/reasons.js";
import { readStart } from "../files/regular.js";
import type { SearchState } from "../search/collect.js";
import { differenceOf, type Job } from "./job.js";
import {
	decodeJournal,
	type EncodedLine,
	encodeJob,
	encodeStep,
	type JournalContent,
	type States,
} from "./lines.js";

// A run of a week writes some thousand lines.
const MAX_BYTES = 2 ** 26;

// A line at most every second, and later every hundredth of the time that the run has taken, up to a minute (in ms).
const SHORTEST_INTERVAL = 1000;
const LONGEST_INTERVAL = 60_000;
const INTERVAL_SHARE = 0.01;

/**
 * What a long search has decided so far, in a file: a line for the search and one for each step, appended and synced. So
 * it survives the end of the process or the machine, and another run goes on from it.
 */
export class Journal implements AsyncDisposable {
	readonly job: Job;
	readonly #name: string;
	readonly #handle: FileHandle;
	readonly #states: Map<number, SearchState>;
	readonly #began = performance.now();
	#check: string;
	#length: number;
	#latest: { readonly bits: number; readonly state: SearchState } | undefined;
	#lastWritten = performance.now();
	#writing: Promise<void> = Promise.resolve();
	#isWriting = false;
	#failure: unknown;

	private constructor(
		name: string,
		handle: FileHandle,
		{ job, states, check, length }: JournalContent,
	) {
		this.#name = name;
		this.#handle = handle;
		this.job = job;
		this.#states = new Map(states);
		this.#check = check;
		this.#length = length;
	}

	/**
	 * Opens a journal, or begins one where the file does not exist or is empty.
	 *
	 * @param chooseJob is given the job of the file, where it has one, and returns that of this run
	 * @throws {@link FileError} for a file that is not a journal, was changed, or is of another search
	 */
	static async open(
		path: string,
		chooseJob: (recorded: Job | undefined) => Job,
	): Promise<Journal> {
		try {
			const handle = await openToAppend(path);
			try {
				const content = await contentOf(handle, path);
				const job = chooseJob(content?.job);
				if (content !== undefined) {
					checkSame(path, content.job, job);
					// What is behind the last complete line was cut off.
					await handle.truncate(content.length);
					return new Journal(path, handle, { ...content, job });
				}
				await handle.truncate(0);
				const empty = { job, states: new Map(), check: "", length: 0 };
				const journal = new Journal(path, handle, empty);
				await journal.#append(encodeJob(job));
				return journal;
			} catch (error) {
				await handle.close();
				throw error;
			}
		} catch (error) {
			throw unwritable(path, error);
		}
	}

	/** What the file says is decided, by size. */
	get states(): States {
		return this.#states;
	}

	/**
	 * Takes over what other journals of the same search have decided.
	 *
	 * @throws {@link FileError} when the file cannot be written
	 */
	async merge(others: States): Promise<void> {
		for (const [bits, state] of others) {
			if (isAhead(state, this.#states.get(bits))) {
				this.#latest = { bits, state };
				await this.flush();
			}
		}
	}

	/**
	 * Notes what is decided, and writes it when the time has come.
	 *
	 * @returns a promise when it writes
	 * @throws {@link FileError} when the file cannot be written
	 */
	record(bits: number, state: SearchState): Promise<void> | undefined {
		this.#latest = { bits, state };
		const now = performance.now();
		const interval = Math.min(
			Math.max(SHORTEST_INTERVAL, (now - this.#began) * INTERVAL_SHARE),
			LONGEST_INTERVAL,
		);
		const isDue = now - this.#lastWritten >= interval;
		if (this.#isWriting || this.#failure || !isDue) return undefined;
		return this.flush();
	}

	/**
	 * Writes what was noted, and waits until it is on the disk.
	 *
	 * @throws {@link FileError} when the file cannot be written
	 */
	async flush(): Promise<void> {
		await this.#writing;
		if (this.#failure) throw this.#failure;
		this.#isWriting = true;
		this.#writing = this.#writeLatest().finally(() => {
			this.#isWriting = false;
			this.#lastWritten = performance.now();
		});
		try {
			await this.#writing;
		} catch (error) {
			this.#failure = error;
			this.#writing = Promise.resolve();
			throw error;
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#writing.catch(() => {});
		await this.#handle.close();
	}

	async #writeLatest(): Promise<void> {
		if (this.#latest === undefined) return;
		const { bits, state } = this.#latest;
		const known = this.#states.get(bits);
		if (!isAhead(state, known)) return;
		const step = {
			bits,
			...state,
			hits: state.hits.slice(known?.hits.length ?? 0),
		};
		await this.#append(encodeStep(step, this.#check));
		this.#states.set(bits, state);
	}

	async #append({ line, check }: EncodedLine): Promise<void> {
		const bytes = Buffer.from(line);
		try {
			const { size } = await this.#handle.stat();
			if (size !== this.#length) {
				throw new FileError(
					`${this.#name} was changed by another program while this search ran; perhaps a second one with the same journal. What was decided before is in it. Run one of them again.`,
				);
			}
			await this.#handle.writeFile(bytes);
			await this.#handle.datasync();
		} catch (error) {
			// A line that is there in part would be ignored; but space may come back, and another line be written.
			if (!(error instanceof FileError)) {
				await this.#handle.truncate(this.#length).catch(() => {});
			}
			throw unwritable(this.#name, error);
		}
		this.#length += bytes.length;
		this.#check = check;
	}
}

/**
 * What a journal says, without writing to it.
 *
 * @throws {@link FileError} when it cannot be read, or is not a journal
 */
export async function readJournal(path: string): Promise<JournalContent> {
	try {
		await using place = await findPlace(path);
		const handle = await open(place.at, "r");
		try {
			const content = await contentOf(handle, path);
			if (content !== undefined) return content;
		} finally {
			await handle.close();
		}
	} catch (error) {
		throw unreadable(path, error);
	}
	throw new FileError(
		`${path} has no complete line, so there is nothing to go on with. Begin a new search.`,
	);
}

/** Is the one further than the other? */
export function isAhead(
	state: SearchState,
	{ window, rank }: SearchState = { window: 0, rank: 0, hits: [] },
): boolean {
	return (
		state.window > window || (state.window === window && state.rank > rank)
	);
}

/** @throws {@link FileError} when the journal is of another search */
export function checkSame(path: string, recorded: Job, wanted: Job): void {
	const difference = differenceOf(recorded, wanted);
	if (difference === undefined) return;
	throw new FileError(
		`${path} is the journal of ${difference}. Give another name, or ask for the search that it belongs to.`,
	);
}

async function contentOf(
	handle: FileHandle,
	name: string,
): Promise<JournalContent | undefined> {
	const { size } = await handle.stat();
	if (size > MAX_BYTES) {
		throw new FileError(
			`${name} has ${size} bytes, more than any journal. Give the name of a journal.`,
		);
	}
	return decodeJournal(await readStart(handle, size), name);
}
