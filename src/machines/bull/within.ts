import { setTimeout as sleep } from "node:timers/promises";

/**
 * What a promise gives, if it does so in time.
 *
 * @throws an error with the code ETIMEDOUT otherwise
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
	const timer = new AbortController();
	// Whichever is late must not become an unhandled rejection.
	promise.catch(() => {});
	try {
		return await Promise.race([
			promise,
			sleep(ms, undefined, { signal: timer.signal }).then(() => {
				throw Object.assign(new Error(`no answer within ${ms / 1000} s`), {
					code: "ETIMEDOUT",
				});
			}),
		]);
	} finally {
		timer.abort();
	}
}
