import { gcd } from "bigint-mod-arith";
import type { Engine } from "../arithmetic/engine.js";

/**
 * Does `witness` prove p = 2q + 1 prime, given that q is prime, and have order q modulo p?
 *
 * Pocklington 1914: if q is a prime factor of p − 1 with q > √p − 1, a^(p−1) ≡ 1 (mod p) and
 * gcd(a^((p−1)/q) − 1, p) = 1, then p is prime. Here (p−1)/q = 2, and a^q ≡ 1 implies a^(p−1) ≡ 1,
 * so one power proves both: p is prime, and the order of a divides q and is not 1.
 *
 * False says nothing about p: another witness, of order 2q, may prove it prime.
 */
export function provesSafePrime(
	q: bigint,
	witness: bigint,
	engine: Pick<Engine, "powers">,
): boolean {
	const p = 2n * q + 1n;
	if (witness <= 1n || witness >= p - 1n) return false;
	const [power] = engine.powers([{ base: witness, exponent: q, modulus: p }]);
	return power === 1n && gcd(witness * witness - 1n, p) === 1n;
}
