import { setPriority } from "node:os";
import { workerData } from "node:worker_threads";

/** How far worker threads step back for others. */
export interface ThrottleOptions {
	/** Added to their niceness, 0 … 19; on Linux to theirs alone, elsewhere to that of the whole process. */
	readonly nice: number;
	/** The share of a processor that each may use, above 0, up to 1. */
	readonly cpuShare: number;
}

/** No more than this is slept off at once, in ms: a worker that is to stop should not sleep long. */
const LONGEST_REST = 1000;

/** In a worker: what its pool asked for. It sets the priority; `rest` is to be called after each piece of work. */
export class Throttle {
	readonly #share: number;
	readonly #nothing = new Int32Array(new SharedArrayBuffer(4));
	#resumed = performance.now();

	constructor({ nice, cpuShare }: ThrottleOptions = workerData) {
		if (nice > 0) setPriority(nice);
		this.#share = cpuShare;
	}

	/** Sleeps until the work since the last rest is no more than its share of the time. */
	rest(): void {
		if (this.#share === 1) return;
		const worked = performance.now() - this.#resumed;
		const pause = Math.min(worked / this.#share - worked, LONGEST_REST);
		if (pause < 1) return;
		Atomics.wait(this.#nothing, 0, 0, pause);
		this.#resumed = performance.now();
	}
}
