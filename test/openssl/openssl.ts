import { spawnSync } from "node:child_process";

/** What one run of the openssl command said. A reference, never a part of the product. */
export function openssl(
	args: readonly string[],
	input: string | Uint8Array = "",
): { status: number | null; stdout: Buffer; stderr: string } {
	const run = spawnSync("openssl", args, { input, maxBuffer: 1 << 26 });
	if (run.error) throw run.error;
	return {
		status: run.status,
		stdout: run.stdout,
		stderr: run.stderr.toString(),
	};
}
