import {
	type ReadOptions,
	readFileWithinLimit,
	readStream,
} from "../files/read.js";
import { say } from "./output.js";
import { nameOnDisk } from "./raw-arguments.js";

/** The name under which standard input goes on the command line. */
export const STDIN = "-";

/**
 * The bytes of a file, or of standard input for "-"; never more than MAX_INPUT_BYTES are read.
 *
 * @throws {@link FileError} when it is missing, a directory, unreadable or larger
 * @throws the signal's reason when it is aborted
 */
export async function readInput(
	path: string,
	options: ReadOptions = {},
): Promise<Uint8Array> {
	if (path !== STDIN) {
		return readFileWithinLimit(path, { ...options, name: nameOnDisk(path) });
	}
	if (process.stdin.isTTY) {
		say("Reading parameters from the terminal; end with Ctrl-D.");
	}
	return readStream(process.stdin, "standard input", options);
}
