import { type Evidence, holds } from "../src/search/evidence.js";
import { Throttle } from "../src/threads/throttle.js";
import { WorkQueue } from "../src/threads/work-queue.js";

/** Proofs that the workers share; each is taken by one of them. */
export interface VerifyTask {
	readonly evidence: readonly Evidence[];
	readonly queue: SharedArrayBuffer;
}

const throttle = new Throttle();

/** @returns how many evidence this worker took that hold */
export default function run({ evidence, queue: memory }: VerifyTask): number {
	const queue = new WorkQueue(memory);
	let held = 0;
	for (;;) {
		const at = queue.take(1, evidence.length);
		if (at === undefined) return held;
		if (holds(evidence[at] as Evidence)) held++;
		throttle.rest();
	}
}
