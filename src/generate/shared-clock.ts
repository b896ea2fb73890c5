import type { SharedProgress } from "../machines/coordinator-request.js";
import { chanceSoFar, type Progress } from "../search/progress.js";

type Counts = Omit<SharedProgress, "state">;

/** Makes one progress out of that of all machines and that of the units of this one. */
export class SharedClock {
	readonly #began = performance.now();
	readonly #expectedTests: number;
	readonly #hasQueue: boolean;
	readonly #onProgress: ((progress: Progress) => void) | undefined;
	#own: Progress | undefined;
	#all: Counts = { machines: 1, tested: 0, testsPerSecond: 0 };

	constructor(
		expectedTests: number,
		hasQueue: boolean,
		onProgress: ((progress: Progress) => void) | undefined,
	) {
		this.#expectedTests = expectedTests;
		this.#hasQueue = hasQueue;
		this.#onProgress = onProgress;
	}

	own(progress: Progress): void {
		this.#own = progress;
		this.#report();
	}

	all(progress: Counts): void {
		this.#all = progress;
		this.#report();
	}

	#report(): void {
		const own = this.#own;
		if (own === undefined) return;
		const { machines, tested, testsPerSecond } = this.#all;
		const { phase, sieved, engine, engineReason } = own;
		this.#onProgress?.({
			// While this machine sieves, others may test.
			phase: tested > 0 ? "test" : phase,
			...(tested === 0 && sieved !== undefined && { sieved }),
			engine,
			...(engineReason !== undefined && { engineReason }),
			...(this.#hasQueue && { machines }),
			tested,
			expectedTests: this.#expectedTests,
			chance: chanceSoFar(tested, this.#expectedTests),
			elapsedMs: performance.now() - this.#began,
			testsPerSecond: Math.max(
				testsPerSecond,
				machines === 1 ? own.testsPerSecond : 0,
			),
		});
	}
}
