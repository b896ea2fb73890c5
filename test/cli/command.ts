import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(
	new URL("../../dist/src/cli/gen-dhparams.cjs", import.meta.url),
);

/** Runs the compiled command as a user does and returns all that it said. */
export function command(
	args: readonly string[],
	options: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): { status: number | null; stdout: string; stderr: string } {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[MAIN, ...args],
		{
			input: options.input ?? "",
			env: { ...process.env, NO_COLOR: "1", ...options.env },
			maxBuffer: 1 << 26,
			timeout: 60_000,
		},
	);
	return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}
