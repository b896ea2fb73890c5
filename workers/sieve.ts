import { type SieveTask, sieve } from "../src/search/sieve.js";
import { Throttle } from "../src/threads/throttle.js";
import { WorkQueue } from "../src/threads/work-queue.js";

const throttle = new Throttle();

/** @returns the candidates that this worker's primes strike out, one bit each */
export default function run(task: SieveTask): Uint32Array {
	return sieve(task.sieve, task.window, take(task)).slice();
}

function* take({ ranges, queue: memory }: SieveTask) {
	const queue = new WorkQueue(memory);
	for (;;) {
		const at = queue.take(1, ranges.length);
		if (at === undefined) return;
		yield ranges[at] as readonly [number, number];
		throttle.rest();
	}
}
