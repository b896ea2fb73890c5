import type { EngineChoice } from "../arithmetic/choose-engine.js";
import type { RoundsHelp } from "../primality/primality-tester.js";
import { WorkerPool } from "../threads/pool.js";

/** Rounds of Miller-Rabin that threads share; each round is taken by one of them. */
export interface RoundsTask {
	readonly choice: EngineChoice;
	readonly n: bigint;
	readonly bases: readonly bigint[];
	readonly share: SharedArrayBuffer;
}

// 64 rounds in pairs: more threads would wait for their start longer than they would work.
const MAX_THREADS = 8;

/** Threads beside the calling one that take Miller-Rabin rounds; they are starting. */
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
		return async (n, bases, share) => {
			const found = await pool.runOnAll<RoundsTask, bigint | undefined>(
				"rounds",
				{ choice, n, bases, share },
			);
			return found.find((witness) => witness !== undefined);
		};
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#pool?.destroy();
	}
}
