import { CommanderError } from "commander";
import { DhParamsError } from "../errors.js";
import { complain } from "./output.js";

/** What the command's exit status says. */
export const ExitCode = {
	/** Done; or the input was judged and accepted. */
	OK: 0,
	/** The input was judged and rejected. */
	REJECTED: 1,
	/** Usage, unreadable input, or output that cannot be written. */
	FAILED: 2,
	/** The host cannot be reached or does not speak TLS. */
	UNREACHABLE: 3,
	/** The file is good, but the command to run after a change failed. */
	RELOAD_FAILED: 4,
} as const;

/** Ctrl-C, or a signal to stop: 128 + its number, as shells have it. */
export class Interruption extends Error {
	readonly exitCode: number;

	constructor(signal: "SIGINT" | "SIGTERM" | "SIGHUP") {
		super(`Stopped by ${signal}.`);
		this.exitCode = 128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
	}
}

/** Ends the process for an error: one line on stderr that says what is wrong, never a stack trace of ours. */
export function exitFor(error: unknown): never {
	if (error instanceof CommanderError) {
		// Commander has said it, or has printed the help or the version that it was asked for.
		process.exit(error.exitCode === 0 ? ExitCode.OK : ExitCode.FAILED);
	}
	if (error instanceof Interruption) process.exit(error.exitCode);
	const { code } = error as NodeJS.ErrnoException;
	if (code !== "EPIPE") complain(words(error));
	process.exit(code === "ERR_PROBE" ? ExitCode.UNREACHABLE : ExitCode.FAILED);
}

function words(error: unknown): string {
	if (error instanceof DhParamsError) return error.message;
	const { code, message } = error as NodeJS.ErrnoException;
	if (code === "ENOSPC")
		return "Standard output cannot be written: the device is full.";
	// Anything else is a fault in this program.
	return `Something that should not happen did: ${message}. Please report it as a bug.`;
}

/** Runs work that is aborted with an {@link Interruption} when a signal asks this process to end. */
export async function untilInterrupted<T>(
	work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
	const interrupt = new AbortController();
	const stop = (signal: "SIGINT" | "SIGTERM" | "SIGHUP") =>
		interrupt.abort(new Interruption(signal));
	process.once("SIGINT", stop).once("SIGTERM", stop).once("SIGHUP", stop);
	try {
		return await work(interrupt.signal);
	} finally {
		process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", stop);
	}
}
