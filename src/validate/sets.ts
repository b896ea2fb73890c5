import {
	chooseEngine,
	type EngineChoice,
} from "../arithmetic/choose-engine.js";
import type { DhValues } from "../encoding/der.js";
import type { Reading } from "../reading/reading.js";
import { WorkerPool } from "../threads/pool.js";
import { availableProcessors } from "../threads/processors.js";
import { policyOf } from "./policy.js";
import type { Report } from "./report.js";
import { isOfRecord, subjectOf } from "./subject.js";
import { type ValidateOptions, validateReading } from "./validate.js";
import { affordable, MAX_WORK, workOf } from "./work.js";

/** One set of parameters to be validated in this thread alone. */
export interface SetTask {
	readonly choice: EngineChoice;
	/** With the values of its parameters, which are no longer of their class here. */
	readonly reading: Omit<Reading, "params"> & { readonly params: DhValues };
	readonly options: ValidateOptions;
}

/** A first round for a few p and their halves. */
export interface SiftTask {
	readonly choice: EngineChoice;
	readonly primes: readonly bigint[];
}

/** How far a validation of many sets is. */
export interface SetsProgress {
	/** "sift" while a first round looks for composites in all sets. */
	readonly phase: "sift" | "validate";
	readonly done: number;
	readonly total: number;
	/** The part of the work that is done, 0 … 1. */
	readonly share: number;
}

export interface SetsOptions extends ValidateOptions {
	readonly onProgress?: (progress: SetsProgress) => void;
	/** Sets beyond this get no report, in powers of 2048 bits; {@link MAX_WORK} unless given. */
	readonly maxWork?: number;
}

/** The report of one of the readings. */
export interface SetReport {
	/** Which reading, counted from 0. */
	readonly index: number;
	readonly report: Report;
}

// Below this much work, threads would take longer to start than they save.
const SHARED_FROM_WORK = 500;

// So many primes are sifted at a time, which keeps progress moving and an even number in the kernel's lanes.
const SIFT_BATCH = 4;

/**
 * Validates many sets of parameters with one set to a thread. All are sifted first by one round of Miller-Rabin, and
 * what fails comes first: so a composite among hundreds is reported in seconds. The others follow in their order. Sets
 * beyond `maxWork` get no report.
 *
 * @throws what `validate` does, and the signal's reason when it is aborted
 */
export async function* validateSets(
	readings: readonly Reading[],
	options: SetsOptions = {},
): AsyncGenerator<SetReport> {
	const { maxWork = MAX_WORK, ...validate } = options;
	const { generator: _, openssl, seed, onProgress, signal, ...rest } = validate;
	const {
		threads = availableProcessors(),
		engine,
		random,
		...thresholds
	} = rest;
	const policy = policyOf(thresholds);
	const all = readings.map(({ params }) => workOf(params, policy));
	const sets = readings.slice(0, affordable(all, maxWork));
	const work = all.slice(0, sets.length);
	const total = work.reduce((sum, each) => sum + each, 0);
	const isSmall = total < SHARED_FROM_WORK || threads === 1;
	if (isSmall || engine !== undefined || random !== undefined) {
		for (const [index, reading] of sets.entries()) {
			yield { index, report: await validateReading(reading, validate) };
		}
		return;
	}

	const choice = chooseEngine();
	await using pool = new WorkerPool(Math.min(threads, sets.length));
	const stop = () => void pool.destroy();
	signal?.addEventListener("abort", stop);
	try {
		signal?.throwIfAborted();
		const suspects = await sift(sets, pool, choice, policy.maxBits, onProgress);
		const order = [...sets.keys()].sort(
			(a, b) => Number(suspects.has(b)) - Number(suspects.has(a)) || a - b,
		);
		let done = 0;
		let share = 0;
		const run = async (index: number): Promise<Report> => {
			const report = await pool.run<SetTask, Report>("sets", {
				choice,
				reading: { ...(sets[index] as Reading) },
				options: {
					...thresholds,
					...(openssl === undefined ? {} : { openssl }),
					...(seed === undefined ? {} : { seed }),
				},
			});
			done++;
			share += (work[index] as number) / total;
			onProgress?.({ phase: "validate", done, total: sets.length, share });
			return report;
		};
		const running = order.map((index) => ({ index, report: run(index) }));
		// Where one fails or the caller stops, nobody waits for the rest.
		for (const { report } of running) report.catch(() => {});
		for (const { index, report } of running) {
			yield { index, report: await report };
		}
	} catch (error) {
		signal?.throwIfAborted();
		throw error;
	} finally {
		signal?.removeEventListener("abort", stop);
	}
}

/** The sets whose p or (p − 1)/2 fails a first round. */
async function sift(
	sets: readonly Reading[],
	pool: WorkerPool,
	choice: SiftTask["choice"],
	maxBits: number,
	onProgress: SetsOptions["onProgress"],
): Promise<Set<number>> {
	const open = sets.flatMap(({ params }, index) => {
		const subject = subjectOf(params);
		const isOpen =
			params.p % 2n === 1n &&
			params.p > 4n &&
			subject.bits <= maxBits &&
			!isOfRecord(subject);
		return isOpen ? [{ index, p: params.p }] : [];
	});
	const suspects = new Set<number>();
	let done = 0;
	const batches = Array.from(
		{ length: Math.ceil(open.length / SIFT_BATCH) },
		(_, i) => open.slice(i * SIFT_BATCH, (i + 1) * SIFT_BATCH),
	);
	await Promise.all(
		batches.map(async (batch) => {
			const primes = batch.map(({ p }) => p);
			const pass = await pool.run<SiftTask, boolean[]>("sets", {
				choice,
				primes,
			});
			for (const [i, { index }] of batch.entries()) {
				if (pass[i] !== true) suspects.add(index);
			}
			done += batch.length;
			const share = done / open.length;
			onProgress?.({ phase: "sift", done, total: open.length, share });
		}),
	);
	return suspects;
}
