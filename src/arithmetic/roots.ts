import { bitLength } from "./integers.js";

// What a double holds safely after Math.log2 and a power.
const START_BITS = 40;

// What a double holds after a power alone, and the bits that a step of the series may lose.
const FLOAT_BITS = 48;
const SERIES_LOSS = 20;

/** x^(1/degree) of x > 0, but for an error of a few units, by Newton's iteration at doubling precision. */
export function nearRoot(x: bigint, degree: number): bigint {
	const d = BigInt(degree);
	const bits = Math.ceil(bitLength(x) / degree);
	if (bits <= START_BITS) return BigInt(Math.round(floatRoot(x, degree)));
	// Half of the root's digits come from the upper half of x.
	const half = BigInt((bits >> 1) - 2);
	const start = (nearRoot(x >> (d * half), degree) + 1n) << half;
	return ((d - 1n) * start + x / start ** (d - 1n)) / d;
}

/**
 * base^(−1/degree) for a base of 2 … 256, as a fixed-point number with so many bits after the point, but for an error of a
 * few units. With e = 1 − base·y^d the root is y·(1 − e)^(−1/d); each step takes the series up to e², which makes the
 * digits three times as many.
 */
export function inverseRoot(
	base: number,
	degree: number,
	bits: number,
): bigint {
	const d = BigInt(degree);
	let precision = Math.min(FLOAT_BITS, bits);
	let y = BigInt(Math.round(base ** (-1 / degree) * 2 ** precision));
	while (precision < bits) {
		const next = Math.min(3 * precision - SERIES_LOSS, bits);
		y <<= BigInt(next - precision);
		precision = next;
		const point = BigInt(precision);
		const e = (1n << point) - BigInt(base) * fixedPower(y, degree, precision);
		// e/d + (d + 1)·e²/(2·d²), times 2·d²
		const series = 2n * d * e + (((d + 1n) * e * e) >> point);
		y += ((y * series) >> point) / (2n * d * d);
	}
	return y;
}

/** x^exponent, exponent ≥ 1, of a fixed-point number with so many bits after the point. */
export function fixedPower(x: bigint, exponent: number, bits: number): bigint {
	if (exponent === 1) return x;
	const half = fixedPower(x, exponent >> 1, bits);
	const square = (half * half) >> BigInt(bits);
	return exponent % 2 === 0 ? square : (square * x) >> BigInt(bits);
}

function floatRoot(x: bigint, degree: number): number {
	const excess = Math.max(0, bitLength(x) - 1000);
	const mantissa = Number(x >> BigInt(excess));
	return 2 ** ((Math.log2(mantissa) + excess) / degree);
}
