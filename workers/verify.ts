import { confirmedEngineOf } from "../src/primality/confirmed-engine.js";
import {
	type Evidence,
	holds,
	type VerifyTask,
} from "../src/search/evidence.js";
import { Throttle } from "../src/threads/throttle.js";
import { WorkQueue } from "../src/threads/work-queue.js";

const throttle = new Throttle();

/** @returns how many parts of the evidence this worker took and found to hold */
export default function run({
	engine: choice,
	evidence,
	queue: memory,
}: VerifyTask): number {
	const queue = new WorkQueue(memory);
	const engine = confirmedEngineOf(choice);
	let held = 0;
	for (;;) {
		const at = queue.take(1, evidence.length);
		if (at === undefined) return held;
		if (holds(evidence[at] as Evidence, engine)) held++;
		throttle.rest();
	}
}
