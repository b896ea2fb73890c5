import { randomBytes } from "node:crypto";
import type { Engine } from "../arithmetic/engine.js";
import type { Certificate } from "../certificate/certificate.js";
import type { ChainBytes } from "../certificate/chain.js";
import { UnconfirmedResultError } from "../errors.js";
import type { WorkerPool } from "../threads/pool.js";
import { WorkQueue } from "../threads/work-queue.js";
import { evidence, provableEvidence, type VerifyTask } from "./evidence.js";
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

/**
 * Verifies the result of a search with independent code.
 *
 * @param certificate its own, where there is one
 * @throws {@link UnconfirmedResultError} when it is not confirmed: the search has a bug
 */
export async function confirm(
	p: bigint,
	generator: number,
	pool: WorkerPool,
	certificate?: Certificate,
): Promise<void> {
	const required =
		certificate === undefined
			? evidence(p, generator, randomBytes)
			: provableEvidence(certificate);
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
