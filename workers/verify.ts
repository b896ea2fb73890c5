import {
	type Evidence,
	holds,
	type VerifyTask,
} from "../src/search/evidence.js";
import { Throttle } from "../src/threads/throttle.js";
import { WorkQueue } from "../src/threads/work-queue.js";

const throttle = new Throttle();

/** @returns how many parts of the evidence this worker took and found to hold */
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
