import {
	type Construction,
	MODULI_CONSTRUCTION,
	PROVABLE_CONSTRUCTION,
	SEED_CONSTRUCTION,
} from "../encoding/seed.js";
import { type ResidueClass, residueClass } from "./residue-class.js";

/**
 * What does the work: the kernels, those without fused multiply-adds, BigInt with a compiled sieve, or BigInt with the
 * sieve in TypeScript.
 */
export type Method = "kernel" | "integer" | "bigint" | "plain";

/** What a search will do, decided before it starts. */
export interface Plan {
	/** The size of p in bits. */
	readonly bits: number;
	readonly generator: number;
	readonly residueClass: ResidueClass;
	/** How many consecutive candidates p = m·k + c a window holds: a multiple of 2^15. */
	readonly windowLength: number;
	/** The mean distance between two that are safe primes. */
	readonly gap: number;
	/** The bound of a first, shallow sieve of a few ms, which the main thread does while the workers start. */
	readonly firstBound: number;
	/** How many candidates the main thread tests then. */
	readonly firstTests: number;
	/** All other candidates with a prime factor of p or q below this are struck out before they are tested. */
	readonly sieveBound: number;
	/** How many candidates a search tests on average before it finds a safe prime. */
	readonly expectedTests: number;
}

/** Sizes of p in bits. */
export const MIN_BITS = 512;
export const MAX_BITS = 16384;

// 2·Π(1 − 1/(r − 1)²) over the odd primes r: twice the twin prime constant (Hardy and Littlewood 1923, conjecture B).
const TWICE_TWIN_PRIME_CONSTANT = 1.3203236;
// e^γ, of Mertens' third theorem.
const MERTENS = 1.7810724;

// What the main thread spends on the start of a worker, in ms (bench/scaling).
const THREAD_START = 3;

/**
 * The length of a construction's windows, in mean distances between safe primes. Windows of four hold none in
 * e^−4 = 1.8 % of all searches; one of 64 is sieved for some 64 groups of a moduli file.
 */
const WINDOW_IN_GAPS: Readonly<Record<Construction, number>> = {
	[SEED_CONSTRUCTION]: 4,
	[PROVABLE_CONSTRUCTION]: 4,
	[MODULI_CONSTRUCTION]: 64,
};

// 16 MB of bits in each thread.
const LONGEST_WINDOW = 2 ** 27;

// A few ms of one thread, for any size; without WebAssembly as little as can be.
const FIRST_BOUND = {
	kernel: 2 ** 19,
	integer: 2 ** 19,
	bigint: 2 ** 19,
	plain: 2 ** 14,
} as const;

// What the main thread tests before workers take over, in ms: about as long as they take to start.
const FIRST_TESTS = 20;

// The sieve's bound is near a power of two between these; see workers/assembly/residues.ts for the highest.
export const LOWEST_BOUND = 14;
export const HIGHEST_BOUND = {
	kernel: 36,
	integer: 31,
	bigint: 31,
	plain: 28,
} as const;

// Fitted by `npm run bench:plan` on an AMD EPYC, Node 20.20: the sieve takes prime + primeBit·bits ns for a prime, and
// `large` more above 2^31, where the primes take longer to find; a test takes test·(bits/2048)^testExponent ms.
const COSTS = {
	kernel: {
		prime: 10.5,
		primeBit: 0.008,
		large: 6,
		test: 1.44,
		testExponent: 2.75,
	},
	integer: {
		prime: 11.6,
		primeBit: 0.0239,
		large: 0,
		test: 3.36,
		testExponent: 2.68,
	},
	bigint: {
		prime: 11.6,
		primeBit: 0.0239,
		large: 0,
		test: 14.4,
		testExponent: 2.62,
	},
	// Between 1000 + 0.4·bits with a just-in-time compiler and 11,000 + 1.5·bits without one (--jitless).
	plain: {
		prime: 5000,
		primeBit: 1,
		large: 0,
		test: 14.4,
		testExponent: 2.62,
	},
} as const;

/** The costs of large primes begin here. */
const LARGE = 2 ** 31;

