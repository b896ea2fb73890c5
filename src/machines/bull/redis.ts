import type { Queue } from "bullmq";
import { QueueError } from "../../errors.js";
import type { QueueAddress } from "./address.js";
import {
	ANSWER_MS,
	CONNECT_MS,
	type Connection,
	workerOptions,
} from "./connection.js";
import { UNITS } from "./jobs.js";
import type { ConnectionOptions } from "./options.js";
import { loadRedisPeers } from "./peers.js";
import { queueError } from "./reasons.js";
import { RedisClients } from "./redis-clients.js";
import { within } from "./within.js";

/**
 * @throws {@link QueueError} where the server is not reached, refuses, is not Redis or may forget what it was given
 */
export async function connectRedis(
	address: QueueAddress,
	options: ConnectionOptions,
): Promise<Connection> {
	const { bull, Redis } = await loadRedisPeers();
	const { host, port, shown } = address;
	const password =
		address.password ?? options.password ?? process.env.REDISCLI_AUTH;
	let isOpen = false;
	const redis = new Redis({
		host,
		port,
		db: Number(address.database),
		...(address.user === undefined ? {} : { username: address.user }),
		...(password === undefined ? {} : { password }),
		...(address.isTls
			? { tls: options.ca === undefined ? {} : { ca: options.ca } }
			: {}),
		lazyConnect: true,
		connectTimeout: CONNECT_MS,
		// Without an answer the connection is made anew; BullMQ's blocking reads end after 5 s.
		socketTimeout: ANSWER_MS,
		// BullMQ needs this: commands wait for the connection.
		maxRetriesPerRequest: null,
		// Before the first connection a failure is told, after it the connection is tried again until the end.
		retryStrategy: (times) => (isOpen ? 100 * 2 ** Math.min(times, 5) : null),
	});
	const clients = new RedisClients(redis);
	let lastError: Error | undefined;
	redis.on("error", (error) => {
		lastError = error;
	});
	try {
		await within(CONNECT_MS, redis.connect());
		checkServer(await within(CONNECT_MS, redis.info()), shown);
		// Whether this user may run scripts on the keys of the queue.
		const key = `${options.prefix}:${UNITS}:meta`;
		await within(CONNECT_MS, redis.eval(TRY, 1, key));
	} catch (error) {
		redis.disconnect();
		throw queueError(shown, isClosed(error) ? (lastError ?? error) : error);
	}
	isOpen = true;
	const settings = {
		connection: redis,
		prefix: options.prefix as string,
		skipVersionCheck: true,
	};
	return {
		shown,
		bull,
		queue: (name) =>
			new bull.Queue(name, {
				...settings,
				streams: { events: { maxLen: MAX_EVENTS } },
			}),
		worker: (name, process, given) =>
			new bull.Worker(name, process, { ...settings, ...workerOptions(given) }),
		sizeOf: (queue, id) => sizeOf(redis, queue, id),
		// Locks end by the server's clock, and nothing else here depends on one.
		serverTime: async () => undefined,
		onChange(listener) {
			redis.on("ready", () => listener(true, ""));
			redis.on("close", () => {
				listener(false, queueError(shown, lastError).message);
				lastError = undefined;
			});
		},
		async close() {
			isOpen = false;
			clients.disconnect();
		},
	};
}

const TRY = "return redis.call('exists', KEYS[1])";

/** BullMQ writes an event with each result, which nothing here reads. */
const MAX_EVENTS = 100;

/** The fields of a job that others can make long. */
const FIELDS = ["data", "returnvalue", "failedReason", "stacktrace", "opts"];

async function sizeOf(
	redis: { hstrlen(key: string, field: string): Promise<number> },
	queue: Queue,
	id: string,
): Promise<number> {
	const key = queue.toKey(id);
	const sizes = await Promise.all(
		FIELDS.map((field) => redis.hstrlen(key, field)),
	);
	return sizes.reduce((sum, size) => sum + size, 0);
}

/** ioredis rejects commands with this where an error event has the reason. */
function isClosed(error: unknown): boolean {
	return error instanceof Error && /Connection is closed/.test(error.message);
}

/** BullMQ's scripts need 5.0; 6.2 is the oldest that it recommends, and the oldest with ACL categories for all of it. */
const OLDEST = [6, 2] as const;

/** @param info what INFO gives */
function checkServer(info: string, shown: string): void {
	const field = (name: string) =>
		new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
	const version = field("redis_version");
	const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
	if (
		version === undefined ||
		major < OLDEST[0] ||
		(major === OLDEST[0] && minor < OLDEST[1])
	) {
		throw new QueueError(
			`The server at ${shown} is ${version === undefined ? "not Redis" : `Redis ${version.slice(0, 20)}`}; a queue needs Redis 6.2 or later, or Valkey.`,
		);
	}
	if (field("role") === "slave") {
		throw new QueueError(
			`The server at ${shown} is a replica, which cannot be written to; give the address of its primary.`,
		);
	}
	const policy = field("maxmemory_policy");
	if (policy !== undefined && policy !== "noeviction") {
		throw new QueueError(
			`The Redis at ${shown} has maxmemory-policy ${policy.slice(0, 40)}: with too little memory it would throw units away. Set "maxmemory-policy noeviction" in redis.conf.`,
		);
	}
}
