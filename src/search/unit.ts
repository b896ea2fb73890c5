import type { Construction } from "../encoding/seed.js";

/**
 * A part of a search, as another machine can do it: the candidates of some ranks of one window. What it gives depends on
 * these values alone, not on the machine, its threads or its engine.
 */
export interface Unit {
	readonly construction: Construction;
	readonly seed: string;
	/** The size of p in bits, 512 … 16384. */
	readonly bits: number;
	/** 2 … 255 */
	readonly generator: number;
	/** The number of the window, counted from 0. */
	readonly window: number;
	/** The first rank, 0 … 2^32 − 1. */
	readonly from: number;
	/** The rank behind the last one, up to 2^32. */
	readonly to: number;
	/** Candidates with a factor below this are struck out; an even number, 2^14 … 2^36. */
	readonly sieveBound: number;
}

/** What a unit gives. */
export interface UnitResult {
	/** How many candidates were tested. */
	readonly tested: number;
	/** Those that are safe primes by Fermat's test, in the order of their ranks: their indices in the window. */
	readonly hits: readonly UnitHit[];
	/** A digest of the residues of each part of the unit; see `partsOf`. */
	readonly digests: readonly string[];
}

/** A safe prime of a unit. */
export interface UnitHit {
	readonly rank: number;
	/** The index among the window's candidates. */
	readonly candidate: number;
}
