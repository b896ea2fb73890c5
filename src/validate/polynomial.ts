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
	const tried = ratios();
	for (const degree of DEGREES) {
		const roots = new Roots(p, degree);
		for (const ratio of tried) {
			const root = roots.root(ratio);
			if (!isNearFraction(root, ratio.lead * degree)) continue;
			const nearest = (root + (1n << BigInt(FRACTION - 1))) >> BigInt(FRACTION);
			const polynomial = shortest(p, ratio.multiple, degree, nearest);
			if (polynomial !== undefined) return polynomial;
		}
	}
	return undefined;
}

/** k/a, made of a ratio before it and a prime, by which its lead is multiplied or, where that is 1, its multiple. */
interface Ratio {
	readonly index: number;
	/** k */
	readonly multiple: number;
	/** a */
	readonly lead: number;
	readonly before: Ratio | undefined;
	readonly prime: number;
}

/** In the order in which they are tried: where one of k and a is 1, the small ones first, and then both from 2 on. */
function ratios(): Ratio[] {
	const made: Ratio[] = [];
	const primes = primesUpTo(LARGEST_LEAD);
	const byParts = new Map<number, Ratio>();
	const at = (multiple: number, lead: number) =>
		byParts.get(multiple * (LARGEST_LEAD + 1) + lead);
	const add = (multiple: number, lead: number) => {
		const part = lead === 1 ? multiple : lead;
		const prime = primes.find((each) => part % each === 0) ?? 1;
		const before =
			lead === 1 ? at(multiple / prime, 1) : at(multiple, lead / prime);
		const ratio = { index: made.length, multiple, lead, before, prime };
		made.push(ratio);
		byParts.set(multiple * (LARGEST_LEAD + 1) + lead, ratio);
	};
	add(1, 1);
	for (let n = 2; n <= LARGEST_LEAD; n++) {
		add(1, n);
		if (n <= LARGEST_MULTIPLE) add(n, 1);
	}
	for (let lead = 2; lead <= LARGEST_TOGETHER; lead++) {
		for (let multiple = 2; multiple <= LARGEST_TOGETHER; multiple++) {
			if (areCoprime(multiple, lead)) add(multiple, lead);
		}
	}
	return made;
}

function areCoprime(a: number, b: number): boolean {
	return b === 0 ? a === 1 : areCoprime(b, a % b);
}

/** The roots of k·p/a of one degree, as fixed-point numbers. */
class Roots {
	readonly #p: bigint;
	readonly #degree: number;
	/** So many bits after the point have the roots of the primes. */
	readonly #bits: number;
	/** By the indices of their ratios. */
	readonly #roots: bigint[] = [];
	/** prime^(−1/degree) */
	readonly #inverse: bigint[] = [];
	/** prime^(1/degree) */
	readonly #direct: bigint[] = [];

	constructor(p: bigint, degree: number) {
		this.#p = p;
		this.#degree = degree;
		this.#bits = Math.ceil(bitLength(p) / degree) + FRACTION;
	}

	/** For the ratios in their order. */
	root({ index, lead, before, prime }: Ratio): bigint {
		const degree = this.#degree;
		const root =
			before === undefined
				? nearRoot(this.#p << BigInt(degree * FRACTION), degree)
				: ((this.#roots[before.index] as bigint) *
						(lead === 1
							? this.#directRoot(prime)
							: this.#inverseRoot(prime))) >>
					BigInt(this.#bits);
		this.#roots[index] = root;
		return root;
	}

	#inverseRoot(prime: number): bigint {
		this.#inverse[prime] ??= inverseRoot(prime, this.#degree, this.#bits);
		return this.#inverse[prime];
	}

	#directRoot(prime: number): bigint {
		this.#direct[prime] ??=
			BigInt(prime) *
			fixedPower(this.#inverseRoot(prime), this.#degree - 1, this.#bits);
		return this.#direct[prime];
	}
}

/** Is `denominator` times the number within 2^−FILTER of an integer? */
function isNearFraction(fixed: bigint, denominator: number): boolean {
	const fraction = Number(BigInt.asUintN(FRACTION, fixed));
	const scaled = (fraction / 2 ** FRACTION) * denominator;
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
