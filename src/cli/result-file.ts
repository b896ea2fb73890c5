import { printEncoded } from "./output.js";

/** Where a result goes: to a file, or to standard output. */
export interface ResultFlags {
	readonly out?: string | undefined;
	readonly force?: boolean | undefined;
}

/** @throws {@link FileError} where the file could not be written, before any work is done for it */
export async function checkResultFile({
	out,
	force = false,
}: ResultFlags): Promise<void> {
	if (out === undefined) return;
	const { checkWritable } = await import("../files/write.js");
	await checkWritable(out, { overwrite: force });
}

/** @throws {@link FileError} when the file exists and is not to be replaced, or cannot be written */
export async function writeResult(
	result: string | Uint8Array,
	{ out, force = false }: ResultFlags,
): Promise<void> {
	if (out === undefined) {
		printEncoded(result);
		return;
	}
	const { writeFileAtomically } = await import("../files/write.js");
	await writeFileAtomically(out, result, { overwrite: force });
}
