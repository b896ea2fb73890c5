import { checkOptions } from "../arguments.js";
import type { DhParams } from "../params.js";
import { worthwhileThreads } from "../search/plan.js";
import { availableProcessors } from "../threads/processors.js";
import {
	checkRequest,
	checkThreads,
	GENERATE_OPTIONS,
	type GenerateOptions,
	THREAD_OPTIONS,
	type ThreadOptions,
} from "./options.js";
import { SearchPool } from "./search-pool.js";
import { onSharedThreads } from "./shared-pool.js";

/**
 * Finds fresh Diffie-Hellman parameters: a safe prime p = 2q + 1 of exactly `bits` bits and a generator of the subgroup
 * of order q. The search runs in worker threads, which end with it; calls that run at the same time share them. The result
 * is verified with a second engine.
 *
 * @param bits the size of p, 512 … 16384; 2048 or 3072 for current servers. Below 1024 only with `allowWeak`. Above
 * 10,000 OpenSSL refuses the group, and `validate` rejects it unless `maxBits` is raised.
 * @param options the generator, a seed, threads, and ways to watch and stop the search; see {@link GenerateOptions}
 * @returns the parameters: p, g, and what was asked for besides
 * @throws {@link InvalidArgumentError} for a size, generator, seed or thread count out of range
 * @throws {@link WeakSizeError} for a size below 1024 without `allowWeak`
 * @throws {@link WorkerError} when a worker thread cannot start or dies
 * @throws the signal's reason when it is aborted, and what `onProgress` throws
 *
 * @example
 * const params = await generate(2048, { signal: AbortSignal.timeout(60_000) });
 * await writeFile("dhparams.pem", params.toPem());
 */
export async function generate(
	bits: number,
	options: GenerateOptions = {},
): Promise<DhParams> {
	const given: GenerateOptions = checkOptions(
		"an option of generate",
		options,
		GENERATE_OPTIONS,
	);
	checkRequest(bits, given);
	given.signal?.throwIfAborted();
	const {
		threads = worthwhileThreads(bits, availableProcessors()),
		nice = 0,
		cpuShare = 1,
		...search
	} = given;
	return onSharedThreads(threads, { nice, cpuShare }, (generator) =>
		generator.generate(bits, search),
	);
}

/**
 * Starts worker threads that are reused for many searches: `await using` it, or call `close`.
 *
 * @param options how many threads, and how much of the machine they take; see {@link ThreadOptions}
 * @returns the pool, whose threads are starting
 * @throws {@link InvalidArgumentError} for a number of threads, a niceness or a share out of range
 *
 * @example
 * await using pool = createPool({ nice: 10 });
 * const groups = await Promise.all(hosts.map(() => pool.generate(2048)));
 */
export function createPool(options: ThreadOptions = {}): SearchPool {
	const given: ThreadOptions = checkOptions(
		"an option of createPool",
		options,
		THREAD_OPTIONS,
	);
	checkThreads(given);
	const { threads = availableProcessors(), nice = 0, cpuShare = 1 } = given;
	const pool = new SearchPool(threads, { nice, cpuShare });
	pool.start();
	return pool;
}
