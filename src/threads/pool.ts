import type { ResourceLimits } from "node:worker_threads";
import { Piscina } from "piscina";
import { WorkerError } from "../errors.js";
import type { Board } from "./board.js";
import type { Courtesy } from "./courtesy.js";

/** The tasks of this package: compiled files in dist/workers. */
export type TaskName = "sieve" | "fermat" | "verify" | "rounds" | "sets";

export interface PoolOptions extends Partial<Courtesy> {
	/** Where the compiled task is, as a file URL; tests pass workers of their own. */
	readonly filename?: (task: TaskName) => string;
	readonly resourceLimits?: ResourceLimits;
}

// How long a task that can be halted keeps the threads while others wait for them, in ms.
const TURN = 1000;

/** Worker threads, which start with the pool and end with `destroy`. Tasks take turns on all of them. */
export class WorkerPool implements AsyncDisposable {
	readonly threads: number;
	readonly #piscina: Piscina;
	readonly #filename: (task: TaskName) => string;
	#lastTurn: Promise<void> = Promise.resolve();
	#waiting = 0;

	constructor(threads: number, options: PoolOptions = {}) {
		const { filename = taskFile, resourceLimits = {} } = options;
		const { nice = 0, cpuShare = 1 } = options;
		this.threads = threads;
		this.#filename = filename;
		this.#piscina = new Piscina({
			minThreads: threads,
			maxThreads: threads,
			resourceLimits,
			workerData: { nice, cpuShare } satisfies Courtesy,
			// A task ends only with its window: a second one must not wait behind it on a busy thread.
			concurrentTasksPerWorker: 1,
		});
	}

	/**
	 * Runs one task on every thread and waits for all of them, after those that were here before. With a `board` it is
	 * halted after a while when others wait: run it again to go on.
	 *
	 * @throws {WorkerError} when a thread ended, or a task threw; the other tasks may still be running then
	 */
	async runOnAll<Task, Result>(
		name: TaskName,
		task: Task,
		board?: Board,
	): Promise<Result[]> {
		return this.#inTurn(async () => {
			const giveWay = setInterval(() => {
				if (board !== undefined && this.#waiting > 0) board.halted = true;
			}, TURN);
			try {
				return await this.#run<Task, Result>(name, task);
			} finally {
				clearInterval(giveWay);
			}
		});
	}

	/**
	 * Runs a task on the next thread that is free; tasks that have to wait begin in the order in which they came.
	 *
	 * @throws {WorkerError} when the thread ended, or the task threw
	 */
	async run<Task, Result>(name: TaskName, task: Task): Promise<Result> {
		try {
			return await this.#piscina.run(task, { filename: this.#filename(name) });
		} catch (cause) {
			throw ended(name, cause);
		}
	}

	/** Ends all threads at once, whatever they do. */
	async destroy(): Promise<void> {
		await this.#piscina.destroy();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.destroy();
	}

	/** First come, first served. */
	async #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
		const before = this.#lastTurn;
		let end = () => {};
		this.#lastTurn = new Promise((resolve) => {
			end = resolve;
		});
		this.#waiting++;
		await before;
		this.#waiting--;
		try {
			return await run();
		} finally {
			end();
		}
	}

	async #run<Task, Result>(name: TaskName, task: Task): Promise<Result[]> {
		const filename = this.#filename(name);
		const runs = Array.from({ length: this.threads }, () =>
			this.#piscina.run(task, { filename }),
		);
		try {
			return (await Promise.all(runs)) as Result[];
		} catch (cause) {
			// The rest fails too when the pool is destroyed; nobody else listens for that.
			for (const run of runs) run.catch(() => {});
			throw ended(name, cause);
		}
	}
}

function ended(name: TaskName, cause: unknown): WorkerError {
	const reason = cause instanceof Error ? cause.message : String(cause);
	return new WorkerError(
		`A worker thread ended before its ${name} task did (${reason}). The work was stopped; run it again, with fewer threads if memory is short.`,
		{ cause },
	);
}

function taskFile(name: TaskName): string {
	return import.meta.resolve(`#workers/${name}.js`);
}
