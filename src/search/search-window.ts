import { setImmediate } from "node:timers/promises";
import { type EngineChoice, engineOf } from "../arithmetic/choose-engine.js";
import type { TaskName, WorkerPool } from "../threads/pool.js";
import { WorkQueue } from "../threads/work-queue.js";
import type { Draw } from "./draw.js";
import { type FermatTask, testSome } from "./fermat.js";
import { isStruck, randomOrder } from "./order.js";
import type { Plan } from "./plan.js";
import type { SearchClock } from "./progress.js";
import {
	type SieveChoice,
	type SieveTask,
	sieve,
	sieveRanges,
} from "./sieve.js";
import type { Window } from "./window.js";

/** What works on a window. */
export interface SearchContext {
	readonly pool: WorkerPool;
	readonly engine: EngineChoice;
	readonly sieve: SieveChoice;
	readonly clock: SearchClock;
	readonly signal?: AbortSignal | undefined;
}

/** How often progress is reported while workers sieve or test, in ms. */
const PROGRESS_INTERVAL = 100;

/**
 * The index of the window's first safe prime in the key's order, or undefined where it holds none. This thread sieves a
 * little and tests the first candidates, so that a search begins at once; the workers, as soon as they have started,
 * sieve the rest and test it.
 */
export async function searchWindow(
	{ window, key }: Draw,
	{ firstBound, firstTests, sieveBound }: Plan,
	context: SearchContext,
): Promise<number | undefined> {
	const { clock, signal } = context;
	clock.report("sieve");
	const shallow = sieve(context.sieve, window, sieveRanges(0, firstBound));
	const order = randomOrder(shallow, key);
	const found = new AbortController();
	const sieving =
		firstBound === sieveBound
			? Promise.resolve(shallow)
			: sieveDeep(window, [firstBound, sieveBound], {
					...context,
					signal: AbortSignal.any([found.signal, ...(signal ? [signal] : [])]),
				});
	// Its error is thrown where it is awaited; this avoids an unhandled rejection.
	sieving.catch(() => {});
	const early = await testHere(window, order.subarray(0, firstTests), context);
	if (early !== undefined) {
		found.abort();
		await sieving.catch(() => {});
		return early;
	}
	clock.report("sieve");
	const struck = await sieving;
	const rest = order.subarray(firstTests).filter((k) => !isStruck(struck, k));
	return testInOrder(window, rest, context);
}

/** The first safe prime of these candidates by this thread alone, which in between attends to other things. */
async function testHere(
	window: Window,
	order: Uint32Array,
	{ clock, engine, signal }: SearchContext,
): Promise<number | undefined> {
	const queue = new WorkQueue();
	const own = engineOf(engine);
	clock.report("test");
	while (!signal?.aborted && testSome(window, order, queue, own)) {
		await setImmediate();
	}
	clock.addTested(queue.tested);
	return queue.winner === undefined ? undefined : order[queue.winner];
}

/** The workers split the primes of a range; each strikes a window of its own, and what one strikes out is out. */
async function sieveDeep(
	window: Window,
	range: readonly [low: number, high: number],
	context: SearchContext,
): Promise<Uint32Array> {
	const queue = new WorkQueue();
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
	const struck = new Uint32Array(window.length / 32);
	for (const part of parts) {
		for (let i = 0; i < struck.length; i++) {
			(struck[i] as number) |= part[i] as number;
		}
	}
	return struck;
}

/** The first safe prime of these candidates, or undefined where none is one. */
async function testInOrder(
	window: Window,
	candidates: Uint32Array,
	context: SearchContext,
): Promise<number | undefined> {
	const { clock, engine } = context;
	const order = shared(candidates);
	const queue = new WorkQueue();
	const timer = setInterval(
		() => clock.report("test", queue.tested),
		PROGRESS_INTERVAL,
	);
	try {
		clock.report("test");
		await runToTheEnd<FermatTask, void>(
			"fermat",
			{ engine, window, order: order.buffer, queue: queue.memory },
			{ queue, places: order.length },
			context,
		);
	} finally {
		clearInterval(timer);
		clock.addTested(queue.tested);
	}
	return queue.winner === undefined ? undefined : order[queue.winner];
}

/** Runs a task in as many turns as it takes until all places of its queue are taken, or one of them has won. */
async function runToTheEnd<Task, Result>(
	name: TaskName,
	task: Task,
	{ queue, places }: { queue: WorkQueue; places: number },
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
		} while (queue.winner === undefined && queue.hasLeft(places));
		return results;
	} finally {
		signal?.removeEventListener("abort", halt);
	}
}

function shared(values: Uint32Array): Uint32Array<SharedArrayBuffer> {
	const copy = new Uint32Array(new SharedArrayBuffer(values.byteLength));
	copy.set(values);
	return copy;
}
