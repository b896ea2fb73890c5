import type { ResourceLimits } from "node:worker_threads";
import { Piscina } from "piscina";
import { WorkerError } from "../errors.js";

/** The tasks of this package: compiled files in dist/workers. */
export type TaskName = "sieve" | "fermat" | "verify" | "rounds";

/** Worker threads, one for each processor that a search may use. They start with the pool and end with `destroy`. */
export class WorkerPool implements AsyncDisposable {
	readonly threads: number;
	readonly #piscina: Piscina;
	readonly #filename: (task: TaskName) => string;

	/** @param filename where the compiled task is, as a file URL; tests pass workers of their own */
	constructor(
		threads: number,
		filename: (task: TaskName) => string = taskFile,
		resourceLimits: ResourceLimits = {},
	) {
		this.threads = threads;
		this.#filename = filename;
		this.#piscina = new Piscina({
			minThreads: threads,
			maxThreads: threads,
			resourceLimits,
			// A task ends only with its window: a second one must not wait behind it on a busy thread.
			concurrentTasksPerWorker: 1,
		});
	}

	/**
	 * Runs one task on every thread and waits for all of them.
	 *
	 * @throws {WorkerError} when a thread ended, or a task threw; the other tasks may still be running then
	 */
	async runOnAll<Task, Result>(name: TaskName, task: Task): Promise<Result[]> {
		const filename = this.#filename(name);
		const runs = Array.from({ length: this.threads }, () =>
			this.#piscina.run(task, { filename }),
		);
		try {
			return (await Promise.all(runs)) as Result[];
		} catch (cause) {
			// The rest fails too when the pool is destroyed; nobody else listens for that.
			for (const run of runs) run.catch(() => {});
			const reason = cause instanceof Error ? cause.message : String(cause);
			throw new WorkerError(
				`A worker thread ended before its ${name} task did (${reason}). The work was stopped; run it again, with fewer threads if memory is short.`,
				{ cause },
			);
		}
	}

	/** Ends all threads at once, whatever they do. */
	async destroy(): Promise<void> {
		await this.#piscina.destroy();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.destroy();
	}
}

function taskFile(name: TaskName): string {
	return import.meta.resolve(`#workers/${name}.js`);
}
