/**
 * How likely is a composite q to pass rounds of Miller-Rabin with random bases, where p = 2q + 1 comes from a search?
 * docs/search.md derives the bound.
 */

// Windows of four mean gaps, of which e^−4 hold no safe prime and are drawn again, favour a candidate by at most this.
const WINDOW_FACTOR = 4 / (1 - Math.exp(-4));

/** What of a search goes into the bound. */
export interface SearchedClass {
	/** The size of q in bits. */
	readonly bits: number;
	/** The distance m between the candidates for p, and the mean number of them for one safe prime. */
	readonly modulus: number;
	readonly meanGap: number;
}

/**
 * log2 of the bound of Damgård, Landrock and Pomerance, "Average case error estimates for the strong probable prime
 * test" (1993), theorem 2: a uniform odd number of k bits that passes t rounds is composite with a chance below
 * k^(3/2) · 2^t · t^(−1/2) · 4^(2 − √(t·k)), for k ≥ 21 and 3 ≤ t ≤ k/9.
 */
export function uniformError(k: number, t: number): number {
	return 1.5 * Math.log2(k) + t - Math.log2(t) / 2 + 2 * (2 - Math.sqrt(t * k));
}

/**
 * log2 of how much scarcer a search's results are than primes of the same size. The theorem compares the composites
 * that pass with all primes, of which there are 2^(k−1)/(k·ln 2); a search accepts q in its class where 2q + 1 is prime
 * too, of which there are 2^k/(m·gap). Its window favours none of them by more than a factor of 4.08.
 */
export function scarcity({ bits, modulus, meanGap }: SearchedClass): number {
	return Math.log2((WINDOW_FACTOR * modulus * meanGap) / (2 * bits * Math.LN2));
}

/** The fewest rounds after which a search hands out a composite q with a chance below 2^−`exponent`. */
export function roundsFor(searched: SearchedClass, exponent: number): number {
	const { bits } = searched;
	for (let t = 3; t <= bits / 9; t++) {
		if (uniformError(bits, t) + scarcity(searched) < -exponent) return t;
	}
	// Below about 200 bits the bound says too little: Rabin's 4^−t for each composite that is tested before a result.
	return Math.ceil(
		(exponent + Math.log2(WINDOW_FACTOR * searched.meanGap)) / 2,
	);
}