/** How a search for many groups differs from one for a single group. */
export interface PlanOptions {
	/** It decides on the length of windows. Default: that of a search for one group. */
	readonly construction?: Construction | undefined;
	/** How many groups are wanted of a window, which share its sieve; divided by how many machines sieve it. Default 1. */
	readonly shares?: number | undefined;
}

export function plan(
	bits: number,
	generator: number,
	method: Method,
	{ construction = SEED_CONSTRUCTION, shares = 1 }: PlanOptions = {},
): Plan {
	const residues = residueClass(generator);
	const gap = meanGap(bits, residues);
	const windowLength = Math.min(
		Math.ceil((WINDOW_IN_GAPS[construction] * gap) / 32768) * 32768,
		LONGEST_WINDOW,
	);
	const sieveBound = cheapestBound(
		bits,
		method,
		Math.min(shares, windowLength / gap),
	);
	return {
		bits,
		generator,
		residueClass: residues,
		windowLength,
		gap,
		firstBound: Math.min(FIRST_BOUND[method], sieveBound),
		firstTests: Math.floor(FIRST_TESTS / testMs(bits, method)),
		sieveBound,
		expectedTests: expectedTests(bits, sieveBound),
	};
}

/**
 * How many threads a search should have at most: each shortens the work, but must be started, one after the other, by
 * the main thread. Counted with the kernel's costs; simulated and measured by `npm run bench:scaling`.
 */
export function worthwhileThreads(bits: number, processors: number): number {
	const bound = cheapestBound(bits, "kernel", 1);
	const work =
		sieveMs(bits, bound, "kernel") +
		expectedTests(bits, bound) * testMs(bits, "kernel");
	return Math.min(Math.ceil(Math.sqrt(work / THREAD_START)), processors);
}

/**
 * The mean number of candidates of the class for one safe prime: q and 2q + 1 are both prime with density
 * 1.32 / (ln q · ln p) among all integers q, and the class takes more than its share of them, since half of all q are
 * even, and of the r classes modulo an odd prime r two hold no safe prime.
 */
export function meanGap(bits: number, { primes }: ResidueClass): number {
	const share = primes.reduce((product, r) => (product * r) / (r - 2), 2);
	return logarithms(bits) / (TWICE_TWIN_PRIME_CONSTANT * share);
}

/**
 * Where no prime below B divides p or q, each is prime with a chance of e^γ·ln B / ln p, by Mertens' theorem.
 * Wiener, "Safe Prime Generation with a Combined Sieve" (2003), section 3.
 */
export function expectedTests(bits: number, sieveBound: number): number {
	return Math.max(1, logarithms(bits) / (MERTENS * Math.log(sieveBound)) ** 2);
}

/** ln q · ln p for the mean p of this size, about 0.72 · 2^bits. */
function logarithms(bits: number): number {
	const p = (bits - 0.47) * Math.LN2;
	return p * (p - Math.LN2);
}

/**
 * The bound that minimises the time of the sieve and the tests together, both shared evenly among the workers, where so
 * many groups share the sieve.
 */
function cheapestBound(bits: number, method: Method, shares: number): number {
	let best = { bound: 0, cost: Number.POSITIVE_INFINITY };
	for (let log = LOWEST_BOUND; log <= HIGHEST_BOUND[method]; log += 0.5) {
		const bound = 2 * Math.round(2 ** log / 2);
		const cost =
			sieveMs(bits, bound, method) / shares +
			expectedTests(bits, bound) * testMs(bits, method);
		if (cost < best.cost) best = { bound, cost };
	}
	return best.bound;
}

/** Worker time of the sieve in ms: π(bound) residues of a number of this size, and generating the primes. */
export function sieveMs(bits: number, bound: number, method: Method): number {
	const { prime, primeBit, large } = COSTS[method];
	const largePrimes = Math.max(0, primesBelow(bound) - primesBelow(LARGE));
	return (
		(primesBelow(bound) * (prime + primeBit * bits) + largePrimes * large) / 1e6
	);
}

/** π(n), within 1 % from 2^14 on. */
export function primesBelow(n: number): number {
	return n / (Math.log(n) - 1 - 1 / Math.log(n));
}

/** Worker time of one Fermat test in ms. */
export function testMs(bits: number, method: Method): number {
	const { test, testExponent } = COSTS[method];
	return test * (bits / 2048) ** testExponent;
}
