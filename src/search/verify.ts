import { bigintEngine } from "../arithmetic/bigint-engine.js";
import { bitLength } from "../arithmetic/integers.js";
import { isStrongLucasProbablePrime } from "../primality/lucas.js";
import {
	isStrongProbablePrime,
	type RandomBytes,
	randomBases,
} from "../primality/miller-rabin.js";
import { provesSafePrime } from "../primality/pocklington.js";

/**
 * One independent part of the evidence that p = 2q + 1 is a safe prime and g generates its subgroup of order q.
 * Plain data: workers receive it.
 */
export type Proof =
	| { readonly test: "miller-rabin"; readonly q: bigint; readonly base: bigint }
	| { readonly test: "lucas"; readonly q: bigint }
	| { readonly test: "pocklington"; readonly q: bigint; readonly g: bigint };

// A composite q passes for prime with a chance below 2^−128.
const ERROR_EXPONENT = 128;

/**
 * What must hold of a search's result: q passes Baillie-PSW (Miller-Rabin to base 2, and the Lucas test) and
 * Miller-Rabin rounds with random bases; p is prime, and the order of g is q, by Pocklington's theorem.
 */
export function proofs(
	p: bigint,
	generator: number,
	random: RandomBytes,
): Proof[] {
	const q = (p - 1n) / 2n;
	const bases = [2n, ...randomBases(q, rounds(bitLength(q)), random)];
	return [
		{ test: "lucas", q },
		{ test: "pocklington", q, g: BigInt(generator) },
		...bases.map((base): Proof => ({ test: "miller-rabin", q, base })),
	];
}

/** Does the proof hold? By the BigInt engine alone: it owes nothing to the kernel that found the number. */
export function holds(proof: Proof): boolean {
	switch (proof.test) {
		case "miller-rabin":
			return isStrongProbablePrime(proof.q, proof.base, bigintEngine);
		case "lucas":
			return isStrongLucasProbablePrime(proof.q);
		case "pocklington":
			return provesSafePrime(proof.q, proof.g, bigintEngine);
	}
}

/**
 * The fewest Miller-Rabin rounds after which a random odd number of k bits is composite with a chance below 2^−128:
 * Damgård, Landrock and Pomerance, "Average case error estimates for the strong probable prime test" (1993),
 * theorem 2, for t ≤ k/9: p(k, t) < k^(3/2) · 2^t · t^(−1/2) · 4^(2 − √(t·k)).
 * The sieve removes composites only, which helps; that q is confined to a residue class, one in m/2 of the odd
 * numbers, is less than what the tests of p and the Lucas test add.
 */
export function rounds(k: number): number {
	for (let t = 3; t <= k / 9; t++) {
		const exponent =
			1.5 * Math.log2(k) + t - Math.log2(t) / 2 + 2 * (2 - Math.sqrt(t * k));
		if (exponent < -ERROR_EXPONENT) return t;
	}
	// Below about 200 bits the bound says too little: Rabin's 4^−t.
	return ERROR_EXPONENT / 2;
}
