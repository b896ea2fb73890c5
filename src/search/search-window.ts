import { setImmediate } from "node:timers/promises";
import { engineOf } from "../arithmetic/choose-engine.js";
import { now } from "../clock.js";
import { WorkQueue } from "../threads/work-queue.js";
import type { Draw } from "./draw.js";
import { type FermatTask, testSome } from "./fermat.js";
import { isStruck, randomOrder } from "./order.js";
import type { Plan } from "./plan.js";
import { PROGRESS_INTERVAL } from "./progress.js";
import { sieve, sieveRanges } from "./sieve.js";
import type { Window } from "./window.js";
import {
	runToTheEnd,
	type SearchContext,
	shared,
	sieveDeep,
} from "./window-workers.js";

/**
 * The index of the window's first safe prime in the key's order, or undefined where it holds none. This thread sieves a
 * little and tests the first candidates until the workers have started, which sieve the rest and test it.
 */
export async function searchWindow(
	{ window, key }: Draw,
	{ firstBound, firstTests, sieveBound }: Plan,
	context: SearchContext,
): Promise<number | undefined> {
	const { clock, signal } = context;
	clock.report("sieve");
	const shallow = sieve(context.sieve, window, sieveRanges(0, firstBound));
	const order = randomOrder(shallow, key).indices;
	const found = new AbortController();
	const ranges = new WorkQueue();
	const sieving =
		firstBound === sieveBound
			? Promise.resolve(shallow)
			: sieveDeep(
					window,
					[firstBound, sieveBound],
					{
						...context,
						signal: AbortSignal.any([
							found.signal,
							...(signal ? [signal] : []),
						]),
					},
					ranges,
				);
	// Its error is thrown where it is awaited; this avoids an unhandled rejection.
	sieving.catch(() => {});
	const early = await testHere(
		window,
		order.subarray(0, firstTests),
		() => ranges.hasBegun,
		context,
	);
	if (early.winner !== undefined) {
		found.abort();
		return order[early.winner];
	}
	clock.report("sieve");
	const struck = await sieving;
	const rest = order.subarray(early.tested).filter((k) => !isStruck(struck, k));
	return rest.length === 0 ? undefined : testInOrder(window, rest, context);
}

// How long this thread tests before it attends to other things, in ms; a single test may take longer.
const LONGEST_TURN = 4;

/** Tests these candidates in this thread alone, which in between attends to other things, until it is to end. */
async function testHere(
	window: Window,
	order: Uint32Array,
	isOver: () => boolean,
	{ clock, engine, signal }: SearchContext,
): Promise<WorkQueue> {
	const queue = new WorkQueue();
	const own = engineOf(engine);
	clock.report("test");
	let resumed = now();
	while (!signal?.aborted && !isOver() && testSome(window, order, queue, own)) {
		if (now() - resumed < LONGEST_TURN) continue;
		await setImmediate();
		resumed = now();
	}
	clock.addTested(queue.tested);
	return queue;
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
			{
				queue,
				places: order.length,
				isDone: () => queue.winner !== undefined,
			},
			context,
		);
	} finally {
		clearInterval(timer);
		clock.addTested(queue.tested);
	}
	return queue.winner === undefined ? undefined : order[queue.winner];
}
