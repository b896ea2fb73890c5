import type { ResourceLimits } from "node:worker_threads";
import { WorkerError } from "../errors.js";
import { workerFile } from "../worker-files.js";
import { threadFailure } from "./thread-failure.js";
import type { ThrottleOptions } from "./throttle.js";
import type { WorkQueue } from "./work-queue.js";
import { WorkerThread } from "./worker-thread.js";

/** The tasks of this package, as workers/entry.cts exports them. */
export type TaskName =
	| "sieve"
	| "fermat"
	| "verify"
	| "rounds"
	| "sets"
	| "quick";

export interface PoolOptions extends Partial<ThrottleOptions> {
	/** A CommonJS module that exports the tasks, as a file URL; tests pass modules of their own. */
	readonly entry?: string;
	readonly resourceLimits?: ResourceLimits;
}

// How long a task that can be halted keeps the threads while others wait for them, in milliseconds.
const TURN = 1000;

/**
 * Worker threads, which start with the first task unless `start` is called before, and end with `destroy`. Tasks take turns
 * on all of them. A thread that dies takes the others with it; the next task starts new ones.
 */
export class WorkerPool implements AsyncDisposable {
	/** The number of threads. */
	readonly threads: number;
	readonly #options: Required<PoolOptions>;
	#workers: readonly WorkerThread[] = [];
	/** Threads without a task of `run`, and the callers that wait for one. */
	#idle: WorkerThread[] = [];
	readonly #requests: {
		resolve: (worker: WorkerThread) => void;
		reject: (reason: unknown) => void;
	}[] = [];
	/** Settles when all terminated threads have exited. */
	#gone: Promise<unknown> = Promise.resolve();
	#lastTurn: Promise<void> = Promise.resolve();
	#waiting = 0;
	#isClosed = false;

	constructor(threads: number, options: PoolOptions = {}) {
		this.threads = threads;
		this.#options = {
			entry: workerFile("entry.cjs").href,
			resourceLimits: {},
			nice: 0,
			cpuShare: 1,
			...options,
		};
	}

	/** Starts the threads before there is a task for them. */
	start(): void {
		if (this.isRunning || this.#isClosed) return;
		try {
			this.#start();
		} catch {
			// The first task tries again, and says why it cannot.
		}
	}

	/** Have the threads started? */
	get isRunning(): boolean {
		return this.#workers.length > 0;
	}

	/**
	 * Runs one task on every thread and waits for all of them, after earlier callers. With a `queue` it is halted after a
	 * while when others wait: run it again to go on.
	 *
	 * @throws {@link WorkerError} when a thread cannot start or ends, a task throws, or the pool is destroyed
	 */
	async runOnAll<Task, Result>(
		name: TaskName,
		task: Task,
		queue?: WorkQueue,
	): Promise<Result[]> {
		return this.#inTurn(async () => {
			const giveWay = setInterval(() => {
				if (queue !== undefined && this.#waiting > 0) queue.halted = true;
			}, TURN);
			try {
				return await this.#run<Task, Result>(name, task);
			} finally {
				clearInterval(giveWay);
			}
		});
	}

	/**
	 * Runs a task on the next thread that is free; tasks that have to wait begin in the order in which they came. Not
	 * beside `runOnAll`.
	 *
	 * @throws {@link WorkerError} when the thread ended, or the task threw; all threads are ended then
	 */
	async run<Task, Result>(name: TaskName, task: Task): Promise<Result> {
		if (this.#isClosed) throw closed();
		if (!this.isRunning) this.#start();
		let worker: WorkerThread | undefined;
		try {
			worker = this.#idle.shift() ?? (await this.#nextIdle());
			return await worker.run<Task, Result>(name, task);
		} catch (cause) {
			if (worker === undefined || this.#workers.includes(worker)) this.#end();
			if (this.#isClosed) throw closed();
			throw threadFailure(
				`A worker thread ended before its ${name} task did`,
				cause,
			);
		} finally {
			if (worker !== undefined) this.#release(worker);
		}
	}

	/** Terminates all threads at once, and waits until they have exited. No thread starts afterwards. */
	async destroy(): Promise<void> {
		this.#isClosed = true;
		this.#end();
		await this.#gone;
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
		if (this.#isClosed) throw closed();
		if (!this.isRunning) this.#start();
		const runs = this.#workers.map((worker) =>
			worker.run<Task, Result>(name, task),
		);
		try {
			return await Promise.all(runs);
		} catch (cause) {
			this.#end();
			// Each rejects now; this avoids an unhandled rejection.
			await Promise.allSettled(runs);
			if (this.#isClosed) throw closed();
			throw threadFailure(
				`A worker thread ended before its ${name} task did`,
				cause,
			);
		}
	}

	#nextIdle(): Promise<WorkerThread> {
		return new Promise((resolve, reject) => {
			this.#requests.push({ resolve, reject });
		});
	}

	/** Gives a thread to the caller that has waited longest. A terminated one is dropped. */
	#release(worker: WorkerThread): void {
		if (!this.#workers.includes(worker)) return;
		const next = this.#requests.shift();
		if (next === undefined) this.#idle.push(worker);
		else next.resolve(worker);
	}

	/** @throws {@link WorkerError} when the system does not let all of them start */
	#start(): void {
		const { entry, resourceLimits, nice, cpuShare } = this.#options;
		const workers: WorkerThread[] = [];
		try {
			while (workers.length < this.threads) {
				workers.push(
					new WorkerThread({
						entry,
						resourceLimits,
						throttle: { nice, cpuShare },
					}),
				);
			}
		} catch (cause) {
			throw threadFailure("A worker thread could not be started", cause);
		} finally {
			this.#workers = workers;
			this.#idle = [...workers];
			if (workers.length < this.threads) this.#end();
		}
	}

	#end(): void {
		const ended = this.#workers.map((worker) => worker.end());
		this.#workers = [];
		this.#idle = [];
		const ending = new Error("the threads were ended");
		for (const { reject } of this.#requests.splice(0)) reject(ending);
		this.#gone = Promise.all([this.#gone, ...ended]);
	}
}

function closed(): WorkerError {
	return new WorkerError(
		"The worker threads were ended, so their work was not finished. Start a new pool for more.",
	);
}
