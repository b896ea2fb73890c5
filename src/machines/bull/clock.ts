import { QueueError } from "../../errors.js";
import type { Connection } from "./connection.js";

/** How far a machine's clock may be from that of PostgreSQL, as a part of the lock. */
const TOLERANCE = 1 / 4;

/**
 * BullMQ's locks in PostgreSQL end by the clocks of the machines: one whose clock is ahead takes the units of others, and
 * one that is late loses its own.
 *
 * @throws {@link QueueError} where this machine's clock is wrong, for a server whose locks depend on it
 */
export async function checkClock(
	connection: Connection,
	lockMs: number,
): Promise<void> {
	const before = Date.now();
	const server = await connection.serverTime();
	if (server === undefined) return;
	const after = Date.now();
	// The answer was made at some time between the two.
	const ahead = before > server ? before - server : Math.min(0, after - server);
	if (Math.abs(ahead) <= lockMs * TOLERANCE) return;
	throw new QueueError(
		`The clock of this machine is ${Math.round(Math.abs(ahead) / 1000)} s ${ahead > 0 ? "ahead of" : "behind"} that of the PostgreSQL server at ${connection.shown}; a queue there needs clocks that agree within ${(lockMs * TOLERANCE) / 1000} s. Set the clocks, for example with NTP.`,
	);
}
