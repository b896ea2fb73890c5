import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Who holds a lock: enough to tell, on the same system, whether that process still runs. A process number alone is
 * taken again by another process, in a restarted container even at once.
 */
export interface Holder {
	/** Random, 32 hexadecimal digits: no two holds share one. */
	readonly id: string;
	readonly pid: number;
	readonly host: string;
	/** The boot and the process namespace that the pid counts in; null where the system does not tell. */
	readonly system: string | null;
	/** When the process started, in clock ticks since the boot; null where the system does not tell. */
	readonly started: string | null;
	/** When the lock was taken, ISO 8601. */
	readonly since: string;
}

/** This process, with an id of its own for each lock that it takes. */
export function thisHolder(): Holder {
	return {
		id: randomBytes(16).toString("hex"),
		pid: process.pid,
		host: hostname(),
		system: thisSystem(),
		started: stateOf(process.pid)?.started ?? null,
		since: new Date().toISOString(),
	};
}

/** Does the process of a lock still run? `unknown` for another host or container, and where there is no /proc. */
export function lifeOf(holder: Holder): "running" | "gone" | "unknown" {
	if (holder.host !== hostname() || holder.system !== thisSystem()) {
		return "unknown";
	}
	if (!exists(holder.pid)) return "gone";
	const state = stateOf(holder.pid);
	if (state === undefined || holder.started === null) return "unknown";
	// A zombie has ended; nobody has asked how.
	if (state.letter === "Z" || state.letter === "X") return "gone";
	return state.started === holder.started ? "running" : "gone";
}

function exists(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: somebody else's process.
		return (error as NodeJS.ErrnoException).code !== "ESRCH";
	}
}

function thisSystem(): string | null {
	try {
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "ascii");
		return `${boot.trim()} ${readlinkSync("/proc/self/ns/pid")}`;
	} catch {
		return null;
	}
}

/** From /proc/PID/stat, proc(5): field 3 is the state, field 22 the start; field 2, the name, may hold anything. */
function stateOf(pid: number): { letter: string; started: string } | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const [letter, started] = [fields[0], fields[19]];
		if (letter === undefined || started === undefined) return undefined;
		return { letter, started };
	} catch {
		return undefined;
	}
}

export function parseHolder(text: string): Holder | undefined {
	try {
		const { id, pid, host, system, started, since } = JSON.parse(text);
		const whole =
			/^[0-9a-f]{32}$/.test(id) &&
			Number.isInteger(pid) &&
			pid > 0 &&
			typeof host === "string" &&
			typeof since === "string";
		return whole ? { id, pid, host, system, started, since } : undefined;
	} catch {
		return undefined;
	}
}
