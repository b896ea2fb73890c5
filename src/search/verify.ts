import { bigintEngine } from "../arithmetic/bigint-engine.js";
import { bitLength } from "../arithmetic/integers.js";
import { UnconfirmedResultError } from "../errors.js";
import { isBailliePswProbablePrime } from "../primality/baillie-psw.js";
import {
	type RandomBytes,
	randomBases,
	witnesses,
} from "../primality/miller-rabin.js";
import { provesSafePrime } from "../primality/pocklington.js";

/** The chance, as a power of two, that a composite q passes for prime. */
const ERROR_EXPONENT = 128;

/**
 * Confirms what the search found, with the BigInt engine alone: q by Baillie-PSW and Miller-Rabin rounds with random
 * bases, p = 2q + 1 and the order of g by Pocklington's theorem (see pocklington.ts).
 *
 * @throws {UnconfirmedResultError} when a test fails: the search has a bug, and p must not be used
 */
export function verify(
	p: bigint,
	generator: number,
	random: RandomBytes,
): void {
	const q = (p - 1n) / 2n;
	const bases = randomBases(q, rounds(bitLength(q)), random);
	const confirmed =
		isBailliePswProbablePrime(q, bigintEngine) &&
		witnesses(q, bases, bigintEngine).length === 0 &&
		provesSafePrime(q, BigInt(generator), bigintEngine);
	if (!confirmed) {
		throw new UnconfirmedResultError(
			`The search found p = 0x${p.toString(16)}, but the BigInt engine does not confirm it as a safe prime with generator ${generator}. Nothing was written. This is a bug in gen-dhparams; please report it with this line.`,
		);
	}
}

/**
 * The fewest Miller-Rabin rounds after which a random odd number of k bits is composite with a chance below 2^−128:
 * Damgård, Landrock and Pomerance, "Average case error estimates for the strong probable prime test" (1993),
 * theorem 2, for t ≤ k/9: p(k, t) < k^(3/2) · 2^t · t^(−1/2) · 4^(2 − √(t·k)).
 * The sieve has removed composites only; the residue class makes up for its share of the odd numbers with the margin
 * that Baillie-PSW adds.
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
