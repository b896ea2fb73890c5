import type { EngineChoice } from "../arithmetic/choose-engine.js";
import { now } from "../clock.js";
import type { Plan } from "./plan.js";

/** The progress of a search. A search is memoryless: tests that found nothing do not bring its end nearer. */
export interface Progress {
	/** "sieve" while a window is sieved, "test" while candidates are tested, "verify" while the result is confirmed. */
	readonly phase: "sieve" | "test" | "verify";
	/** How much of the window's sieve is done, 0 to 1; only in the phase "sieve", and only where it takes long. */
	readonly sieved?: number;
	/** What tests the candidates: a WebAssembly kernel, or BigInt. */
	readonly engine: "kernel" | "bigint";
	/** Why it is not the fastest: the kernel without fused multiply-adds, or BigInt. */
	readonly engineReason?: string;
	/** How many machines share the search; only where it has a queue. */
	readonly machines?: number;
	/** Candidates tested so far. */
	readonly tested: number;
	/** Candidates that are tested on average before a safe prime is found. */
	readonly expectedTests: number;
	/** The chance, 0 to 1, that a search has ended by now: 1 − e^(−tested / expectedTests). */
	readonly chance: number;
	/** Since the search began, in ms. */
	readonly elapsedMs: number;
	/** Candidates tested a second of the time spent on tests; 0 before. */
	readonly testsPerSecond: number;
}

/** How often progress is reported while workers sieve or test, in ms. */
export const PROGRESS_INTERVAL = 100;

/** The chance that a search has found a safe prime after so many tests. */
export function chanceSoFar(tested: number, expectedTests: number): number {
	return -Math.expm1(-tested / expectedTests);
}

/** Reports the progress of a search to the caller, over all its windows. */
export class SearchClock {
	readonly #began = now();
	readonly #engine: Pick<Progress, "engine" | "engineReason">;
	readonly #expectedTests: number;
	readonly #onProgress: (progress: Progress) => void;
	#testsBegan: number | undefined;
	#testedBefore = 0;
	#testingMsBefore = 0;

	constructor(
		plan: Plan,
		engine: EngineChoice,
		onProgress: (progress: Progress) => void,
	) {
		this.#engine = {
			engine: engine.name,
			...("reason" in engine ? { engineReason: engine.reason } : {}),
		};
		this.#expectedTests = plan.expectedTests;
		this.#onProgress = onProgress;
	}

	/**
	 * @param testedSince candidates tested in this phase
	 * @param sieved the share of the sieve that is done
	 */
	report(phase: Progress["phase"], testedSince = 0, sieved?: number): void {
		const time = now();
		if (phase === "test") this.#testsBegan ??= time;
		const tested = this.#testedBefore + testedSince;
		const testingMs = this.#testingMsBefore + time - (this.#testsBegan ?? time);
		this.#onProgress({
			phase,
			...(sieved !== undefined && { sieved }),
			...this.#engine,
			tested,
			expectedTests: this.#expectedTests,
			chance: chanceSoFar(tested, this.#expectedTests),
			elapsedMs: time - this.#began,
			testsPerSecond: testingMs > 0 ? (tested / testingMs) * 1000 : 0,
		});
	}

	/** Ends a phase of tests. */
	addTested(tested: number): void {
		const time = now();
		this.#testedBefore += tested;
		this.#testingMsBefore += time - (this.#testsBegan ?? time);
		this.#testsBegan = undefined;
	}
}
