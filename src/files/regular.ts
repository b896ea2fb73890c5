import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { FileError } from "../errors.js";
import { changedMeanwhile, type Place } from "./place.js";

/** For opening what may be a link or a pipe by the time it is opened: neither is followed nor waited for. */
const CAREFUL =
	constants.O_RDONLY |
	(constants.O_NOFOLLOW ?? 0) |
	(constants.O_NONBLOCK ?? 0) |
	(constants.O_NOCTTY ?? 0);

/** A regular file that is open for reading, and its status at that moment. */
export interface OpenFile {
	readonly handle: FileHandle;
	readonly status: BigIntStats;
}

/**
 * Opens a regular file, and nothing else: no link is followed, no pipe waited for, no device touched.
 *
 * @throws {FileError} for anything but a regular file
 * @throws the file system's error, ENOENT included
 */
export async function openRegular(place: Place): Promise<OpenFile> {
	const seen = await place.status();
	if (seen !== undefined) checkRegular(place, seen);
	let handle: FileHandle;
	try {
		handle = await open(place.at, CAREFUL);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		// Became a link, or a socket, between the two.
		if (code === "ELOOP" || code === "ENXIO")
			throw changedMeanwhile(place.file);
		throw error;
	}
	try {
		const status = await handle.stat({ bigint: true });
		if (!status.isFile()) throw changedMeanwhile(place.file);
		return { handle, status };
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** @throws {FileError} for anything but a regular file */
export function checkRegular(place: Place, status: BigIntStats): void {
	if (status.isFile()) return;
	if (status.isDirectory()) {
		throw new FileError(
			`${place.file} is a directory; give the name of a file in it.`,
		);
	}
	throw new FileError(
		`${place.file} is a ${status.isSymbolicLink() ? "symbolic link" : "device, pipe or socket"}; only a file can be replaced.`,
	);
}

/** Up to `limit` bytes from the start of a file, whatever was read of it before. Heeds the signal between two reads. */
export async function readStart(
	handle: FileHandle,
	limit: number,
	signal?: AbortSignal,
): Promise<Uint8Array> {
	const buffer = Buffer.alloc(limit);
	let length = 0;
	while (length < limit) {
		signal?.throwIfAborted();
		const { bytesRead } = await handle.read(
			buffer,
			length,
			limit - length,
			length,
		);
		if (bytesRead === 0) break;
		length += bytesRead;
	}
	return Uint8Array.from(buffer.subarray(0, length));
}

/** Is it the same file? */
export function isSame(a: BigIntStats, b: BigIntStats | undefined): boolean {
	return a.dev === b?.dev && a.ino === b.ino;
}
