import { bitLength } from "./integers.js";

// More than the kernels' R, which has at most 109 bits more than n.
const EXTRA_BITS = 256;

/** s of the residues 2^(n − 1 + s) mod n: all engines reach this form of Fermat's test without a modular inverse. */
export function residueShift(n: bigint): number {
	return bitLength(n) + EXTRA_BITS;
}

/** Does n pass Fermat's test to base 2, by its residue: is 2^(n − 1) ≡ 1 (mod n)? */
export function passesFermat(n: bigint, residue: bigint): boolean {
	return residue === (1n << BigInt(residueShift(n))) % n;
}
