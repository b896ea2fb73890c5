import type { Engine } from "../arithmetic/engine.js";
import { bitLength, fromBytes, trailingZeros } from "../arithmetic/integers.js";

/** Source of random bytes; `crypto.randomBytes` in the product, something repeatable in tests. */
export type RandomBytes = (length: number) => Uint8Array;

/**
 * Which of the bases prove n composite (Miller-Rabin): witnesses of odd n > 3; bases in 2 … n−2.
 * Rabin 1980: at least three quarters of all bases are witnesses of a composite n.
 */
export function witnesses(
	n: bigint,
	bases: readonly bigint[],
	engine: Engine,
): bigint[] {
	const twos = trailingZeros(n - 1n);
	const exponent = (n - 1n) >> BigInt(twos);
	const powers = engine.powers(
		bases.map((base) => ({ base, exponent, modulus: n })),
	);
	return bases.filter((_, i) => !isStrong(powers[i] as bigint, n, twos));
}

/** Is n > 3, odd, a strong probable prime to this base? */
export function isStrongProbablePrime(
	n: bigint,
	base: bigint,
	engine: Engine,
): boolean {
	return witnesses(n, [base], engine).length === 0;
}

/** `count` independent bases, each uniform in 2 … n−2, for n > 4. */
export function randomBases(
	n: bigint,
	count: number,
	random: RandomBytes,
): bigint[] {
	return Array.from({ length: count }, () => 2n + below(n - 3n, random));
}

/** A uniform integer in 0 … bound−1, by rejection. */
export function below(bound: bigint, random: RandomBytes): bigint {
	const bits = bitLength(bound - 1n);
	const excess = BigInt(Math.ceil(bits / 8) * 8 - bits);
	for (;;) {
		const n = fromBytes(random(Math.ceil(bits / 8))) >> excess;
		if (n < bound) return n;
	}
}

/** The power b^d of n − 1 = 2^twos · d must be 1, or reach −1 by squaring fewer than `twos` times. */
function isStrong(power: bigint, n: bigint, twos: number): boolean {
	if (power === 1n || power === n - 1n) return true;
	let square = power;
	for (let i = 1; i < twos; i++) {
		square = (square * square) % n;
		if (square === n - 1n) return true;
	}
	return false;
}
