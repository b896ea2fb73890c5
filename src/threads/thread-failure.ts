import { WorkerError } from "../errors.js";

/** What the causes of Node and of V8 look like, and what helps. */
const ADVICE: readonly (readonly [cause: RegExp, advice: string])[] = [
	[
		/ERR_ACCESS_DENIED/,
		"Node's permission model forbids worker threads; add --allow-worker to the options of node.",
	],
	[
		/EMFILE|ENFILE|too many open files/i,
		"The process has too many open files; raise the limit (ulimit -n), or use fewer threads.",
	],
	[
		/uv_cwd|getcwd|process\.cwd/,
		"The current directory does not exist any more; change to one that exists.",
	],
	[
		/EAGAIN|ERR_WORKER_INIT_FAILED/,
		"The system refuses more threads; use fewer, or raise its limits (ulimit -u, ulimit -v, the pids limit of a container).",
	],
	[
		/WebAssembly/,
		"Memory for WebAssembly was refused; start node with --disable-wasm-trap-handler, raise the limit (ulimit -v), or use fewer threads.",
	],
	[
		/ERR_WORKER_OUT_OF_MEMORY|ENOMEM|out of memory|Array buffer allocation failed/i,
		"Memory is short; use fewer threads, or raise the limit.",
	],
];
const GENERAL =
	"Run it again, with fewer threads if memory is short. What NODE_OPTIONS or --import loads must load in worker threads too.";

/**
 * The error for a thread that could not start or that ended before its task did, or for other lack of what a search needs.
 *
 * @param what happened
 * @param general what to do where the cause is not a known one
 */
export function threadFailure(
	what: string,
	cause: unknown,
	general = GENERAL,
): WorkerError {
	const { code = "", message = String(cause) } = (cause ??
		{}) as Partial<NodeJS.ErrnoException>;
	const advice =
		ADVICE.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1] ??
		general;
	return new WorkerError(`${what} (${firstLine(message)}). ${advice}`, {
		cause,
	});
}

function firstLine(message: string): string {
	const [first = ""] = message.split("\n");
	return first.replace(/\.$/, "");
}
