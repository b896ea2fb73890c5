import { bitLength } from "../arithmetic/integers.js";
import type { DhParams } from "../params.js";
import { frobeniusRounds } from "../primality/frobenius.js";
import type { Policy } from "./policy.js";
import { isOfRecord, subjectOf } from "./subject.js";

/**
 * What all sets of one file may cost together, in powers of 2048 bits by the kernel: some 11 minutes of one core. The
 * 423 sets of Debian's /etc/ssh/moduli take about 0.21 million, and 400 primes of 10,000 bits would take 0.8.
 */
export const MAX_WORK = 400_000;

/** No set counts for less than a share of this many, since a thread needs time to take one. A file has 1,000 at most. */
const MAX_SETS = 4096;

// A round of the Frobenius test takes the time of so many powers; all but the rounds takes that of two.
const POWERS_OF_A_ROUND = 3.2;
const OTHER_POWERS = 2;

// Karatsuba's multiplication and the rest, fitted in search/plan.ts: a power takes bits^2.7.
const EXPONENT = 2.7;

/** The most that a validation costs, in powers of 2048 bits. */
export function workOf(params: DhParams, policy: Policy): number {
	const subject = subjectOf(params);
	const { bits, q } = subject;
	const costs = bits <= policy.maxBits && !isOfRecord(subject);
	const numbers = costs
		? [bits, ...(q === undefined ? [] : [bitLength(q)])]
		: [];
	const rounds = 1 + frobeniusRounds(2 * policy.rounds);
	const powers = OTHER_POWERS + POWERS_OF_A_ROUND * rounds;
	const work = numbers.reduce(
		(sum, size) => sum + powers * (Math.min(size, bits) / 2048) ** EXPONENT,
		0,
	);
	return Math.max(work, MAX_WORK / MAX_SETS);
}

/** How many sets, from the first on, are within so much work together. */
export function affordable(
	work: readonly number[],
	maxWork = MAX_WORK,
): number {
	let left = maxWork;
	const first = work.findIndex((each) => {
		left -= each;
		return left < 0;
	});
	return first === -1 ? work.length : first;
}
