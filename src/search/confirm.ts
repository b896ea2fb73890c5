import { randomBytes } from "node:crypto";
import type { EngineChoice } from "../arithmetic/choose-engine.js";
import type { Engine } from "../arithmetic/engine.js";
import { bitLength } from "../arithmetic/integers.js";
import type { Certificate } from "../certificate/certificate.js";
import type { ChainBytes } from "../certificate/chain.js";
import { UnconfirmedResultError } from "../errors.js";
import { confirmedEngineOf } from "../primality/confirmed-engine.js";
import type { WorkerPool } from "../threads/pool.js";
import { WorkQueue } from "../threads/work-queue.js";
import {
	type Evidence,
	evidence,
	holds,
	provableEvidence,
	type VerifyTask,
} from "./evidence.js";
import type { Plan } from "./plan.js";

/** A certificate in the making: the chain of primes that it begins with. */
export interface Proof {
	/** The last prime of the chain, which divides (q − 1)/2 of every candidate. */
	readonly factor: bigint;
	readonly certificateOf: (p: bigint) => Certificate;
}

/** The chain of primes that a certificate begins with. What makes it is loaded for those who want one. */
export async function beginProof(
	{ bits, generator }: Plan,
	bytesOf: ChainBytes,
	engine: Engine,
	pause: () => Promise<void>,
): Promise<Proof> {
	const { completeChain, drawChain, lastOf } = await import(
		"../certificate/chain.js"
	);
	const chain = await drawChain(bits, bytesOf, engine, pause);
	return {
		factor: lastOf(chain),
		certificateOf: (p) => completeChain(chain, p, BigInt(generator)),
	};
}

/** What verifies a result. */
interface Verifiers {
	readonly engine: EngineChoice;
	readonly pool: WorkerPool;
	/** Lets others run, and rejects to stop the work. */
	readonly pause: () => Promise<void>;
}

// From this size on the workers verify results: below, messages to them take longer, or they have not yet started.
const SHARED_FROM_BITS = 2048;

/**
 * Verifies the result of a search with other code than that which found it.
 *
 * @param certificate its own, where there is one
 * @throws {@link UnconfirmedResultError} when it is not confirmed: the search has a bug
 */
export async function confirm(
	p: bigint,
	generator: number,
	verifiers: Verifiers,
	certificate?: Certificate,
): Promise<void> {
	const required =
		certificate === undefined
			? evidence(p, generator, randomBytes)
			: provableEvidence(certificate);
	const held =
		bitLength(p) < SHARED_FROM_BITS
			? await holdHere(required, verifiers)
			: await holdInWorkers(required, verifiers);
	if (!held) {
		throw new UnconfirmedResultError(
			`The search found p = 0x${p.toString(16)}, but its verification does not confirm it as a safe prime with generator ${generator}. Nothing was written. This is a bug in gen-dhparams; please report it with this line.`,
		);
	}
}

async function holdHere(
	required: readonly Evidence[],
	{ engine: choice, pause }: Verifiers,
): Promise<boolean> {
	const engine = confirmedEngineOf(choice);
	for (const part of required) {
		await pause();
		if (!holds(part, engine)) return false;
	}
	return true;
}

async function holdInWorkers(
	evidence: readonly Evidence[],
	{ engine, pool }: Verifiers,
): Promise<boolean> {
	const held = await pool.runOnAll<VerifyTask, number>("verify", {
		engine,
		evidence,
		queue: new WorkQueue().memory,
	});
	return held.reduce((sum, count) => sum + count) === evidence.length;
}
