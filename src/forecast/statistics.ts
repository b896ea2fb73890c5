/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle of the values; of an even number of them, the upper of the middle two. */
export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[sorted.length >> 1] ?? Number.NaN;
}

/**
 * The interval that holds the mean of an exponential distribution with 95 % confidence: 2·Σ/mean of n values has a χ²
 * distribution with 2n degrees of freedom. Searches are memoryless, so their times are nearly exponential; the interval
 * is wide where there are few of them, and honest.
 */
export function meanInterval(
	values: readonly number[],
): [low: number, high: number] {
	const twice = 2 * values.reduce((sum, value) => sum + value, 0);
	const freedom = 2 * values.length;
	return [
		twice / chiSquareQuantile(1.959964, freedom),
		twice / chiSquareQuantile(-1.959964, freedom),
	];
}

/**
 * The quantile of the χ² distribution at a normal deviate z, by Wilson and Hilferty (1931): within 2 % from four degrees
 * of freedom up.
 */
function chiSquareQuantile(z: number, freedom: number): number {
	const spread = 2 / (9 * freedom);
	return freedom * (1 - spread + z * Math.sqrt(spread)) ** 3;
}
