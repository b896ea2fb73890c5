import { modInv } from "bigint-mod-arith";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { isStrongProbablePrime } from "../../src/primality/miller-rabin.js";
import { primesUpTo } from "../../src/primality/small-primes.js";
import type { Window } from "../../src/search/window.js";

/** What a sieve strikes by the definition: each k where r divides p(k) or p(k) − 1. */
export function reference(window: Window, bound: number): Uint8Array {
	const { first, step, factor = 1n, length } = window;
	const struck = new Uint8Array(length);
	for (const prime of primesUpTo(bound - 1)) {
		const r = BigInt(prime);
		const distance = BigInt(step) * factor;
		if (prime === 2 || distance % r === 0n) continue;
		const inverse = modInv(distance, r);
		for (const target of [0n, 1n]) {
			const least = (((target - first) % r) + r) * inverse;
			for (let k = Number(least % r); k < length; k += prime) {
				struck[k] = 1;
			}
		}
	}
	return struck;
}

/** The bits of a sieve, one in each byte. */
export function unpacked(bits: Uint32Array): Uint8Array {
	return Uint8Array.from(
		{ length: bits.length * 32 },
		(_, k) => ((bits[k >> 5] as number) >>> (k & 31)) & 1,
	);
}

/** Below 2,152,302,898,747 no composite passes for these bases: Jaeschke, "On strong pseudoprimes to several bases" (1993). */
export function isPrime(n: bigint): boolean {
	return [2n, 3n, 5n, 7n, 11n].every((base) =>
		isStrongProbablePrime(n, base, bigintEngine),
	);
}

/** No sieve takes primes beyond these. */
export const HIGHEST = {
	plain: 2 ** 36,
	sieve: 2 ** 31,
	"sieve-fused": 2 ** 36,
} as const;

/** Where numbers of primes outgrow integers, limbs and bounds of some kind. */
export const EDGES = [28, 31, 32, 33, 34, 35, 36].map((log) => 2 ** log);
