import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { codeOf } from "./reasons.js";

/**
 * Enough of a process to find out later, on the same system, whether it still runs. A process number alone is taken
 * again by another process, in a restarted container even at once.
 */
export interface ProcessIdentity {
	readonly pid: number;
	readonly host: string;
	/** The boot and the process namespace that the pid counts in; null where the system does not show it. */
	readonly system: string | null;
	/** When the process started, in clock ticks since the boot; null where the system does not show it. */
	readonly started: string | null;
}

export function thisProcess(): ProcessIdentity {
	return {
		pid: process.pid,
		host: hostname(),
		system: thisSystem(),
		started: stateOf(process.pid)?.started ?? null,
	};
}

/** Does the process still run? `unknown` for another host or container, and where there is no /proc. */
export function lifeOf(one: ProcessIdentity): "running" | "gone" | "unknown" {
	if (one.host !== hostname() || one.system !== thisSystem()) return "unknown";
	if (!exists(one.pid)) return "gone";
	const state = stateOf(one.pid);
	if (state === undefined || one.started === null) return "unknown";
	// A zombie has ended; nobody has asked how.
	if (state.letter === "Z" || state.letter === "X") return "gone";
	return state.started === one.started ? "running" : "gone";
}

function exists(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: somebody else's process.
		return codeOf(error) !== "ESRCH";
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
