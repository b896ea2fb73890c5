import { checkOptions } from "../arguments.js";
import { PROVABLE_CONSTRUCTION, SEED_CONSTRUCTION } from "../encoding/seed.js";
import { WorkerError } from "../errors.js";
import { DhParams } from "../params.js";
import { isShort, plan } from "../search/plan.js";
import type { Progress } from "../search/progress.js";
import type { Found } from "../search/search.js";
import type { Unit, UnitResult } from "../search/unit.js";
import { WorkerPool } from "../threads/pool.js";
import type { ThrottleOptions } from "../threads/throttle.js";
import type { GroupsRequest } from "./groups-request.js";
import { loaded } from "./loaded.js";
import {
	checkRequest,
	SEARCH_OPTIONS,
	type SearchOptions,
	type SharedOptions,
} from "./options.js";
import { SearchQueue } from "./search-queue.js";
import { type FindRequest, Searcher, type UnitOptions } from "./searcher.js";
import { StopSignal } from "./stop-signal.js";

interface Ending {
	readonly signal: AbortSignal | undefined;
	/** Reject when the signal is aborted, and not after the tests that run, whose results a file notes. */
	readonly endsAtOnce: boolean;
}

/**
 * Worker threads that are reused for many searches. Searcher that run at once take turns of a second on all
 * threads; one waits while four of its size or smaller ones run. Made by {@link createPool}.
 */
export class SearchPool implements AsyncDisposable {
	readonly #pool: WorkerPool;
	readonly #searcher: Searcher;
	readonly #queue = new SearchQueue();
	readonly #stops = new Set<StopSignal>();
	readonly #searches = new Set<Promise<unknown>>();
	#isClosed = false;

	/** @internal */
	constructor(threads: number, throttle: Partial<ThrottleOptions>) {
		this.#pool = new WorkerPool(threads, throttle);
		this.#searcher = new Searcher(this.#pool);
	}

	/**
	 * Starts the threads before there is work for them.
	 *
	 * @internal
	 */
	start(): void {
		this.#pool.start();
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
		const { signal, journal, queue, units } = given;
		const endsAtOnce = (journal ?? queue ?? units) === undefined;
		if (!endsAtOnce || !isShort(bits, "kernel")) this.start();
		return this.#begin({ signal, endsAtOnce }, (stop) =>
			this.#search(bits, given, stop),
		);
	}

	/**
	 * Finds several groups of one size, with a state to go on from.
	 *
	 * @internal
	 */
	async collect(request: GroupsRequest): Promise<Found[]> {
		const { bits, signal } = request;
		this.start();
		return this.#begin({ signal, endsAtOnce: false }, (stop) =>
			this.#queue.run(bits, () => this.#searcher.collect(request, stop)),
		);
	}

	/**
	 * The same together with other machines.
	 *
	 * @internal
	 */
	async collectShared(
		request: GroupsRequest,
		shared: SharedOptions,
	): Promise<Found[]> {
		const { signal } = request;
		return this.#begin({ signal, endsAtOnce: false }, (stop) =>
			this.#collectShared(request, shared, stop),
		);
	}

	/**
	 * How far the sieve goes.
	 *
	 * @internal
	 */
	async highestBound(): Promise<number> {
		return this.#searcher.highestBound();
	}

	/**
	 * Does a unit of work. The sieve of its window is kept for the next one.
	 *
	 * @internal
	 */
	async work(unit: Unit, options: UnitOptions = {}): Promise<UnitResult> {
		const { signal } = options;
		return this.#begin({ signal, endsAtOnce: false }, (stop) =>
			this.#queue.run(unit.bits, () =>
				this.#searcher.work(unit, stop, options),
			),
		);
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

	/** Runs a search that its signal, the end of the pool or a callback that fails can stop. */
	async #begin<T>(
		{ signal, endsAtOnce }: Ending,
		run: (stop: StopSignal) => Promise<T>,
	): Promise<T> {
		signal?.throwIfAborted();
		if (this.#isClosed) throw closed();
		using stop = new StopSignal(signal);
		const search = run(stop);
		this.#stops.add(stop);
		this.#searches.add(search);
		try {
			return await (endsAtOnce ? stop.race(search) : search);
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

	async #search(
		bits: number,
		given: SearchOptions,
		stop: StopSignal,
	): Promise<DhParams> {
		const { generator = 2, provable = false, onProgress } = given;
		const guarded = onProgress && stop.guard(onProgress);
		const isShared = (given.queue ?? given.units) !== undefined;
		const inTurn = isShared
			? <T>(run: () => Promise<T>) => run()
			: <T>(run: () => Promise<T>) => this.#queue.run(bits, run);
		return inTurn(async () => {
			const request: FindRequest = {
				bits,
				generator,
				seed: given.seed,
				provable,
				signal: stop.signal,
				onProgress: guarded,
			};
			const { p, certificate, seed, ...place } = isShared
				? await this.#findShared(given, request, stop)
				: given.journal === undefined
					? { seed: given.seed, ...(await this.#searcher.find(request)) }
					: await this.#findWithJournal(given.journal, request, stop);
			return new DhParams({
				p,
				g: BigInt(generator),
				origin:
					seed === undefined
						? undefined
						: { seed, ...place, ...(provable && { provable }) },
				certificate,
			});
		});
	}

	async #findWithJournal(
		path: string,
		{ seed, provable, ...request }: FindRequest,
		stop: StopSignal,
	): Promise<Found & { readonly seed: string }> {
		const { searchWithJournal } = await loaded(import("./journaled-search.js"));
		const construction = provable ? PROVABLE_CONSTRUCTION : SEED_CONSTRUCTION;
		return searchWithJournal(path, { ...request, construction, seed }, (each) =>
			this.#searcher.collect(each, stop),
		);
	}

	async #findShared(
		shared: SharedOptions,
		{ seed: given, provable, ...request }: FindRequest,
		stop: StopSignal,
	): Promise<Found & { readonly seed: string }> {
		const { sharedSeed } = await loaded(import("./shared-search.js"));
		const seed = await sharedSeed(given, shared);
		const [found] = await this.#collectShared(
			{
				...request,
				seed,
				construction: provable ? PROVABLE_CONSTRUCTION : SEED_CONSTRUCTION,
				wanted: 1,
			},
			shared,
			stop,
		);
		return { ...(found as Found), seed };
	}

	async #collectShared(
		request: GroupsRequest,
		shared: SharedOptions,
		stop: StopSignal,
	): Promise<Found[]> {
		const { bits, generator, construction } = request;
		const { decideShared } = await loaded(import("./shared-search.js"));
		const { expectedTests } = plan(bits, generator, "kernel", { construction });
		let last: Progress | undefined;
		const onProgress = (progress: Progress) => {
			last = progress;
			request.onProgress?.(progress);
		};
		const state = await decideShared(
			this,
			{ ...request, onProgress: stop.guard(onProgress), signal: stop.signal },
			shared,
			expectedTests,
		);
		// What is left is to verify it: what was tested, others count.
		return this.#searcher.collect(
			{
				...request,
				state,
				onProgress: (progress) =>
					request.onProgress?.({ ...progress, ...last, phase: progress.phase }),
			},
			stop,
		);
	}
}

function closed(): WorkerError {
	return new WorkerError(
		"The pool is closed, so the search did not run to its end. Create a new one for more searches.",
	);
}
