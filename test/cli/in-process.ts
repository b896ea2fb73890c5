import { vi } from "vitest";

/** Thrown in the place of the end of the process. */
class Exit extends Error {
	readonly status: number;

	constructor(status: number) {
		super(`exit ${status}`);
		this.status = status;
	}
}

let runs = 0;

interface Ended {
	readonly status: number;
	readonly stdout: Buffer;
	readonly stderr: Buffer;
}

/**
 * Runs main.ts in this process: what {@link command} does without a process of its own, in a tenth of the time. For the
 * cases that are about the arguments and what is printed. It has no standard input, and programs that it starts write to
 * the streams of the test.
 */
export async function inProcess(
	args: readonly string[],
): Promise<{ status: number; stdout: string; stderr: string }> {
	const { status, stdout, stderr } = await endedInProcess(args);
	return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** As {@link inProcess}, where what is printed may not be text. */
export async function endedInProcess(args: readonly string[]): Promise<Ended> {
	const written: Record<"stdout" | "stderr", Uint8Array[]> = {
		stdout: [],
		stderr: [],
	};
	const spies = [
		...(["stdout", "stderr"] as const).map((name) =>
			vi.spyOn(process[name], "write").mockImplementation((chunk) => {
				written[name].push(Buffer.from(chunk as Uint8Array));
				return true;
			}),
		),
		vi.spyOn(process, "exit").mockImplementation((status) => {
			throw new Exit(Number(status ?? 0));
		}),
	];
	const ended = (status: number) => ({
		status,
		stdout: Buffer.concat(written.stdout),
		stderr: Buffer.concat(written.stderr),
	});
	const { argv, exitCode, env } = process;
	const listeners = process.stdout.listeners("error");
	process.argv = [process.execPath, "gen-dhparams", ...args];
	process.env = { ...env, NO_COLOR: "1" };
	process.exitCode = undefined;
	try {
		// A module runs once for each address.
		const { done } = await import(
			/* @vite-ignore */ `../../src/cli/main.ts?run=${runs++}`
		);
		await done;
		return ended(Number(process.exitCode ?? 0));
	} catch (error) {
		if (error instanceof Exit) return ended(error.status);
		throw error;
	} finally {
		for (const spy of spies) spy.mockRestore();
		for (const listener of process.stdout.listeners("error")) {
			if (listeners.includes(listener)) continue;
			process.stdout.off("error", listener as () => void);
		}
		process.argv = argv;
		process.env = env;
		process.exitCode = exitCode;
	}
}
