import {
	chooseEngine,
	type EngineChoice,
} from "../arithmetic/choose-engine.js";
import type { QuickRounds, SafePrimeFault } from "../primality/quick-rounds.js";
import { WorkerPool } from "../threads/pool.js";
import type { SetsProgress } from "../validate/sets.js";

/** Part of the test of one p, for one thread. */
export interface QuickTask {
	readonly choice: EngineChoice;
	readonly part: QuickRounds;
}

/**
 * Rounds of Miller-Rabin for each half (p − 1)/2, beside one for p. A composite passes with a chance of at most
 * 4^−rounds = 2^−18, also one that was made to pass; docs/moduli.md has the cost.
 */
export const QUICK_ROUNDS = 9;

// Karatsuba's multiplication and the rest, fitted in search/plan.ts: a power takes bits^2.7.
const EXPONENT = 2.7;

/** What a test of many moduli runs with. */
export interface TestResources {
	readonly threads: number;
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: SetsProgress) => void) | undefined;
}

/**
 * Which of these numbers are not safe primes, as far as {@link QUICK_ROUNDS} show. First each gets one round, which finds
 * three quarters of all composites that were made to pass, and practically all others; then the rest.
 *
 * @param onFault is told of each at once, by its place among the primes
 * @throws {@link UnconfirmedResultError} when the kernel computes wrongly, {@link WorkerError} when a thread ends
 * @throws the signal's reason when it is aborted
 */
export async function quickTest(
	primes: readonly bigint[],
	onFault: (index: number, fault: SafePrimeFault) => void,
	{ threads, signal, onProgress }: TestResources,
): Promise<void> {
	if (primes.length === 0) return;
	const choice = chooseEngine();
	await using pool = new WorkerPool(Math.min(threads, primes.length));
	const stop = () => void pool.destroy();
	signal?.addEventListener("abort", stop);
	const open = new Set(primes.keys());
	try {
		signal?.throwIfAborted();
		for (const phase of ["sift", "validate"] as const) {
			const first = phase === "sift";
			const rounds = first ? 1 : QUICK_ROUNDS - 1;
			const work = (index: number) =>
				(primes[index] as bigint).toString(16).length ** EXPONENT;
			const total = [...open].reduce((sum, index) => sum + work(index), 0);
			const count = open.size;
			let [done, share] = [0, 0];
			const test = async (index: number) => {
				const part = { p: primes[index] as bigint, rounds, first };
				const fault = await pool.run<QuickTask, SafePrimeFault | undefined>(
					"quick",
					{ choice, part },
				);
				if (fault !== undefined) {
					open.delete(index);
					onFault(index, fault);
				}
				share += work(index) / total;
				onProgress?.({ phase, done: ++done, total: count, share });
			};
			await Promise.all([...open].map(test));
		}
	} catch (error) {
		signal?.throwIfAborted();
		throw error;
	} finally {
		signal?.removeEventListener("abort", stop);
	}
}
