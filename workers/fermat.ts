import { engineOf } from "../src/arithmetic/choose-engine.js";
import { type FermatTask, testSome } from "../src/search/fermat.js";
import { Throttle } from "../src/threads/throttle.js";
import { WorkQueue } from "../src/threads/work-queue.js";

const throttle = new Throttle();

export default function run(task: FermatTask): void {
	const { window } = task;
	const order = new Uint32Array(task.order);
	const queue = new WorkQueue(task.queue);
	const engine = engineOf(task.engine);
	const notes = task.outcomes && {
		outcomes: new Uint8Array(task.outcomes),
		residues: task.residues && new BigUint64Array(task.residues),
	};
	while (testSome(window, order, queue, engine, notes)) throttle.rest();
}
