import { checkArgument, STRING } from "../../arguments.js";
import type { UnitQueue, UnitSource } from "../queue.js";
import { parseAddress } from "./address.js";
import { checkClock } from "./clock.js";
import type { Connection } from "./connection.js";
import {
	type ConnectionOptions,
	checkQueueOptions,
	checkSourceOptions,
	DEFAULT_LOCK_MS,
	DEFAULT_PREFIX,
	type UnitQueueOptions,
} from "./options.js";
import { connectPostgres } from "./postgres.js";
import { connectRedis } from "./redis.js";
import { BullUnitQueue } from "./unit-queue.js";
import { BullUnitSource } from "./unit-source.js";

/**
 * The coordinator's end of a queue on a server. Searches share one queue, and machines take units of all of them; each
 * coordinator gets the results of its own search alone.
 *
 * @param url `redis://HOST:PORT`, `rediss://HOST:PORT` (TLS) or `postgres://HOST:PORT/DATABASE`
 * @throws {@link InvalidArgumentError} for a wrong URL or option, and where the client libraries are not installed
 * @throws {@link QueueError} where the server is not reached, refuses, or is not set up for a queue
 */
export async function openUnitQueue(
	url: string,
	options: UnitQueueOptions,
): Promise<UnitQueue> {
	const {
		search,
		lockMs = DEFAULT_LOCK_MS,
		...given
	} = checkQueueOptions(options);
	const connection = await connect(url, given);
	return closingOnError(connection, async () => {
		await checkClock(connection, lockMs);
		const queue = new BullUnitQueue(connection, search, lockMs / 2);
		await queue.forget();
		return queue;
	});
}

/**
 * A worker's end of a queue on a server. It is for one call of `serve`, which ends the connection; so does disposing of it.
 *
 * @param url as for {@link openUnitQueue}
 * @throws {@link InvalidArgumentError} and {@link QueueError}, as {@link openUnitQueue}
 */
export async function openUnitSource(
	url: string,
	options: ConnectionOptions = {},
): Promise<UnitSource & AsyncDisposable> {
	const { lockMs = DEFAULT_LOCK_MS, ...given } = checkSourceOptions(options);
	const connection = await connect(url, given);
	return closingOnError(connection, async () => {
		await checkClock(connection, lockMs);
		return new BullUnitSource(connection, lockMs);
	});
}

async function connect(
	url: string,
	options: ConnectionOptions,
): Promise<Connection> {
	checkArgument("url", url, STRING);
	const address = parseAddress(url);
	const given = { ...options, prefix: options.prefix ?? DEFAULT_PREFIX };
	return address.kind === "redis"
		? await connectRedis(address, given)
		: await connectPostgres(address, given);
}

async function closingOnError<T>(
	connection: Connection,
	make: () => Promise<T>,
): Promise<T> {
	try {
		return await make();
	} catch (error) {
		await connection.close();
		throw error;
	}
}
