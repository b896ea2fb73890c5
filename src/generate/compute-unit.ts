import { checkOptions, FUNCTION, type KindsOf, SIGNAL } from "../arguments.js";
import { checkUnit } from "../machines/unit-json.js";
import type { Progress } from "../search/progress.js";
import type { Unit, UnitResult } from "../search/unit.js";
import { availableProcessors } from "../threads/processors.js";
import { checkThreads, THREAD_OPTIONS, type ThreadOptions } from "./options.js";
import { onSharedThreads } from "./shared-pool.js";

/**
 * Threads, and ways to watch and stop a unit of work.
 *
 * @example
 * const options: ComputeUnitOptions = { threads: 8, nice: 10 };
 */
export interface ComputeUnitOptions extends ThreadOptions {
	/** Stops the work; the promise then rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
	/** Called at the start of each phase and ten times a second while candidates are tested. */
	readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const COMPUTE_UNIT_OPTIONS: KindsOf<ComputeUnitOptions> = {
	signal: SIGNAL,
	onProgress: FUNCTION,
	...THREAD_OPTIONS,
};

/**
 * Does a part of a search, for programs that spread one over many machines. The result depends on the unit alone: two
 * machines that differ in it prove that one of them computes wrongly (docs/machines.md).
 *
 * @param unit the search by its seed, and the ranks of the candidates that are to be tested
 * @param options threads, and ways to watch and stop the work; see {@link ComputeUnitOptions}
 * @returns how many candidates were tested, which are safe primes by Fermat's test, and digests of all residues
 * @throws {@link InvalidArgumentError} for a unit or an option out of range
 * @throws {@link WorkerError} when a worker thread cannot start or dies
 * @throws the signal's reason when it is aborted, and what `onProgress` throws
 *
 * @example
 * const { hits } = await computeUnit({
 *   construction: "gen-dhparams seed 1",
 *   seed: "mail.example.org 2026-11-24",
 *   bits: 4096,
 *   generator: 2,
 *   window: 0,
 *   from: 0,
 *   to: 2 ** 28,
 *   sieveBound: 2 ** 30,
 * });
 */
export async function computeUnit(
	unit: Unit,
	options: ComputeUnitOptions = {},
): Promise<UnitResult> {
	const checked = checkUnit(unit);
	const given: ComputeUnitOptions = checkOptions(
		"an option of computeUnit",
		options,
		COMPUTE_UNIT_OPTIONS,
	);
	checkThreads(given);
	given.signal?.throwIfAborted();
	const { threads = availableProcessors(), nice = 0, cpuShare = 1 } = given;
	return onSharedThreads(threads, { nice, cpuShare }, (pool) =>
		pool.work(checked, given),
	);
}
