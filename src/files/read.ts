import {
	constants,
	createReadStream,
	fstatSync,
	open as openDescriptor,
} from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { addAbortSignal, type Readable } from "node:stream";
import { isatty, ReadStream } from "node:tty";
import { promisify } from "node:util";
import { FileError } from "../errors.js";
import { MAX_INPUT_BYTES } from "./limit.js";
import { unreadable } from "./reasons.js";
import { readStart } from "./regular.js";

export interface ReadOptions {
	/** Ends the reading, also of a pipe that nobody writes to. */
	readonly signal?: AbortSignal | undefined;
	/** What has more bytes is refused; {@link MAX_INPUT_BYTES} unless given. */
	readonly maxBytes?: number | undefined;
}

// Without O_NONBLOCK a pipe that nobody writes to stops a thread of Node, and with it the end of the process.
const FLAGS =
	constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * The bytes of a file, pipe or device; never more than `maxBytes` are read. `name` is the path in bytes, where it is
 * not UTF-8.
 *
 * @throws {@link FileError} when it is missing, a directory, unreadable or larger
 * @throws the signal's reason when it is aborted
 */
export async function readFileWithinLimit(
	path: string,
	{
		signal,
		maxBytes,
		name = path,
	}: ReadOptions & { name?: string | Buffer } = {},
): Promise<Uint8Array> {
	signal?.throwIfAborted();
	try {
		const status = await stat(name);
		if (status.isDirectory()) {
			throw new FileError(`${path} is a directory; give the name of a file.`);
		}
		if (!status.isFile()) {
			return await readStream(await openStream(name), path, {
				signal,
				maxBytes,
			});
		}
		const file = await open(name, FLAGS);
		try {
			return await readOpenFile(file, path, { signal, maxBytes });
		} finally {
			await file.close();
		}
	} catch (cause) {
		signal?.throwIfAborted();
		throw unreadable(path, cause);
	}
}

/** A stream that waits for data without a thread, so that it can be left at any time. */
async function openStream(path: string | Buffer): Promise<Readable> {
	// The stream closes it; a FileHandle would close it a second time.
	const fd = await promisify(openDescriptor)(path, FLAGS, 0);
	if (isatty(fd)) return new ReadStream(fd);
	return fstatSync(fd).isFIFO()
		? new Socket({ fd, readable: true, writable: false })
		: createReadStream(path, { fd });
}

/**
 * What is left of a stream; never more than `maxBytes` are read.
 *
 * @throws {@link FileError} when there is more, or it cannot be read
 * @throws the signal's reason when it is aborted
 */
export async function readStream(
	stream: Readable,
	name: string,
	{ signal, maxBytes = MAX_INPUT_BYTES }: ReadOptions = {},
): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	try {
		if (signal !== undefined) addAbortSignal(signal, stream);
		for await (const chunk of stream) {
			chunks.push(chunk);
			length += chunk.length;
			if (length > maxBytes) throw tooLarge(name, maxBytes);
		}
	} catch (cause) {
		signal?.throwIfAborted();
		throw unreadable(name, cause);
	}
	return Uint8Array.from(Buffer.concat(chunks));
}

/**
 * An open regular file from its start.
 *
 * @throws {@link FileError} when it has more than `maxBytes`
 * @throws the signal's reason when it is aborted
 */
export async function readOpenFile(
	file: FileHandle,
	path: string,
	{ signal, maxBytes = MAX_INPUT_BYTES }: ReadOptions = {},
): Promise<Uint8Array> {
	const { size } = await file.stat();
	if (size > maxBytes) throw tooLarge(path, maxBytes, size);
	const bytes = await readStart(file, maxBytes + 1, signal);
	if (bytes.length > maxBytes) throw tooLarge(path, maxBytes);
	return bytes;
}

function tooLarge(name: string, maxBytes: number, size?: number): FileError {
	return new FileError(
		`${name} has ${size ?? `more than ${maxBytes}`} bytes; nothing with DH parameters has more than ${maxBytes}.`,
	);
}
