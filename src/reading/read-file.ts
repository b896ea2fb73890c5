import { type FileHandle, open } from "node:fs/promises";
import { FileError } from "../errors.js";
import { MAX_INPUT_BYTES } from "./read.js";

/**
 * The bytes of a file; never more than MAX_INPUT_BYTES are read.
 *
 * @throws {FileError} when it is missing, a directory, unreadable or larger
 */
export async function readFileWithinLimit(
	path: string,
	/** The same name in bytes, where it is not UTF-8. */
	name: string | Buffer = path,
): Promise<Uint8Array> {
	let file: FileHandle;
	try {
		file = await open(name);
	} catch (cause) {
		throw unreadable(path, cause);
	}
	try {
		const status = await file.stat();
		if (status.isDirectory()) {
			throw new FileError(`${path} is a directory; give the name of a file.`);
		}
		if (status.size > MAX_INPUT_BYTES) throw tooLarge(path, status.size);
		return await readUpTo(file, path);
	} catch (cause) {
		throw unreadable(path, cause);
	} finally {
		await file.close();
	}
}

/** A device or pipe tells no size: its end, or one byte too many, ends the reading. */
async function readUpTo(file: FileHandle, path: string): Promise<Uint8Array> {
	const buffer = Buffer.alloc(MAX_INPUT_BYTES + 1);
	let length = 0;
	while (length < buffer.length) {
		const { bytesRead } = await file.read(buffer, length);
		if (bytesRead === 0) return Uint8Array.from(buffer.subarray(0, length));
		length += bytesRead;
	}
	throw tooLarge(path);
}

export function tooLarge(name: string, size?: number): FileError {
	return new FileError(
		`${name} has ${size ?? `more than ${MAX_INPUT_BYTES}`} bytes; nothing with DH parameters has more than ${MAX_INPUT_BYTES}.`,
	);
}

/** The error of the file system in words; a FileError stays what it is. */
export function unreadable(name: string, cause: unknown): unknown {
	if (cause instanceof FileError) return cause;
	const { code, message } = cause as NodeJS.ErrnoException;
	const reasons: Record<string, string> = {
		ENOENT: "there is no such file",
		ENOTDIR: "a part of its path is not a directory",
		EACCES: "permission is denied",
		EISDIR: "it is a directory",
		ELOOP: "its symbolic links go round in circles",
		ENAMETOOLONG: "the name is too long",
		ENXIO: "it is a device or socket without anything behind it",
	};
	const reason = reasons[code ?? ""] ?? message;
	return new FileError(`${name || '""'} cannot be read: ${reason}.`, { cause });
}
