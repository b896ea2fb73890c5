import type { Engine } from "../arithmetic/engine.js";
import { isStrongLucasProbablePrime } from "./lucas.js";
import { isStrongProbablePrime } from "./miller-rabin.js";
import { primesUpTo } from "./small-primes.js";

const SMALL_PRIMES = primesUpTo(1000).map(BigInt);

/**
 * The Baillie-PSW test: trial division, a strong test to base 2 and a strong Lucas test.
 * No composite that passes is known, and below 2^64 there is none (Feitsma and Galway 2013).
 * Since none is excluded above, callers add Miller-Rabin rounds with random bases.
 */
export function isBailliePswProbablePrime(n: bigint, engine: Engine): boolean {
	if (n < 2n) return false;
	for (const prime of SMALL_PRIMES) {
		if (n === prime) return true;
		if (n % prime === 0n) return false;
	}
	return isStrongProbablePrime(n, 2n, engine) && isStrongLucasProbablePrime(n);
}
