import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { type EngineChoice, engineOf } from "../arithmetic/choose-engine.js";
import type { Engine } from "../arithmetic/engine.js";
import type { Certificate } from "../certificate/certificate.js";
import type { ChainBytes } from "../certificate/chain.js";
import { UnconfirmedResultError } from "../errors.js";
import type { WorkerPool } from "../threads/pool.js";
import { WorkQueue } from "../threads/work-queue.js";
import { type DrawBytes, draw } from "./draw.js";
import {
	type Evidence,
	evidence,
	provableEvidence,
	type VerifyTask,
} from "./evidence.js";
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
			const required =
				certificate === undefined
					? evidence(p, plan.generator, randomBytes)
					: provableEvidence(certificate);
			await confirm(p, plan.generator, required, pool);
			signal?.throwIfAborted();
			return { p, window: number, candidate: index, certificate };
		}
	}
}

/** The chain of primes that a certificate begins with. What makes it is loaded for those who want one. */
async function beginProof(
	{ bits, generator }: Plan,
	bytesOf: ChainBytes,
	engine: Engine,
	pause: () => Promise<void>,
): Promise<{ factor: bigint; certificateOf: (p: bigint) => Certificate }> {
	const { completeChain, drawChain, lastOf } = await import(
		"../certificate/chain.js"
	);
	const chain = await drawChain(bits, bytesOf, engine, pause);
	return {
		factor: lastOf(chain),
		certificateOf: (p) => completeChain(chain, p, BigInt(generator)),
	};
}

async function confirm(
	p: bigint,
	generator: number,
	required: readonly Evidence[],
	pool: WorkerPool,
): Promise<void> {
	const held = await pool.runOnAll<VerifyTask, number>("verify", {
		evidence: required,
		queue: new WorkQueue().memory,
	});
	if (held.reduce((sum, count) => sum + count) !== required.length) {
		throw new UnconfirmedResultError(
			`The search found p = 0x${p.toString(16)}, but the BigInt engine does not confirm it as a safe prime with generator ${generator}. Nothing was written. This is a bug in gen-dhparams; please report it with this line.`,
		);
	}
}
