import { spawn } from "node:child_process";

/** How the command ended. */
export interface ReloadResult {
	readonly command: string;
	readonly succeeded: boolean;
	/** Null where a signal ended it, or it did not start. */
	readonly exitCode: number | null;
	/** The signal that ended it, such as SIGTERM. */
	readonly signal: string | null;
}

/** Runs a command in the shell; what it prints goes to stderr, since stdout may carry a report. */
export function reload(command: string): Promise<ReloadResult> {
	return new Promise((resolve) => {
		const child = spawn(command, { shell: true, stdio: ["ignore", 2, 2] });
		const end = (exitCode: number | null, signal: string | null) =>
			resolve({ command, succeeded: exitCode === 0, exitCode, signal });
		child.once("error", () => end(null, null));
		child.once("close", end);
	});
}
