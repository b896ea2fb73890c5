/**
 * A proof that p = 2q + 1 and q are prime, for anyone to check in milliseconds (docs/proofs.md). A chain of primes:
 * the first is below 2^64; each further one is 1 more than a multiple of the one before, and more than its square root
 * is known of it. The last two are q and p.
 */
export interface Certificate {
	/** The prime below 2^64 that the chain begins with. */
	readonly base: bigint;
	/** From the smallest to p; at least two. */
	readonly links: readonly CertificateLink[];
}

/** A prime n, of which the prime before it in the chain divides n − 1. */
export interface CertificateLink {
	readonly n: bigint;
	/** A base a in 2 … n − 2 that meets Pocklington's conditions. */
	readonly witness: bigint;
}

/** A chain doubles in size at least every second link, so that 32,768 bits need no more than this. */
export const MAX_LINKS = 32;

/** The sizes of p that are checked, in bits: what the validator reads at most. */
export const MAX_CERTIFIED_BITS = 32_768;

/** Where p and q stand in a certificate that is long enough. */
export function certifiedPrimes({ links }: Certificate): {
	readonly p: bigint;
	readonly q: bigint;
} {
	const [q, p] = links.slice(-2);
	return { p: (p as CertificateLink).n, q: (q as CertificateLink).n };
}
