import { randomBytes } from "node:crypto";
import {
	type ProcessIdentity,
	thisProcess,
} from "../files/process-identity.js";

/** Who holds a lock. */
export interface LockHolder extends ProcessIdentity {
	/** Random, 32 hexadecimal digits: no two holds share one. */
	readonly id: string;
	/** When the lock was taken, ISO 8601; by the clock of that host, so for messages only. */
	readonly since: string;
}

/** This process, with an id of its own for each lock that it takes. */
export function thisHolder(): LockHolder {
	return {
		id: randomBytes(16).toString("hex"),
		...thisProcess(),
		since: new Date().toISOString(),
	};
}

export function parseHolder(text: string): LockHolder | undefined {
	try {
		const { id, pid, host, system, started, since } = JSON.parse(text);
		const whole =
			typeof id === "string" &&
			/^[0-9a-f]{32}$/.test(id) &&
			Number.isInteger(pid) &&
			pid > 0 &&
			// Both are printed, and anybody who may write to the directory could have written them.
			typeof host === "string" &&
			/^[!-~]{1,255}$/.test(host) &&
			typeof since === "string" &&
			/^[0-9TZ:.+-]{1,40}$/.test(since);
		return whole ? { id, pid, host, system, started, since } : undefined;
	} catch {
		return undefined;
	}
}
