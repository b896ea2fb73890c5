import { modInv } from "bigint-mod-arith";
import { bigintEngine } from "../arithmetic/bigint-engine.js";
import type { Engine } from "../arithmetic/engine.js";
import { jacobi, squareRoot, trailingZeros } from "../arithmetic/integers.js";

/**
 * Is odd n > 1 a strong Lucas probable prime with Selfridge's parameters (method A)?
 * Baillie and Wagstaff, "Lucas Pseudoprimes", Mathematics of Computation 35 (1980), section 3.
 *
 * With n + 1 = d·2^s, the test asks for U_d ≡ 0 or V_(d·2^r) ≡ 0 for an r < s, where P = 1 and Q = (1 − D)/4. The
 * roots a, b of x² − x + Q have b ≠ 0 modulo n, and c = a/b is a root of x² − Ax + 1 with A = 1/Q − 2: so the test
 * asks for c^d ≡ 1 or c^(d·2^r) ≡ −1, and the sequence of A and 1 answers that, V_k = c^k + c^−k, at two products a digit
 * (Crandall and Pomerance, Prime Numbers, section 3.6.1).
 */
export function isStrongLucasProbablePrime(
	n: bigint,
	engine: Pick<Engine, "lucas"> = bigintEngine,
): boolean {
	// A square has no D with (D/n) = −1: the search below would not end.
	if (squareRoot(n) ** 2n === n) return false;
	const parameter = parameterA(n);
	if (parameter === undefined) return false;

	const twos = trailingZeros(n + 1n);
	const index = (n + 1n) >> BigInt(twos);
	let [v, next] = engine.lucas({ parameter, index, modulus: n });
	// c^d ≡ ±1: then V_d ≡ ±2, and V_(d+1) ≡ ±A with the same sign.
	if (v === 2n % n && next === parameter) return true;
	if (v === n - 2n && (next + parameter) % n === 0n) return true;
	// c^(d·2^(r+1)) ≡ −1 where c^(d·2^r) and its inverse add up to 0.
	for (let r = 0; r < twos - 1; r++) {
		if (v === 0n) return true;
		v = (v * v + n - 2n) % n;
	}
	return false;
}

/** A = 1/Q − 2 modulo n for Selfridge's Q; none where the search for D shows a factor of n. */
function parameterA(n: bigint): bigint | undefined {
	const d = selfridgeD(n);
	if (d === undefined) return undefined;
	try {
		return (modInv((1n - d) / 4n, n) + n - 2n) % n;
	} catch (error) {
		// Q shares a factor with n; it is not a multiple of n, since D would be a square.
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

/** The first of 5, −7, 9, −11, … with (D/n) = −1; none where one of them shows a factor of n. */
function selfridgeD(n: bigint): bigint | undefined {
	for (let size = 5n, sign = 1n; ; size += 2n, sign = -sign) {
		const symbol = jacobi(sign * size, n);
		if (symbol === -1) return sign * size;
		if (symbol === 0 && size % n !== 0n) return undefined;
	}
}
