import {
	checkArgument,
	checkOptions,
	FUNCTION,
	type KindsOf,
	SIGNAL,
} from "../arguments.js";
import { ownMachine } from "../machines/own-machine.js";
import { checkUnit } from "../machines/unit-json.js";
import type { Progress } from "../search/progress.js";
import type { Unit, UnitResult } from "../search/unit.js";
import { availableProcessors } from "../threads/processors.js";
import {
	checkThreads,
	QUEUE,
	type QueueOptions,
	THREAD_OPTIONS,
	type ThreadOptions,
} from "./options.js";
import { SearchPool } from "./search-pool.js";
import { queueOptions } from "./shared-search.js";

/** What a machine at a queue does: told at the start and at the end of each unit, and in between ten times a second. */
export interface JoinProgress {
	/** The unit that it works on. */
	readonly unit: Unit;
	/** How far the work on it is; undefined at its start. */
	readonly progress?: Progress | undefined;
	/** What came of it, at its end. */
	readonly result?: UnitResult | undefined;
	/** Units that this machine has done so far. */
	readonly done: number;
}

/**
 * Threads of {@link join}, and ways to watch and stop it.
 *
 * @example
 * const options: JoinOptions = { nice: 10, signal: AbortSignal.timeout(3_600_000) };
 */
export interface JoinOptions extends ThreadOptions {
	/** Ends the work after the test that runs; its unit is handed to another machine. */
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: JoinProgress) => void) | undefined;
	/** Told when the connection to the queue is lost, and when it is there again. */
	readonly onConnection?: ((isUp: boolean, reason: string) => void) | undefined;
}

const JOIN_OPTIONS: KindsOf<JoinOptions> = {
	signal: SIGNAL,
	onProgress: FUNCTION,
	onConnection: FUNCTION,
	...THREAD_OPTIONS,
};

/**
 * Takes parts of the searches that wait at a queue, one after the other, until the signal: other machines begin such a
 * search with the option `queue` of {@link generate} or {@link generateModuli}. A machine may come and go at any time
 * (docs/machines.md).
 *
 * @param queue its address, such as "redis://queue.example.org", or an object with options
 * @param options threads, and ways to watch and stop the work; see {@link JoinOptions}
 * @returns nothing: it ends by an error, or by the signal
 * @throws {@link InvalidArgumentError} for an address or an option that cannot be right, and where bullmq is not installed
 * @throws {@link QueueError} for a server that is not reached at the start, that refuses, or is not set up for a queue
 * @throws {@link WorkerError} when a worker thread cannot start or dies
 * @throws the signal's reason when it is aborted, and what `onProgress` throws
 *
 * @example
 * const stop = new AbortController();
 * process.once("SIGTERM", () => stop.abort());
 * await join("redis://queue.example.org", { signal: stop.signal });
 */
export async function join(
	queue: string | QueueOptions,
	options: JoinOptions = {},
): Promise<never> {
	checkArgument("queue", queue, QUEUE);
	const given: JoinOptions = checkOptions(
		"an option of join",
		options,
		JOIN_OPTIONS,
	);
	checkThreads(given);
	const { signal, onProgress, onConnection } = given;
	signal?.throwIfAborted();
	const { threads = availableProcessors(), nice = 0, cpuShare = 1 } = given;
	const { url, ...connection } = queueOptions(queue);
	const { openUnitSource } = await import("../machines/bull/open.js");
	const source = await openUnitSource(url, connection);
	await using pool = new SearchPool(threads, { nice, cpuShare });
	const stop = new AbortController();
	let done = 0;
	await source.serve(
		async (value, needless) => {
			const unit = checkUnit(value);
			const report = (more: Pick<JoinProgress, "progress" | "result">) => {
				try {
					onProgress?.({ unit, done, ...more });
				} catch (error) {
					stop.abort(error);
				}
			};
			report({});
			const result = await pool.work(unit, {
				signal: needless,
				onProgress: (progress) => report({ progress }),
			});
			done++;
			report({ result });
			return result;
		},
		{
			machine: ownMachine(threads, await pool.highestBound()),
			signal: AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]),
			...(onConnection && { onConnection }),
		},
	);
	stop.signal.throwIfAborted();
	signal?.throwIfAborted();
	throw new Error("The queue ended without a reason.");
}
