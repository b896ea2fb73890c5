import { lcm } from "bigint-mod-arith";
import { InvalidArgumentError } from "../errors.js";
import { primesUpTo } from "../primality/small-primes.js";

/** The candidates p ≡ residue (mod modulus). */
export interface ResidueClass {
	readonly modulus: number;
	readonly residue: number;
	/** The odd primes that divide the modulus. */
	readonly primes: readonly number[];
}

/** A byte holds every generator in use (2 nearly always, 3, 5, 6 and 11 seldom) and keeps the modulus below 2^13. */
export const MAX_GENERATOR = 255;

/**
 * The class of safe primes p = 2q + 1 in which g generates the subgroup of order q: p ≡ −1 modulo 12 (q is odd and
 * no multiple of 3), modulo 8 where 2 divides g an odd number of times, and modulo each odd prime that does.
 * There each of those primes is a square modulo p, by quadratic reciprocity for p ≡ 3 (mod 4).
 * For g = 2, 3 and 5 this is OpenSSL's class (crypto/dh/dh_gen.c): 23 mod 24, 11 mod 12 and 59 mod 60.
 *
 * @throws {@link InvalidArgumentError} unless g is a whole number in 2 … 255.
 */
export function residueClass(generator: number): ResidueClass {
	if (
		!Number.isInteger(generator) ||
		generator < 2 ||
		generator > MAX_GENERATOR
	) {
		throw new InvalidArgumentError(
			`${generator} cannot be the generator; give a whole number from 2 to ${MAX_GENERATOR} (2 is the usual one).`,
		);
	}
	const nonSquare = primesUpTo(generator).filter(
		(prime) => exponentOf(prime, generator) % 2 === 1,
	);
	const modulus = Number(
		nonSquare
			.map((prime) => (prime === 2 ? 8n : BigInt(prime)))
			.reduce(lcm, 12n),
	);
	const primes = [...new Set([3, ...nonSquare.filter((prime) => prime > 2)])];
	return { modulus, residue: modulus - 1, primes };
}

/** How often a prime divides n > 0. */
function exponentOf(prime: number, n: number): number {
	let exponent = 0;
	for (let rest = n; rest % prime === 0; rest /= prime) exponent++;
	return exponent;
}
