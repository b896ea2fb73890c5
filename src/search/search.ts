import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { type EngineChoice, engineOf } from "../arithmetic/choose-engine.js";
import type { Certificate } from "../certificate/certificate.js";
import type { ChainBytes } from "../certificate/chain.js";
import type { WorkerPool } from "../threads/pool.js";
import { beginProof, confirm } from "./confirm.js";
import { type DrawBytes, draw } from "./draw.js";
import type { Plan } from "./plan.js";
import { type Progress, SearchClock } from "./progress.js";
import { searchWindow } from "./search-window.js";
import type { SieveChoice } from "./sieve.js";
import { candidate } from "./window.js";

/** Inputs of a search. */
export interface SearchRequest {
	readonly plan: Plan;
	readonly pool: WorkerPool;
	readonly engine: EngineChoice;
	readonly sieve: SieveChoice;
	/** Where windows come from; random ones unless given. */
	readonly bytesOf?: DrawBytes | undefined;
	/** Makes a certificate too, on a chain of primes from these bytes. */
	readonly chainBytes?: ChainBytes | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
	/** Stops the workers after what they are doing; the search then rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

/** A safe prime, and where it was found. */
export interface Found {
	readonly p: bigint;
	/** The number of the window, counted from 0. */
	readonly window: number;
	/** The index of p among the window's candidates. */
	readonly candidate: number;
	/** The proof that p is a safe prime, where it was asked for. */
	readonly certificate: Certificate | undefined;
}

/**
 * Finds a safe prime of the plan's size and class, and verifies it. Which one depends on the bytes of the windows alone,
 * not on the number of threads, their speed, the engine, or the depth of the sieve.
 *
 * @throws {@link UnconfirmedResultError} when a result is not confirmed: the search has a bug
 */
export async function search(request: SearchRequest): Promise<Found> {
	const { plan, pool, engine, sieve, signal } = request;
	const {
		bytesOf = (_, length) => randomBytes(length),
		chainBytes,
		onProgress,
	} = request;
	const clock = new SearchClock(plan, engine, onProgress ?? (() => {}));
	const context = { pool, engine, sieve, clock, signal };
	// Work that blocks this thread lets others stop the search before.
	const pause = async () => {
		await setImmediate();
		signal?.throwIfAborted();
	};
	clock.report("sieve");
	const proof =
		chainBytes && (await beginProof(plan, chainBytes, engineOf(engine), pause));
	for (let number = 0; ; number++) {
		await pause();
		const drawn = draw(plan, number, bytesOf, proof?.factor);
		const index = await searchWindow(drawn, plan, context);
		if (index !== undefined) {
			const p = candidate(drawn.window, index);
			clock.report("verify");
			const certificate = proof?.certificateOf(p);
			await confirm(p, plan.generator, { engine, pool, pause }, certificate);
			signal?.throwIfAborted();
			return { p, window: number, candidate: index, certificate };
		}
	}
}
