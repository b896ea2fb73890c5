/**
 * Milliseconds since some moment, with fractions, as `performance.now()` counts them: Node takes 2 ms to load
 * `performance` when it is first used.
 */
export function now(): number {
	const [seconds, nanoseconds] = process.hrtime();
	return seconds * 1e3 + nanoseconds / 1e6;
}
