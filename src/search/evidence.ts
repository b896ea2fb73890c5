import type { EngineChoice } from "../arithmetic/choose-engine.js";
import type { ConfirmedEngine } from "../arithmetic/engine.js";
import { bitLength } from "../arithmetic/integers.js";
import { montgomeryEngine } from "../arithmetic/montgomery-engine.js";
import type {
	Certificate,
	CertificateLink,
} from "../certificate/certificate.js";
import { provesPrime } from "../certificate/verify.js";
import { roundsFor } from "../primality/error-bound.js";
import { isStrongLucasProbablePrime } from "../primality/lucas.js";
import {
	isStrongProbablePrime,
	type RandomBytes,
	randomBases,
} from "../primality/miller-rabin.js";
import { provesSafePrime } from "../primality/pocklington.js";
import { meanGap } from "./plan.js";
import { residueClass } from "./residue-class.js";

/**
 * One independent part of the evidence that p = 2q + 1 is a safe prime and g generates its subgroup of order q.
 * Plain data: workers receive it.
 */
export type Evidence =
	| { readonly test: "miller-rabin"; readonly q: bigint; readonly base: bigint }
	| { readonly test: "lucas"; readonly q: bigint }
	| { readonly test: "pocklington"; readonly q: bigint; readonly g: bigint }
	| {
			readonly test: "link";
			readonly link: CertificateLink;
			readonly factor: bigint;
	  };

/** Evidence that the workers share; each is taken by one of them. */
export interface VerifyTask {
	readonly engine: EngineChoice;
	readonly evidence: readonly Evidence[];
	readonly queue: SharedArrayBuffer;
}

// A composite q passes for prime with a chance below 2^−128.
const ERROR_EXPONENT = 128;

/**
 * What must hold of a search's result: q passes Baillie-PSW (Miller-Rabin to base 2, and the Lucas test) and
 * Miller-Rabin rounds with random bases; p is prime, and the order of g is q, by Pocklington's theorem.
 */
export function evidence(
	p: bigint,
	generator: number,
	random: RandomBytes,
): Evidence[] {
	const q = (p - 1n) / 2n;
	const bases = [
		2n,
		...randomBases(q, rounds(bitLength(p), generator), random),
	];
	return [
		{ test: "lucas", q },
		{ test: "pocklington", q, g: BigInt(generator) },
		...bases.map((base): Evidence => ({ test: "miller-rabin", q, base })),
	];
}

/** What must hold of the result of a search with a certificate: Pocklington's theorem for q, and for p and the order of g. */
export function provableEvidence({ links }: Certificate): Evidence[] {
	const [r, q, p] = links.slice(-3) as [
		CertificateLink,
		CertificateLink,
		CertificateLink,
	];
	return [
		{ test: "link", link: q, factor: r.n },
		{ test: "pocklington", q: q.n, g: p.witness },
	];
}

/**
 * Does this part hold? What proves p, or q where there is a certificate, is left to BigInt alone, which owes nothing to the
 * kernel that found the number.
 */
export function holds(part: Evidence, engine: ConfirmedEngine): boolean {
	switch (part.test) {
		case "miller-rabin":
			return isStrongProbablePrime(part.q, part.base, engine);
		case "lucas":
			return isStrongLucasProbablePrime(part.q, engine);
		case "pocklington":
			return provesSafePrime(part.q, part.g, montgomeryEngine);
		case "link":
			return provesPrime(part.link, part.factor);
	}
}

/** Miller-Rabin rounds for the q of a search's p of so many bits: docs/search.md. */
export function rounds(bits: number, generator: number): number {
	const group = residueClass(generator);
	return roundsFor(
		{
			bits: bits - 1,
			modulus: group.modulus,
			meanGap: meanGap(bits, group),
		},
		ERROR_EXPONENT,
	);
}
