import type { BigIntStats } from "node:fs";
import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { asFileError } from "../atomic-file.js";
import { FileError } from "../errors.js";

/** The most links that Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/** The file that a path stands for, and what was there. */
export interface Target {
	/** Absolute, without symbolic links: what is replaced, and what the lock lies beside. */
	readonly file: string;
	readonly existing: Existing | undefined;
}

/** Of a regular file: what a replacement keeps, and what tells one version of it from another. */
export interface Existing {
	readonly uid: number;
	readonly gid: number;
	/** Permissions, 0 … 0o777. */
	readonly mode: number;
	/** The last modification, in ms since 1970. */
	readonly modified: number;
	/** Differs between any two versions. */
	readonly version: string;
}

/** @throws {FileError} for a directory, a device, a pipe, and a path that leads nowhere */
export async function findTarget(path: string): Promise<Target> {
	try {
		const file = await followLinks(resolve(path), MAX_LINKS);
		return { file, existing: await examine(file) };
	} catch (cause) {
		throw asFileError(path, cause);
	}
}

/** @throws {FileError} for anything but a regular file */
export async function examine(file: string): Promise<Existing | undefined> {
	const status = await orMissing(stat(file, { bigint: true }));
	if (status === undefined) return undefined;
	if (status.isDirectory()) {
		throw new FileError(
			`${file} is a directory; give the name of a file in it.`,
		);
	}
	if (!status.isFile()) {
		throw new FileError(
			`${file} is a device, pipe or socket; only a file can be replaced.`,
		);
	}
	return {
		uid: Number(status.uid),
		gid: Number(status.gid),
		mode: Number(status.mode) & 0o777,
		modified: Number(status.mtimeMs),
		version: versionOf(status),
	};
}

/** As realpath does, but the last name may be missing: a link that dangles says where the file is to be. */
async function followLinks(path: string, left: number): Promise<string> {
	const real = await orMissing(realpath(path));
	if (real !== undefined) return real;
	const link = await orMissing(lstat(path));
	if (link?.isSymbolicLink() && left > 0) {
		const next = resolve(dirname(path), await readlink(path));
		return followLinks(next, left - 1);
	}
	return join(await realpath(dirname(path)), basename(path));
}

async function orMissing<T>(promise: Promise<T>): Promise<T | undefined> {
	try {
		return await promise;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

export function versionOf({ dev, ino, mtimeNs, size }: BigIntStats): string {
	return [dev, ino, mtimeNs, size].join(":");
}
