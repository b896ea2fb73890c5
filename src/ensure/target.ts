import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { isTrusted, type Place } from "../files/place.js";
import { openRegular } from "../files/regular.js";
import { unreadable } from "../reading/read-file.js";

/** Where the parameters are to be, and what is there. */
export interface Target {
	readonly place: Place;
	readonly existing: Existing | undefined;
}

/**
 * A regular file that was there, still open: what is read, changed and kept is this file, whatever has its name by then.
 */
export class Existing implements AsyncDisposable {
	readonly handle: FileHandle;
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
 * Opens the file that is there, if one is.
 *
 * @throws {FileError} for a directory, a device, a pipe, and a file that this user may not read
 */
export async function openExisting(
	place: Place,
): Promise<Existing | undefined> {
	try {
		const { handle, status } = await openRegular(place);
		return new Existing(handle, status);
	} catch (cause) {
		const { code } = cause as NodeJS.ErrnoException;
		if (code === "ENOENT") return undefined;
		throw code === "EACCES" ? unreadable(place.file, cause) : cause;
	}
}

/** The version of what has the name now. */
export async function currentVersion(
	place: Place,
): Promise<string | undefined> {
	const status = await place.status();
	return status === undefined ? undefined : versionOf(status);
}

export function versionOf({ dev, ino, mtimeNs, size }: BigIntStats): string {
	return [dev, ino, mtimeNs, size].join(":");
}

/**
 * Could another user have given this file its name? A hard link to a file of somebody else is made by whoever may write
 * to the directory (fs.protected_hardlinks in proc_sys_fs(5) forbids some of them, where it is on).
 */
export async function mayBePlanted(
	place: Place,
	{ status }: Existing,
): Promise<boolean> {
	if (status.nlink < 2n) return false;
	const { uid, isShared } = await place.folder.status();
	return isShared || !isTrusted(uid);
}
