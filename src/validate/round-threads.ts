import type { EngineChoice } from "../arithmetic/choose-engine.js";
import type { FrobeniusElement } from "../primality/frobenius-elements.js";
import type { FrobeniusSetup } from "../primality/frobenius-setup.js";
import type { RoundsHelp } from "../primality/primality-tester.js";
import type { FinishedRound } from "../primality/shared-rounds.js";
import { WorkerPool } from "../threads/pool.js";

/** Rounds of the Frobenius test that threads share; each round is taken by one of them. */
export interface RoundsTask {
	readonly choice: EngineChoice;
	readonly setup: FrobeniusSetup;
	readonly elements: readonly FrobeniusElement[];
	readonly share: SharedArrayBuffer;
}

// Eight rounds in pairs.
const MAX_THREADS = 4;

/** Threads beside the calling one that take rounds of the Frobenius test; they are starting. */
export class RoundThreads implements AsyncDisposable {
	readonly #pool: WorkerPool | undefined;

	/** @param threads all that may work, the calling one included */
	constructor(threads: number) {
		const others = Math.min(threads, MAX_THREADS) - 1;
		this.#pool = others < 1 ? undefined : new WorkerPool(others);
		this.#pool?.start();
	}

	/** Undefined where there is no other thread. */
	help(choice: EngineChoice): RoundsHelp | undefined {
		const pool = this.#pool;
		// Not allowed, or no more threads to be had: the calling thread does all rounds.
		if (pool?.isRunning !== true) return undefined;
		return async (setup, elements, share) => {
			const finished = await pool.runOnAll<RoundsTask, FinishedRound[]>(
				"rounds",
				{ choice, setup, elements, share },
			);
			return finished.flat();
		};
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#pool?.destroy();
	}
}
