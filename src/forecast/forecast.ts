import { expectedTests, type Method, plan } from "../search/plan.js";
import type { Costs } from "./costs.js";

/** How long searches take, in seconds. */
export interface Forecast {
	readonly mean: number;
	readonly median: number;
	/** The 5th and the 95th percentile. */
	readonly p5: number;
	readonly p95: number;
}

// What every command takes besides, in ms: Node's start, the worker threads', loading, encoding. Measured as the time of
// a 512-bit group, whose search takes next to nothing.
const START = 250;
// Powers of the verification (rounds of Miller-Rabin, Lucas, Pocklington) at the sizes in use.
const CONFIRMATIONS = 9;

/** A search with so many threads: what every search takes, and tests, whose number is geometrically distributed. */
export function forecast(
	costs: Costs,
	method: Method,
	threads: number,
): Forecast {
	const { sieveBound } = plan(costs.bits, 2, method);
	const fixed =
		START +
		costs.sieve / threads +
		Math.ceil(CONFIRMATIONS / threads) * costs.confirmation;
	const testing =
		(expectedTests(costs.bits, sieveBound) * costs.test) / threads;
	return exponential(fixed / 1000, testing / 1000);
}

/**
 * `openssl dhparam` on one thread, from the cost of a modular power: it draws candidates free of the first primes in p
 * and in q, tests p, then q, and ends with 64 rounds of Miller-Rabin on each, 128 above 2048 bits
 * (crypto/bn/bn_prime.c, calc_trial_divisions, bn_mr_min_checks, BN_generate_prime_ex2).
 */
export function opensslForecast(bits: number, powerMs: number): Forecast {
	const [, bound, rounds] = TRIAL_DIVISIONS.find(([size]) => bits <= size) as [
		number,
		number,
		number,
	];
	// As in plan.ts: p and q without primes below the bound are each prime with this chance.
	const tests = expectedTests(bits, bound);
	const powers = tests + Math.sqrt(tests);
	return exponential((2 * rounds * powerMs) / 1000, (powers * powerMs) / 1000);
}

// Size in bits, the largest prime that is divided by (the 64th, 128th, 384th, 1024th and 2048th), rounds.
const TRIAL_DIVISIONS = [
	[512, 311, 64],
	[1024, 719, 64],
	[2048, 2657, 64],
	[4096, 8161, 128],
	[Number.POSITIVE_INFINITY, 17863, 128],
] as const;

function exponential(fixed: number, meanRest: number): Forecast {
	const quantile = (share: number) => fixed - meanRest * Math.log1p(-share);
	return {
		mean: fixed + meanRest,
		median: quantile(0.5),
		p5: quantile(0.05),
		p95: quantile(0.95),
	};
}
