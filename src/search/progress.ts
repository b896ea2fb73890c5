/** Where a search stands. It is memoryless: what was done does not bring the end nearer. */
export interface Progress {
	/** "sieve" while a window is sieved, "test" while candidates are tested, "verify" while the result is confirmed. */
	readonly phase: "sieve" | "test" | "verify";
	/** Candidates tested so far. */
	readonly tested: number;
	/** Candidates that are tested on the mean before a safe prime is found. */
	readonly expectedTests: number;
	/** The chance, 0 to 1, that a search has ended by now: 1 − e^(−tested / expectedTests). */
	readonly chance: number;
	/** Since the search began, in ms. */
	readonly elapsedMs: number;
	/** Candidates tested a second since the first test; 0 before. */
	readonly testsPerSecond: number;
}

/** The chance that a search has found a safe prime after so many tests. */
export function chanceSoFar(tested: number, expectedTests: number): number {
	return -Math.expm1(-tested / expectedTests);
}
