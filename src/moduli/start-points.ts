/**
 * A search walks up from a random number. Two of so many bits are never this near to each other; what one walk finds is
 * (OpenSSH's files have gaps of up to 2^29 at 8192 bits).
 */
const SAME_START = 1n << 64n;

/** From how many start points the searches for these numbers began. */
export function startPoints(primes: readonly bigint[]): number {
	const sorted = [...new Set(primes)].sort((a, b) => (a < b ? -1 : 1));
	return sorted.filter(
		(p, i) => i === 0 || p - (sorted[i - 1] as bigint) > SAME_START,
	).length;
}
