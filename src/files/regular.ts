import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { FileError } from "../errors.js";
import { changedMeanwhile, type Place } from "./place.js";
import { codeOf } from "./reasons.js";

/** For opening what may be a link or a pipe by the time it is opened: neither is followed nor waited for. */
const CAREFUL =
	constants.O_RDONLY |
	(constants.O_NOFOLLOW ?? 0) |
	(constants.O_NONBLOCK ?? 0) |
	(constants.O_NOCTTY ?? 0);

/** A regular file that is open for reading: what is read and changed is this file, whatever has its name by then. */
export class OpenFile implements AsyncDisposable {
	readonly handle: FileHandle;
	/** At the moment of opening. */
	readonly status: BigIntStats;

	constructor(handle: FileHandle, status: BigIntStats) {
		this.handle = handle;
		this.status = status;
	}

	get uid(): number {
		return Number(this.status.uid);
	}

	get gid(): number {
		return Number(this.status.gid);
	}

	/** Permissions, 0 … 0o777. */
	get mode(): number {
		return Number(this.status.mode) & 0o777;
	}

	/** The last modification, in ms since 1970. */
	get modified(): number {
		return Number(this.status.mtimeMs);
	}

	/** Differs between any two versions. */
	get version(): string {
		return versionOf(this.status);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.handle.close();
	}
}

/**
 * Opens a regular file, and nothing else: no link is followed, no pipe waited for, no device touched.
 *
 * @throws {@link FileError} for anything but a regular file
 * @throws the file system's error, ENOENT included
 */
export async function openRegular(place: Place): Promise<OpenFile> {
	const seen = await place.status();
	if (seen !== undefined) checkRegular(place, seen);
	let handle: FileHandle;
	try {
		handle = await open(place.at, CAREFUL);
	} catch (error) {
		const code = codeOf(error);
		// Became a link, or a socket, between the two.
		if (code === "ELOOP" || code === "ENXIO")
			throw changedMeanwhile(place.file);
		throw error;
	}
	try {
		const status = await handle.stat({ bigint: true });
		if (!status.isFile()) throw changedMeanwhile(place.file);
		return new OpenFile(handle, status);
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** @throws {@link FileError} for anything but a regular file */
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

/** The version of a file: differs between any two. */
export function versionOf({ dev, ino, mtimeNs, size }: BigIntStats): string {
	return [dev, ino, mtimeNs, size].join(":");
}

/** Is it the same file? */
export function isSame(a: BigIntStats, b: BigIntStats | undefined): boolean {
	return a.dev === b?.dev && a.ino === b.ino;
}
