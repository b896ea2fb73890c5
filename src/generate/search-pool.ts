import { checkOptions } from "../arguments.js";
import { WorkerError } from "../errors.js";
import type { DhParams } from "../params.js";
import { chainBytes, seededBytes } from "../search/draw.js";
import type { SearchEngines } from "../search/engines.js";
import { plan } from "../search/plan.js";
import type { Progress } from "../search/progress.js";
import type { Found } from "../search/search.js";
import { WorkerPool } from "../threads/pool.js";
import { threadFailure } from "../threads/thread-failure.js";
import type { ThrottleOptions } from "../threads/throttle.js";
import { checkRequest, SEARCH_OPTIONS, type SearchOptions } from "./options.js";
import { SearchQueue } from "./search-queue.js";
import { StopSignal } from "./stop-signal.js";

interface FindOptions {
	readonly seed: string | undefined;
	readonly provable: boolean;
	readonly signal: AbortSignal;
	readonly onProgress: (progress: Progress) => void;
}

/**
 * Worker threads that are reused for many searches. Searches that run at once take turns of a second on all
 * threads; one waits while four of its size or smaller ones run. Made by {@link createPool}.
 */
export class SearchPool implements AsyncDisposable {
	readonly #pool: WorkerPool;
	#engines: Promise<SearchEngines>;
	readonly #queue = new SearchQueue();
	readonly #stops = new Set<StopSignal>();
	readonly #searches = new Set<Promise<unknown>>();
	#isClosed = false;

	/** @internal */
	constructor(threads: number, throttle: Partial<ThrottleOptions>) {
		this.#pool = new WorkerPool(threads, throttle);
		// Not at the top, where it would delay the start of the workers. Its error is thrown where it is awaited.
		this.#engines = loaded(import("../search/engines.js")).then(
			({ chooseEngines }) => chooseEngines(),
		);
		this.#engines.catch(() => {});
	}

	/** How many worker threads there are. */
	get threads(): number {
		return this.#pool.threads;
	}

	/**
	 * Finds fresh parameters, as `generate` does.
	 *
	 * @param bits the size of p, 512 … 16384; below 1024 only with `allowWeak`
	 * @param options as for `generate`, without those of the threads
	 * @returns the parameters
	 * @throws {@link InvalidArgumentError} for a size, generator or seed out of range
	 * @throws {@link WeakSizeError} for a size below 1024 without `allowWeak`
	 * @throws {@link WorkerError} when a worker thread cannot start or dies, or the pool is closed
	 * @throws the signal's reason when it is aborted, and what `onProgress` throws
	 */
	async generate(bits: number, options: SearchOptions = {}): Promise<DhParams> {
		const given: SearchOptions = checkOptions(
			"an option of a search",
			options,
			SEARCH_OPTIONS,
		);
		checkRequest(bits, given);
		given.signal?.throwIfAborted();
		if (this.#isClosed) throw closed();
		using stop = new StopSignal(given.signal);
		const search = this.#search(bits, given, stop);
		this.#stops.add(stop);
		this.#searches.add(search);
		try {
			return await stop.race(search);
		} finally {
			this.#stops.delete(stop);
			// A search that was stopped ends after the test that it is in.
			search
				.catch(() => {})
				.finally(() => {
					this.#searches.delete(search);
				});
		}
	}

	/**
	 * Ends all searches, which reject with a {@link WorkerError}, and all threads, and waits until they are gone. Afterwards
	 * `generate` rejects.
	 */
	async close(): Promise<void> {
		this.#isClosed = true;
		for (const stop of this.#stops) stop.abort(closed());
		await this.#pool.destroy();
		await Promise.allSettled(this.#searches);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}

	async #search(
		bits: number,
		{ generator = 2, seed, provable = false, onProgress }: SearchOptions,
		stop: StopSignal,
	): Promise<DhParams> {
		const guarded = onProgress && stop.guard(onProgress);
		return this.#queue.run(bits, async () => {
			let loading: ReturnType<typeof loadParams> | undefined;
			const { p, certificate, ...place } = await this.#find(bits, generator, {
				seed,
				provable,
				signal: stop.signal,
				onProgress: (progress) => {
					if (progress.tested > 0) loading ??= loadParams();
					// Its error is thrown where it is awaited.
					loading?.catch(() => {});
					guarded?.(progress);
				},
			});
			const DhParams = await (loading ?? loadParams());
			const origin = { ...place, ...(provable && { provable }) };
			return new DhParams({
				p,
				g: BigInt(generator),
				origin: seed === undefined ? undefined : { ...origin, seed },
				certificate,
			});
		});
	}

	/** Where a thread gets no memory for WebAssembly, the search is done again without it. */
	async #find(
		bits: number,
		generator: number,
		options: FindOptions,
	): Promise<Found> {
		const engines = await this.#engines;
		try {
			return await this.#findWith(engines, bits, generator, options);
		} catch (error) {
			const { enginesAfter } = await loaded(import("../search/engines.js"));
			const others = enginesAfter(engines, error);
			if (others === undefined) throw error;
			this.#engines = Promise.resolve(others);
			return await this.#findWith(others, bits, generator, options);
		}
	}

	async #findWith(
		engines: SearchEngines,
		bits: number,
		generator: number,
		{ seed, provable, ...options }: FindOptions,
	): Promise<Found> {
		const [{ search }, { methodOf }] = await loaded(
			Promise.all([
				import("../search/search.js"),
				import("../search/engines.js"),
			]),
		);
		const planned = plan(bits, generator, methodOf(engines));
		const context = { bits, generator, provable };
		return search({
			plan: planned,
			pool: this.#pool,
			...engines,
			bytesOf: seed === undefined ? undefined : seededBytes(seed, context),
			chainBytes: provable ? chainBytes(seed, context) : undefined,
			...options,
		});
	}
}

function closed(): WorkerError {
	return new WorkerError(
		"The generator is closed, so the search did not run to its end. Create a new one for more searches.",
	);
}

/** What holds a result. */
async function loadParams() {
	const { DhParams } = await loaded(import("../params.js"));
	return DhParams;
}

/** @throws {@link WorkerError} for modules that cannot be loaded */
async function loaded<T>(modules: Promise<T>): Promise<T> {
	try {
		return await modules;
	} catch (cause) {
		throw threadFailure(
			"A part of gen-dhparams could not be loaded",
			cause,
			"If it was installed anew in the meantime, start the program again.",
		);
	}
}
