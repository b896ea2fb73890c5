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

/** The smallest of the given primes, in ascending order, that divides n, unless it is n itself. */
export function smallFactor(
	n: bigint,
	primes: readonly number[],
): number | undefined {
	let product = 1;
	let first = 0;
	for (let i = 0; i <= primes.length; i++) {
		const next = product * (primes[i] ?? Number.POSITIVE_INFINITY);
		if (next <= Number.MAX_SAFE_INTEGER) {
			product = next;
			continue;
		}
		// One division of n for all primes whose product a double holds exactly.
		const rest = Number(n % BigInt(product));
		const found = primes
			.slice(first, i)
			.find((prime) => rest % prime === 0 && n !== BigInt(prime));
		if (found !== undefined) return found;
		product = primes[i] ?? 1;
		first = i;
	}
	return undefined;
}
