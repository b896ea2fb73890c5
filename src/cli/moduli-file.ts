import { looksLikeModuli } from "../encoding/moduli.js";
import { UnreadableParametersError } from "../errors.js";
import { MAX_TABLE_BYTES } from "../files/limit.js";
import { readInput, STDIN } from "./input.js";

/**
 * The bytes of a table of OpenSSH's groups.
 *
 * @throws {@link FileError} when it cannot be read or is too large
 * @throws {@link UnreadableParametersError} for a file that is empty, and one that is something else
 */
export async function readTableFile(
	path: string,
	signal?: AbortSignal,
): Promise<Uint8Array> {
	const bytes = await readInput(path, { signal, maxBytes: MAX_TABLE_BYTES });
	const name = path === STDIN ? "standard input" : path;
	const start = Buffer.from(bytes.subarray(0, 1 << 20)).toString("latin1");
	if (bytes.length === 0) {
		throw new UnreadableParametersError(`${name} is empty.`, {
			reason: "no-parameters",
		});
	}
	if (
		!looksLikeModuli(start) &&
		/-----BEGIN |^\s*\{|^\x30[\x80-\x84]/.test(start)
	) {
		throw new UnreadableParametersError(
			`${name} is not a table of OpenSSH's groups. gen-dhparams convert --format moduli makes lines of PEM, DER and JSON.`,
		);
	}
	return bytes;
}
