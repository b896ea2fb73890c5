import type { Queue, Worker } from "bullmq";
import type { QueueAddress } from "./address.js";
import {
	ANSWER_MS,
	CONNECT_MS,
	type Connection,
	workerOptions,
} from "./connection.js";
import type { ConnectionOptions } from "./options.js";
import { loadPostgresPeers } from "./peers.js";
import { queueError } from "./reasons.js";
import { within } from "./within.js";

/**
 * @throws a QueueError where the server is not reached, refuses, or has no schema for the queue and lets none be made
 */
export async function connectPostgres(
	address: QueueAddress,
	options: ConnectionOptions,
): Promise<Connection> {
	const { bull } = await loadPostgresPeers();
	const { shown } = address;
	const postgres = new bull.PostgresConnection({
		connectionString: withPassword(address, options.password),
		...(options.ca === undefined ? {} : { ssl: { ca: options.ca } }),
		schema: options.prefix as string,
		migrate: true,
		application_name: "gen-dhparams",
		max: 4,
		keepAlive: true,
		connectionTimeoutMillis: CONNECT_MS,
		query_timeout: ANSWER_MS,
	});
	let listener = (_isUp: boolean, _reason: string) => {};
	postgres.on("error", (error) =>
		listener(false, queueError(shown, error).message),
	);
	try {
		await within(2 * CONNECT_MS, postgres.waitUntilReady());
	} catch (error) {
		postgres.close().catch(() => {});
		throw queueError(shown, error);
	}
	const { pool } = postgres;
	// The queues and the worker of one process share the pool and the connection that waits for units.
	const create = ((name, given, { withBlockingConnection = false } = {}) =>
		new bull.PostgresQueueBackend(
			postgres,
			name,
			given,
			withBlockingConnection,
		)) as typeof bull.createPostgresBackend;
	const connection = address.url;
	return {
		shown,
		bull,
		queue: (name) =>
			new bull.Queue(name, { connection }, create) as unknown as Queue,
		worker: (name, process, given) =>
			new bull.Worker(
				name,
				process,
				{ connection, ...workerOptions(given) },
				create,
			) as unknown as Worker,
		async sizeOf(queue, id) {
			const { rows } = await pool.query<{ bytes: number }>(SIZE, [
				queue.name,
				id,
			]);
			return rows[0]?.bytes ?? 0;
		},
		// BullMQ's locks in PostgreSQL end by the clocks of the machines.
		async serverTime() {
			const { rows } = await pool.query<{ ms: number }>(TIME);
			return rows[0]?.ms;
		},
		onChange(told) {
			listener = told;
		},
		async close() {
			await postgres.close();
		},
	};
}

/** pg prefers what the URL says to what stands beside it, also where the URL says nothing. */
function withPassword(address: QueueAddress, given: string | undefined) {
	if (address.password !== undefined || given === undefined) return address.url;
	const url = new URL(address.url);
	url.password = encodeURIComponent(given);
	return url.href;
}

const TIME =
	"SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms";
const SIZE = `SELECT (coalesce(octet_length(data::text), 0) + coalesce(octet_length(return_value::text), 0)
	+ coalesce(octet_length(failed_reason), 0) + coalesce(octet_length(stacktrace::text), 0)
	+ coalesce(octet_length(opts::text), 0))::int AS bytes FROM job WHERE queue = $1 AND id = $2`;
