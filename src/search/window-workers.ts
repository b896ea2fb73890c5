import type { EngineChoice } from "../arithmetic/choose-engine.js";
import type { TaskName, WorkerPool } from "../threads/pool.js";
import { WorkQueue } from "../threads/work-queue.js";
import { PROGRESS_INTERVAL, type SearchClock } from "./progress.js";
import { type SieveChoice, type SieveTask, sieveRanges } from "./sieve.js";
import type { Window } from "./window.js";

/** What works on a window. */
export interface SearchContext {
	readonly pool: WorkerPool;
	readonly engine: EngineChoice;
	readonly sieve: SieveChoice;
	readonly clock: SearchClock;
	readonly signal?: AbortSignal | undefined;
}

/** The workers split the primes of a range; each strikes a window of its own, and what one strikes out is out. */
export async function sieveDeep(
	window: Window,
	range: readonly [low: number, high: number],
	context: SearchContext,
	queue = new WorkQueue(),
): Promise<Uint32Array> {
	const ranges = sieveRanges(...range);
	const places = ranges.length;
	const timer = setInterval(
		() => context.clock.report("sieve", 0, queue.taken(places)),
		PROGRESS_INTERVAL,
	);
	const parts = await runToTheEnd<SieveTask, Uint32Array>(
		"sieve",
		{ sieve: context.sieve, window, ranges, queue: queue.memory },
		{ queue, places },
		context,
	).finally(() => clearInterval(timer));
	// The first takes in the others: at 8192 bits each has 16 MB.
	const [struck = new Uint32Array(window.length / 32), ...others] = parts;
	for (const part of others) {
		for (let i = 0; i < struck.length; i++) {
			(struck[i] as number) |= part[i] as number;
		}
	}
	return struck;
}

/** The work that a queue hands out. */
export interface QueuedWork {
	readonly queue: WorkQueue;
	/** How many places there are to take. */
	readonly places: number;
	/** Is what is left needless? */
	readonly isDone?: () => boolean;
}

/** Runs a task in as many turns as it takes until all places of its queue are taken, or those that are left are needless. */
export async function runToTheEnd<Task, Result>(
	name: TaskName,
	task: Task,
	{ queue, places, isDone = () => false }: QueuedWork,
	{ pool, signal }: SearchContext,
): Promise<Result[]> {
	const results: Result[] = [];
	const halt = () => {
		queue.halted = true;
	};
	signal?.addEventListener("abort", halt);
	try {
		do {
			queue.halted = false;
			signal?.throwIfAborted();
			results.push(...(await pool.runOnAll<Task, Result>(name, task, queue)));
		} while (!isDone() && queue.hasLeft(places));
		return results;
	} finally {
		signal?.removeEventListener("abort", halt);
	}
}

/** A copy that all threads see. */
export function shared(values: Uint32Array): Uint32Array<SharedArrayBuffer> {
	const copy = new Uint32Array(new SharedArrayBuffer(values.byteLength));
	copy.set(values);
	return copy;
}
