import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { isStrongLucasProbablePrime } from "../../src/primality/lucas.js";
import { isStrongProbablePrime } from "../../src/primality/miller-rabin.js";

/** The Baillie-PSW test without the trial division that usually precedes it. */
export function passesBailliePsw(n: bigint): boolean {
	if (n < 3n || n % 2n === 0n) return n === 2n;
	// 3 has no base in 2 … n − 2.
	if (n === 3n) return true;
	return (
		isStrongProbablePrime(n, 2n, bigintEngine) && isStrongLucasProbablePrime(n)
	);
}
