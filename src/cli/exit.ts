import { CommanderError } from "commander";
import { DhParamsError, ProbeError, type ProbeFailure } from "../errors.js";
import { messageOf } from "./advice.js";
import { complain, printJson } from "./output.js";

/** What the command's exit status says. */
export const ExitCode = {
	/** Done; or the input was checked and accepted. */
	OK: 0,
	/** The input was checked and rejected. */
	REJECTED: 1,
	/** Usage, unreadable input, or output that cannot be written. */
	FAILED: 2,
	/** The host cannot be reached or does not speak TLS or SSH. */
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
export function exitFor(
	error: unknown,
	/** Print the error as JSON too, to standard output. */
	{ json = false }: { readonly json?: boolean } = {},
): never {
	if (error instanceof CommanderError && error.exitCode === 0) {
		// It has printed the help or the version that it was asked for.
		process.exit(ExitCode.OK);
	}
	if (error instanceof Interruption) process.exit(error.exitCode);
	const { code } = error as NodeJS.ErrnoException;
	if (json && code !== "EPIPE" && code !== "ENOSPC")
		printJson(errorJson(error));
	// Commander has said its line already.
	if (error instanceof CommanderError) process.exit(ExitCode.FAILED);
	if (code !== "EPIPE") complain(words(error));
	process.exit(code === "ERR_PROBE" ? ExitCode.UNREACHABLE : ExitCode.FAILED);
}

/** What `--json` prints in the place of a result: docs/error.schema.json. */
export interface ErrorJson {
	readonly version: 1;
	readonly error: {
		/** Of {@link DhParamsError}; ERR_INTERNAL for a fault in this program. */
		readonly code: string;
		readonly message: string;
		/** What stopped a probe. */
		readonly failure?: ProbeFailure;
	};
}

export function errorJson(error: unknown): ErrorJson {
	if (error instanceof CommanderError) {
		const message = error.message.replace(/^error: /, "");
		return { version: 1, error: { code: "ERR_INVALID_ARGUMENT", message } };
	}
	const code = error instanceof DhParamsError ? error.code : "ERR_INTERNAL";
	const failure = error instanceof ProbeError ? { failure: error.failure } : {};
	return { version: 1, error: { code, message: words(error), ...failure } };
}

function words(error: unknown): string {
	if (error instanceof DhParamsError) return messageOf(error);
	const { code, message } = error as NodeJS.ErrnoException;
	if (code === "ENOSPC")
		return "Standard output cannot be written: the device is full.";
	// Anything else is a fault in this program.
	return `Internal error: ${message.replace(/\.$/, "")}. Please report it as a bug.`;
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
