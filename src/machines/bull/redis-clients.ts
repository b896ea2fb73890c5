import type { Redis, RedisOptions } from "ioredis";

/**
 * An ioredis client, and the duplicates that BullMQ makes of it, which all end when they are told to. ioredis emits no
 * "end" where it is told to disconnect while it waits to connect again, and BullMQ waits for one for ever
 * (taskforcesh/bullmq#4656).
 */
export class RedisClients {
	readonly #clients: Redis[] = [];

	constructor(first: Redis) {
		this.#add(first);
	}

	/** Ends them all; what has not been answered is rejected. */
	disconnect(): void {
		for (const client of this.#clients) client.disconnect();
	}

	#add(client: Redis): Redis {
		this.#clients.push(client);
		const disconnect = client.disconnect.bind(client);
		client.disconnect = (reconnect = false) => {
			// It has no socket to wait for, like one that was never connected.
			if (!reconnect && client.status === "reconnecting")
				client.status = "wait";
			disconnect(reconnect);
		};
		const duplicate = client.duplicate.bind(client);
		client.duplicate = ((override?: Partial<RedisOptions>) =>
			this.#add(duplicate(override))) as Redis["duplicate"];
		return client;
	}
}
