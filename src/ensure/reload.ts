import { type ChildProcess, spawn } from "node:child_process";
import { isatty } from "node:tty";

/** In ms, from SIGTERM to SIGKILL. */
const GRACE = 5_000;

/** How the command ended. */
export interface ReloadResult {
	readonly command: string;
	readonly succeeded: boolean;
	/** Null where a signal ended it, or it did not start. */
	readonly exitCode: number | null;
	/** The signal that ended it, such as SIGTERM. */
	readonly signal: string | null;
}

/**
 * Runs a command in the shell; what it prints goes to stderr, since stdout may carry a report.
 *
 * @throws the signal's reason when it is aborted; the command and what it started are ended first
 */
export async function reload(
	command: string,
	signal?: AbortSignal,
): Promise<ReloadResult> {
	signal?.throwIfAborted();
	// Without a terminal the command gets a process group of its own, and all of it can be ended. With one it must stay in
	// ours, to ask for a password; the terminal sends its signals to the whole group itself.
	const detached = process.platform !== "win32" && !isatty(0) && !isatty(2);
	const child = spawn(command, {
		shell: true,
		stdio: ["ignore", 2, 2],
		detached,
	});
	let killer: NodeJS.Timeout | undefined;
	const stop = () => {
		end(child, "SIGTERM", detached);
		killer = setTimeout(() => end(child, "SIGKILL", detached), GRACE);
	};
	signal?.addEventListener("abort", stop, { once: true });
	const result = await new Promise<ReloadResult>((resolve) => {
		const ended = (exitCode: number | null, by: string | null) =>
			resolve({ command, succeeded: exitCode === 0, exitCode, signal: by });
		child.once("error", () => ended(null, null));
		child.once("close", ended);
	});
	signal?.removeEventListener("abort", stop);
	clearTimeout(killer);
	signal?.throwIfAborted();
	return result;
}

function end(child: ChildProcess, by: NodeJS.Signals, isGroup: boolean): void {
	if (child.pid === undefined) return;
	try {
		process.kill(isGroup ? -child.pid : child.pid, by);
	} catch {
		// It has ended.
	}
}
