/** One modular power. The modulus is odd and at least 3; 0 ≤ base < modulus; exponent ≥ 0. */
export interface Power {
	readonly base: bigint;
	readonly exponent: bigint;
	readonly modulus: bigint;
}

/**
 * The terms k and k + 1 of the Lucas sequence V_0 = 2, V_1 = P, V_(k+1) = P·V_k − V_(k−1) modulo `modulus`, which is odd
 * and at least 3; 0 ≤ parameter < modulus; index ≥ 0.
 */
export interface LucasTerms {
	/** P; Q is 1. */
	readonly parameter: bigint;
	/** k */
	readonly index: bigint;
	readonly modulus: bigint;
}

/**
 * Modular powers, where all the time of a search or a validation goes.
 * Three engines do the same work: two WebAssembly kernels, several times faster, one for machines with a fused
 * multiply-add (kernel.ts) and one for the others (integer-kernel.ts), and BigInt (bigint-engine.ts), the reference.
 * BigInt confirms every result of a kernel that something rests on (primality/confirmed-engine.ts).
 */
export interface Engine {
	readonly name: "kernel" | "bigint";

	/** How many numbers the engine works on at once: a batch of a multiple of this leaves no lane idle. */
	readonly lanes: number;

	/** Fermat's test to base 2 for each odd candidate above 2: is 2^(n−1) ≡ 1 (mod n)? */
	fermat(candidates: readonly bigint[]): boolean[];

	/**
	 * The residues of the same test, for candidates of one size: 2^(n − 1 + s) mod n, with s of fermat-residue.ts, which are
	 * the same on every engine.
	 */
	fermatResidues(candidates: readonly bigint[]): bigint[];

	/** base^exponent mod modulus for each. */
	powers(powers: readonly Power[]): bigint[];

	/** V_k and V_(k+1). */
	lucas(terms: LucasTerms): readonly [bigint, bigint];
}

/** An engine whose results need no other confirmation: BigInt itself, or a kernel whose results it confirms. */
export interface ConfirmedEngine extends Engine {
	readonly isConfirmed: true;
}
