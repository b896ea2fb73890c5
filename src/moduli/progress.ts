import { MODULI_CONSTRUCTION } from "../encoding/seed.js";
import { type Method, plan, sieveMs, testMs } from "../search/plan.js";
import type { Progress } from "../search/progress.js";

/** The cost of a search hardly depends on it. */
const DEFAULT_GENERATOR = 2;

/** The progress of one size of a moduli file. */
export interface SizeProgress {
	/** The size of p in bits. */
	readonly bits: number;
	readonly found: number;
	readonly wanted: number;
	/** The time that the rest of this size is expected to take, in ms. */
	readonly remainingMs: number;
}

/** The progress of a moduli file. */
export interface ModuliProgress
	extends Pick<
		Progress,
		| "phase"
		| "sieved"
		| "engine"
		| "engineReason"
		| "machines"
		| "tested"
		| "testsPerSecond"
		| "elapsedMs"
	> {
	/** The size that is searched, in bits. */
	readonly bits: number;
	/** Every size of the file, in ascending order. */
	readonly sizes: readonly SizeProgress[];
	/** The time that all the rest is expected to take, in ms. */
	readonly remainingMs: number;
}

/** Follows the search of each size, and forecasts the rest. */
export class ModuliClock {
	readonly #began = performance.now();
	readonly #sizes: readonly number[];
	readonly #perSize: number;
	readonly #threads: number;
	readonly #found = new Map<number, number>();
	/** The speed of the tests over that of the cost model of `plan`. */
	#speed = 1;
	#bits = 0;
	#testedBefore = 0;
	#tested = 0;

	/** @param sizes of p in bits, in ascending order */
	constructor(sizes: readonly number[], perSize: number, threads: number) {
		this.#sizes = sizes;
		this.#perSize = perSize;
		this.#threads = threads;
	}

	/** So many groups of a size are found. */
	found(bits: number, count: number): void {
		this.#found.set(bits, Math.min(count, this.#perSize));
	}

	/** @param progress of the search for groups of `bits` bits */
	report(bits: number, progress: Progress): ModuliProgress {
		if (bits !== this.#bits) {
			this.#testedBefore += this.#tested;
			this.#bits = bits;
		}
		const { phase, sieved, engine, engineReason, tested, testsPerSecond } =
			progress;
		this.#tested = tested;
		if (testsPerSecond > 0) {
			const modelled = (1000 * this.#threads) / testMs(bits, engine);
			this.#speed = testsPerSecond / modelled;
		}
		const unsieved = phase === "sieve" ? 1 - (sieved ?? 0) : 0;
		const sizes = this.#sizes.map((size) =>
			this.#progressOf(size, engine, size === bits ? unsieved : 1),
		);
		return {
			phase,
			...(sieved !== undefined && { sieved }),
			engine,
			...(engineReason !== undefined && { engineReason }),
			...(progress.machines !== undefined && { machines: progress.machines }),
			bits,
			tested: this.#testedBefore + tested,
			testsPerSecond,
			elapsedMs: performance.now() - this.#began,
			sizes,
			remainingMs: sizes.reduce((sum, size) => sum + size.remainingMs, 0),
		};
	}

	/** @param unsieved the share of the next window's sieve that is left */
	#progressOf(bits: number, method: Method, unsieved: number): SizeProgress {
		const [found, wanted] = [this.#found.get(bits) ?? 0, this.#perSize];
		const left = wanted - found;
		const { sieveBound, expectedTests, windowLength, gap } = plan(
			bits,
			DEFAULT_GENERATOR,
			method,
			{ construction: MODULI_CONSTRUCTION, shares: wanted },
		);
		// Windows that are needed after the next one.
		const more = Math.floor((left * gap) / windowLength);
		const work =
			left === 0
				? 0
				: left * expectedTests * testMs(bits, method) +
					(unsieved + more) * sieveMs(bits, sieveBound, method);
		return {
			bits,
			found,
			wanted,
			remainingMs: work / this.#threads / this.#speed,
		};
	}
}
