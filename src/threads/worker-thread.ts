import { createRequire } from "node:module";
import type { ResourceLimits } from "node:worker_threads";
import type { Piscina } from "piscina";
import type { ThrottleOptions } from "./throttle.js";

/** Loaded where a thread starts: that takes as long as a small search. */
const loadPiscina = (): typeof import("piscina") =>
	createRequire(import.meta.url)("piscina");

export interface ThreadOptions {
	/** A CommonJS module that exports the tasks, as a file URL. */
	readonly entry: string;
	readonly throttle: ThrottleOptions;
	readonly resourceLimits: ResourceLimits;
}

/**
 * One worker thread, which runs one task at a time: a Piscina of a single thread. A larger one starts a new thread for
 * each that dies, leaves those that it has started to themselves when the next one cannot start, and says nothing to the
 * tasks that wait when no thread comes up.
 */
export class WorkerThread {
	readonly #piscina: Piscina;
	readonly #entry: string;
	readonly #gone: Promise<void>;
	#failure: unknown;
	#isOver = false;

	/** @throws what Node throws when it cannot start a thread */
	constructor({ entry, throttle, resourceLimits }: ThreadOptions) {
		this.#entry = entry;
		const { Piscina } = loadPiscina();
		this.#piscina = new Piscina({
			minThreads: 1,
			maxThreads: 1,
			resourceLimits,
			workerData: throttle,
			recordTiming: false,
		});
		// Events of the worker are handled below. Without a listener this event would end the process.
		this.#piscina.on("error", () => {});
		const [worker] = this.#piscina.threads;
		this.#gone = new Promise((resolve) => {
			worker?.once("exit", () => resolve());
		});
		// Before Piscina hears of it and starts another thread.
		worker?.prependOnceListener("error", (error) => this.#fail(error));
		worker?.prependOnceListener("exit", (status) =>
			this.#fail(new Error(`it exited with status ${status}`)),
		);
	}

	/** @throws what the task threw, or what ended the thread */
	async run<Task, Result>(name: string, task: Task): Promise<Result> {
		try {
			if (this.#isOver) throw new Error("it has ended");
			return await this.#piscina.run(task, { filename: this.#entry, name });
		} catch (error) {
			throw this.#failure ?? error;
		}
	}

	/** Terminates the thread at once, and waits until it has exited. */
	async end(): Promise<void> {
		this.#close();
		await this.#gone;
	}

	#fail(cause: unknown): void {
		if (!this.#isOver) this.#failure = cause;
		this.#close();
	}

	/** Its tasks reject. Piscina's own promise is not awaited: it never settles for a thread that is exiting already. */
	#close(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		void this.#piscina.destroy();
	}
}
