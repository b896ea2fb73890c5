import { MAX_INPUT_BYTES } from "../reading/read.js";
import {
	readFileWithinLimit,
	tooLarge,
	unreadable,
} from "../reading/read-file.js";
import { say } from "./output.js";
import { nameOnDisk } from "./raw-arguments.js";

/** The name under which standard input goes on the command line. */
export const STDIN = "-";

/**
 * The bytes of a file, or of standard input for "-"; never more than MAX_INPUT_BYTES are read.
 *
 * @throws {FileError} when it is missing, a directory, unreadable or larger
 */
export async function readInput(path: string): Promise<Uint8Array> {
	return path === STDIN
		? readStdin()
		: readFileWithinLimit(path, nameOnDisk(path));
}

async function readStdin(): Promise<Uint8Array> {
	if (process.stdin.isTTY) {
		say("Reading parameters from the terminal; end with Ctrl-D.");
	}
	const chunks: Uint8Array[] = [];
	let length = 0;
	try {
		for await (const chunk of process.stdin) {
			chunks.push(chunk);
			length += chunk.length;
			if (length > MAX_INPUT_BYTES) throw tooLarge("standard input");
		}
	} catch (cause) {
		throw unreadable("standard input", cause);
	}
	return Uint8Array.from(Buffer.concat(chunks));
}
