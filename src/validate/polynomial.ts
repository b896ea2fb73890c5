import { gcd } from "bigint-mod-arith";
import { bitLength, squareRoot } from "../arithmetic/integers.js";
import { fixedPower, inverseRoot, nearRoot } from "../arithmetic/roots.js";
import { primesUpTo } from "../primality/small-primes.js";

/** k·p = c_d·m^d + … + c_1·m + c_0 with coefficients far smaller than m: what the special number field sieve needs. */
export interface SmallPolynomial {
	readonly multiple: number;
	readonly root: bigint;
	/** c_d … c_0 */
	readonly coefficients: readonly bigint[];
}

// The special number field sieve takes degrees from 4 to 8 at the sizes in use. Downwards: m^8 − c is a square too.
const DEGREES = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2] as const;

// The leading coefficient, and the multiple of p, where the other is 1; and both together.
const LARGEST_LEAD = 256;
const LARGEST_MULTIPLE = 64;
const LARGEST_TOGETHER = 16;

/**
 * By so many bits m, k and the coefficients together are shorter than p. docs/checks.md counts the numbers of which
 * that is true: a random p is one of them with a chance far below 2^−50.
 */
const BITS_SAVED = 192;

// Bits after the point of the roots, and how many of them must be 0 (or 1) for a root to be looked at.
const FRACTION = 64;
const FILTER = 16;

/**
 * Finds a polynomial of degree 2 to 12 with small coefficients, and a small leading one above all, that has a root m
 * modulo p. Where p = a·m^d + …/k, the d-th root of k·p/a is m but for a fraction with the denominator a·d and an error
 * of about 1/m: so all roots are taken, and the few that are so near to such a fraction are looked at.
 */
export function smallPolynomial(p: bigint): SmallPolynomial | undefined {
	for (const degree of DEGREES) {
		const bits = Math.ceil(bitLength(p) / degree) + FRACTION;
		const root = nearRoot(p << BigInt(degree * FRACTION), degree);
		const point = bits + FRACTION;
		for (const { multiple, lead, ratio } of ratios(degree, bits)) {
			const found = root * ratio;
			if (!isNearFraction(found, point, lead * degree)) continue;
			const nearest = (found + (1n << BigInt(point - 1))) >> BigInt(point);
			const polynomial = shortest(p, multiple, degree, nearest);
			if (polynomial !== undefined) return polynomial;
		}
	}
	return undefined;
}

interface Ratio {
	/** k */
	readonly multiple: number;
	/** a */
	readonly lead: number;
	/** (k/a)^(1/degree), with so many bits after the point. */
	readonly ratio: bigint;
}

function* ratios(degree: number, bits: number): Generator<Ratio> {
	const one = 1n << BigInt(bits);
	const inverse: bigint[] = [one, one];
	const direct: bigint[] = [one, one];
	yield { multiple: 1, lead: 1, ratio: one };
	for (let n = 2; n <= LARGEST_LEAD; n++) {
		const prime = SMALLEST_FACTOR[n] as number;
		if (prime === n) {
			const root = inverseRoot(n, degree, bits);
			inverse.push(root);
			if (n <= LARGEST_MULTIPLE) {
				direct.push(BigInt(n) * fixedPower(root, degree - 1, bits));
			}
		} else {
			inverse.push(product(inverse, prime, n / prime, bits));
			if (n <= LARGEST_MULTIPLE) {
				direct.push(product(direct, prime, n / prime, bits));
			}
		}
		yield { multiple: 1, lead: n, ratio: inverse[n] as bigint };
		if (n <= LARGEST_MULTIPLE) {
			yield { multiple: n, lead: 1, ratio: direct[n] as bigint };
		}
	}
	for (const [multiple, lead] of FRACTIONS) {
		const parts = [direct[multiple], inverse[lead]] as [bigint, bigint];
		yield { multiple, lead, ratio: (parts[0] * parts[1]) >> BigInt(bits) };
	}
}

/** Both from 2 on, in lowest terms. */
const FRACTIONS: readonly (readonly [multiple: number, lead: number])[] =
	Array.from({ length: LARGEST_TOGETHER ** 2 }, (_, i) => {
		const multiple = (i % LARGEST_TOGETHER) + 1;
		return [multiple, Math.floor(i / LARGEST_TOGETHER) + 1] as const;
	}).filter(([k, a]) => k > 1 && a > 1 && gcd(k, a) === 1n);

function product(
	roots: readonly bigint[],
	i: number,
	j: number,
	bits: number,
): bigint {
	return ((roots[i] as bigint) * (roots[j] as bigint)) >> BigInt(bits);
}

const SMALLEST_FACTOR = smallestFactors(LARGEST_LEAD);

function smallestFactors(limit: number): number[] {
	const primes = primesUpTo(limit);
	return Array.from({ length: limit + 1 }, (_, n) =>
		n < 2 ? 0 : (primes.find((prime) => n % prime === 0) ?? n),
	);
}

/** Is `denominator` times the number within 2^−FILTER of an integer? */
function isNearFraction(
	fixed: bigint,
	point: number,
	denominator: number,
): boolean {
	const fraction = BigInt.asUintN(point, fixed) >> BigInt(point - FRACTION);
	const scaled = (Number(fraction) / 2 ** FRACTION) * denominator;
	return Math.abs(scaled - Math.round(scaled)) < 2 ** -FILTER;
}

// How far a rounded root may be from the one with the smallest coefficients.
const NEIGHBOURS = [0n, 1n, -1n, 2n, -2n] as const;

/**
 * k·p to the base of m and its neighbours, where that is short enough. A second coefficient b moves the root by
 * s = b/(a·d), and makes the third one at the rounded root −s²·a·d·(d − 1)/2, but for a small rest: that gives s.
 */
function shortest(
	p: bigint,
	multiple: number,
	degree: number,
	nearest: bigint,
): SmallPolynomial | undefined {
	const [lead = 1n, , third = 0n] = digits(
		p * BigInt(multiple),
		nearest,
		degree,
	);
	const size = (third < 0n ? -third : third) * 2n;
	const shift =
		lead === 0n
			? 0n
			: squareRoot(size / (lead * BigInt(degree * (degree - 1))));
	for (const middle of new Set([0n, shift, -shift])) {
		for (const neighbour of NEIGHBOURS) {
			const root = nearest + middle + neighbour;
			if (root < 2n) continue;
			const coefficients = digits(p * BigInt(multiple), root, degree);
			const length =
				bitLength(root) +
				bitLength(BigInt(multiple)) +
				coefficients.reduce((sum, c) => sum + bitLength(c < 0n ? -c : c), 0);
			if (length + BITS_SAVED <= bitLength(p)) {
				return { multiple, root, coefficients };
			}
		}
	}
	return undefined;
}

/** c_d … c_0 with n = Σ c_i·m^i, all but the first in −m/2 … m/2. */
function digits(n: bigint, base: bigint, degree: number): bigint[] {
	const found: bigint[] = [];
	let rest = n;
	for (let i = 0; i < degree; i++) {
		let digit = rest % base;
		if (2n * digit > base) digit -= base;
		found.unshift(digit);
		rest = (rest - digit) / base;
	}
	return [rest, ...found];
}
