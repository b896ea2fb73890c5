/** All primes up to `limit`, by the sieve of Eratosthenes over the odd numbers. */
export function primesUpTo(limit: number): number[] {
	const primes = limit >= 2 ? [2] : [];
	const composite = new Uint8Array(limit + 1);
	for (let n = 3; n <= limit; n += 2) {
		if (composite[n]) continue;
		primes.push(n);
		for (let multiple = n * n; multiple <= limit; multiple += 2 * n)
			composite[multiple] = 1;
	}
	return primes;
}

/** The smallest of the given primes that divides n, unless it is n itself. */
export function smallFactor(
	n: bigint,
	primes: readonly number[],
): number | undefined {
	return primes.find(
		(prime) => n % BigInt(prime) === 0n && n !== BigInt(prime),
	);
}
