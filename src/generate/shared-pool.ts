import type { ThrottleOptions } from "../threads/throttle.js";
import { SearchPool } from "./search-pool.js";

interface Shared {
	readonly pool: SearchPool;
	users: number;
}

/** The one state that outlives a call: what the calls that run now share. It is empty when none runs. */
const running = new Map<string, Shared>();

/**
 * Runs a search on threads that calls of the same kind share while they run at the same time; the last of them ends the
 * threads and waits until they are gone.
 */
export async function onSharedThreads<T>(
	threads: number,
	{ nice = 0, cpuShare = 1 }: Partial<ThrottleOptions>,
	search: (pool: SearchPool) => Promise<T>,
): Promise<T> {
	const kind = JSON.stringify({ threads, nice, cpuShare });
	const shared = running.get(kind) ?? {
		pool: new SearchPool(threads, { nice, cpuShare }),
		users: 0,
	};
	running.set(kind, shared);
	shared.users++;
	try {
		return await search(shared.pool);
	} finally {
		shared.users--;
		if (shared.users === 0) {
			running.delete(kind);
			await shared.pool.close();
		}
	}
}
