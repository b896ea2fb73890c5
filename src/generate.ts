import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { chooseEngine } from "./arithmetic/choose-engine.js";
import { InvalidArgumentError, WeakSizeError } from "./errors.js";
import type { DhParams } from "./params.js";
import { plan, worthwhileThreads } from "./search/plan.js";
import { WorkerPool } from "./search/pool.js";
import type { Progress } from "./search/progress.js";
import { residueClass } from "./search/residue-class.js";
import { search } from "./search/search.js";

/** Sizes of p in bits. */
export const MIN_BITS = 512;
export const MAX_BITS = 16384;
/** What current clients accept: OpenSSL's security level 2, RFC 9325 section 4.1. */
export const RECOMMENDED_BITS = 2048;
/** What needs `allowWeak`: clients refuse less since Logjam (CVE-2015-4000). */
export const WEAK_BITS = 1024;

const MAX_THREADS = 1024;

export interface GenerateOptions {
	/** The generator g, 2 … 255; its order will be q. Default 2. */
	readonly generator?: number;
	/**
	 * Worker threads, 1 … 1024. Default: one for each processor available to this process, but no more than shorten a
	 * search of this size.
	 */
	readonly threads?: number;
	/** Needed for sizes below 1024 bits. Default false. */
	readonly allowWeak?: boolean;
	/** Stops the search; `generate` then rejects with the signal's reason. */
	readonly signal?: AbortSignal;
	/** Called at the start of each phase and ten times a second while candidates are tested. */
	readonly onProgress?: (progress: Progress) => void;
}

/**
 * Finds fresh Diffie-Hellman parameters: a safe prime p = 2q + 1 of exactly `bits` bits and a generator of the subgroup
 * of order q. The search runs in worker threads, which end with it; the result is verified with a second engine.
 *
 * @param bits the size of p, 512 … 16384; 2048 or 3072 for servers of today. Below 1024 only with `allowWeak`.
 * @throws {InvalidArgumentError} for a size, generator or thread count out of range
 * @throws {WeakSizeError} for a size below 1024 without `allowWeak`
 * @throws {WorkerError} when a worker thread dies
 * @throws the signal's reason when it is aborted
 *
 * @example
 * const params = await generate(2048, { signal: AbortSignal.timeout(60_000) });
 * await writeFile("dhparams.pem", params.toPem());
 */
export async function generate(
	bits: number,
	options: GenerateOptions = {},
): Promise<DhParams> {
	checkRequest(bits, options);
	const { generator = 2, signal } = options;
	const { threads = worthwhileThreads(bits, availableParallelism()) } = options;
	signal?.throwIfAborted();

	const pool = new WorkerPool(threads);
	try {
		const p = await untilAborted(
			chooseEngine().then((engine) =>
				search(
					plan(bits, generator, engine.name),
					pool,
					engine,
					randomBytes,
					options.onProgress,
				),
			),
			signal,
		);
		// Not before: it would keep the first tests waiting.
		const { DhParams } = await import("./params.js");
		return new DhParams({ p, g: BigInt(generator) });
	} finally {
		await pool.destroy();
	}
}

/**
 * Throws what `generate` would for arguments out of range, before anything starts.
 *
 * @throws {InvalidArgumentError}
 * @throws {WeakSizeError}
 */
export function checkRequest(
	bits: number,
	{ generator = 2, threads = 1, allowWeak = false }: GenerateOptions,
): void {
	checkSize(bits, allowWeak);
	checkThreads(threads);
	residueClass(generator);
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
		// The search fails too once its pool is gone.
		promise.catch(() => {});
	}
}

function checkSize(bits: number, allowWeak: boolean): void {
	if (!Number.isInteger(bits) || bits < MIN_BITS || bits > MAX_BITS) {
		throw new InvalidArgumentError(
			`${bits} is no size for DH parameters; give a whole number of bits from ${MIN_BITS} to ${MAX_BITS}, such as 2048.`,
		);
	}
	if (bits < WEAK_BITS && !allowWeak) {
		throw new WeakSizeError(
			`A group of ${bits} bits can be broken with a modest computer (Logjam, CVE-2015-4000), and current clients refuse it: "dh key too small". Use 2048 bits; for a test that needs a weak group, --allow-weak makes one.`,
		);
	}
}

function checkThreads(threads: number): void {
	if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
		throw new InvalidArgumentError(
			`${threads} threads cannot be started; give a whole number from 1 to ${MAX_THREADS}.`,
		);
	}
}
