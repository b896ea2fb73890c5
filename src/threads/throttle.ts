import { setPriority } from "node:os";
import { workerData } from "node:worker_threads";

/** How much of the processor worker threads leave to other processes. */
export interface ThrottleOptions {
	/** Added to their niceness, 0 … 19; on Linux to theirs alone, elsewhere to that of the whole process. */
	readonly nice: number;
	/** The share of a processor that each may use, above 0, up to 1. */
	readonly cpuShare: number;
}

/** The longest single sleep, in ms: a worker that is to stop should not sleep long. */
const LONGEST_REST = 1000;

/** Limits a worker thread as its pool asks: it sets the priority at once; call `rest` after each piece of work. */
export class Throttle {
	readonly #share: number;
	readonly #neverNotified = new Int32Array(new SharedArrayBuffer(4));
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
		Atomics.wait(this.#neverNotified, 0, 0, pause);
		this.#resumed = performance.now();
	}
}
