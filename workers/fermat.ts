import {
	type EngineChoice,
	engineOf,
} from "../src/arithmetic/choose-engine.js";
import { testSome } from "../src/search/fermat.js";
import type { Window } from "../src/search/window.js";
import { Throttle } from "../src/threads/throttle.js";
import { WorkQueue } from "../src/threads/work-queue.js";

/** One worker's share of the tests of a window's candidates. */
export interface FermatTask {
	readonly engine: EngineChoice;
	readonly window: Window;
	/** Shared: the candidates' indices in the order in which they are tested. */
	readonly order: SharedArrayBuffer;
	readonly queue: SharedArrayBuffer;
}

const throttle = new Throttle();

export default function run(task: FermatTask): void {
	const { window } = task;
	const order = new Uint32Array(task.order);
	const queue = new WorkQueue(task.queue);
	const engine = engineOf(task.engine);
	while (testSome(window, order, queue, engine)) throttle.rest();
}
