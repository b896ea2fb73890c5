import { checkOptions } from "../arguments.js";
import {
	chooseEngine,
	type EngineChoice,
} from "../arithmetic/choose-engine.js";
import type { DhParams } from "../params.js";
import { seededBytes } from "../search/draw.js";
import { plan } from "../search/plan.js";
import type { Courtesy } from "../threads/courtesy.js";
import { WorkerPool } from "../threads/pool.js";
import { checkRequest, SEARCH_OPTIONS, type SearchOptions } from "./options.js";

// Searches that have begun keep a window each; those that come later wait.
const MAX_SEARCHES = 4;

/**
 * A pool of worker threads that stays warm for many searches. Searches that run at once take turns of a second on all
 * threads; from the fifth on they wait for one to end. Made by {@link createGenerator}.
 */
export class Generator implements AsyncDisposable {
	readonly #pool: WorkerPool;
	readonly #engine: Promise<EngineChoice>;
	#running = 0;
	readonly #queue: (() => void)[] = [];

	/** @internal */
	constructor(threads: number, courtesy: Partial<Courtesy>) {
		this.#pool = new WorkerPool(threads, courtesy);
		this.#engine = chooseEngine();
	}

	/** How many worker threads there are. */
	get threads(): number {
		return this.#pool.threads;
	}

	/**
	 * Finds fresh parameters, as `generate` does.
	 *
	 * @param bits the size of p, 512 … 16384; below 1024 only with `allowWeak`
	 * @throws {InvalidArgumentError} for a size, generator or seed out of range
	 * @throws {WeakSizeError} for a size below 1024 without `allowWeak`
	 * @throws {WorkerError} when a worker thread dies, or the generator is closed
	 * @throws the signal's reason when it is aborted
	 */
	async generate(bits: number, options: SearchOptions = {}): Promise<DhParams> {
		const given: SearchOptions = checkOptions(
			"an option of a search",
			options,
			SEARCH_OPTIONS,
		);
		checkRequest(bits, given);
		const { signal } = given;
		signal?.throwIfAborted();
		return untilAborted(this.#search(bits, given), signal);
	}

	/** Ends all threads; searches that are not done reject with a WorkerError. */
	async close(): Promise<void> {
		await this.#pool.destroy();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}

	async #search(bits: number, options: SearchOptions): Promise<DhParams> {
		const { generator = 2, seed, signal, onProgress } = options;
		await this.#begin();
		try {
			signal?.throwIfAborted();
			const engine = await this.#engine;
			const planned = plan(bits, generator, engine.name);
			// Not at the top: the workers start meanwhile.
			const { search } = await import("../search/search.js");
			let loading: ReturnType<typeof loadParams> | undefined;
			const { p, ...place } = await search({
				plan: planned,
				pool: this.#pool,
				engine,
				bytesOf: seed === undefined ? undefined : seededBytes(seed, planned),
				onProgress: (progress) => {
					if (progress.tested > 0) loading ??= loadParams();
					onProgress?.(progress);
				},
				signal,
			});
			const DhParams = await (loading ?? loadParams());
			const origin = seed === undefined ? {} : { origin: { seed, ...place } };
			return new DhParams({ p, g: BigInt(generator), ...origin });
		} finally {
			this.#running--;
			this.#queue.shift()?.();
		}
	}

	async #begin(): Promise<void> {
		if (this.#running >= MAX_SEARCHES) {
			await new Promise<void>((resolve) => this.#queue.push(resolve));
		}
		this.#running++;
	}
}

/** What holds a result, loaded while the workers test. */
async function loadParams() {
	const { DhParams } = await import("../params.js");
	return DhParams;
}

/** Settles as the promise does, or rejects with the signal's reason as soon as that is aborted. */
async function untilAborted<T>(
	promise: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T> {
	if (signal === undefined) return promise;
	let abort = () => {};
	const aborted = new Promise<never>((_, reject) => {
		abort = () => reject(signal.reason);
	});
	signal.addEventListener("abort", abort, { once: true });
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		signal.removeEventListener("abort", abort);
		// The search fails too, after the test that it is in.
		promise.catch(() => {});
	}
}
