import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import {
	access,
	link,
	open,
	realpath,
	rename,
	rm,
	stat,
} from "node:fs/promises";
import { dirname } from "node:path";
import { FileError } from "./errors.js";

/** DH parameters are public: everybody may read them. */
const MODE = 0o644;

/** What link(2) says on file systems without hard links (exFAT, some network mounts). */
export const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set([
	"EPERM",
	"ENOTSUP",
	"ENOSYS",
]);

export interface WriteOptions {
	/** Replace a file that exists. Default false. */
	readonly overwrite?: boolean;
}

/**
 * Writes a file so that at every moment there is the old one, or none, or the whole new one: to a temporary name in the
 * same folder, synced, then linked or renamed. Mode 0644. A symbolic link is followed; a device or pipe is written to.
 *
 * @throws {FileError} when the file exists and `overwrite` is not set, or cannot be written
 */
export async function writeFileAtomically(
	path: string,
	content: string | Uint8Array,
	{ overwrite = false }: WriteOptions = {},
): Promise<void> {
	await checkWritable(path, { overwrite });
	try {
		if (await isSpecial(path)) return await writeThrough(path, content);
		const target = overwrite ? await resolveLinks(path) : path;
		const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
		try {
			await writeSynced(temporary, content);
			await (overwrite ? rename : moveToFreeName)(temporary, target);
		} finally {
			await rm(temporary, { force: true });
		}
		await syncFolder(dirname(target));
	} catch (cause) {
		throw asFileError(path, cause);
	}
}

/**
 * What can be known of a file before the work that is to fill it: is it there already, may its folder be written to?
 *
 * @throws {FileError} where {@link writeFileAtomically} would
 */
export async function checkWritable(
	path: string,
	{ overwrite = false }: WriteOptions = {},
): Promise<void> {
	try {
		const existing = await statIfThere(path);
		if (existing?.isDirectory()) {
			throw new FileError(
				`${path} is a directory; give the name of a file in it.`,
			);
		}
		if (existing?.isFile() && !overwrite) throw existsAlready(path);
		if (existing !== undefined && !existing.isFile()) return;
		const folder = dirname(existing ? await resolveLinks(path) : path);
		await access(folder, constants.W_OK | constants.X_OK);
	} catch (cause) {
		throw asFileError(path, cause);
	}
}

/** A device, pipe or socket: nothing that could be replaced. */
async function isSpecial(path: string): Promise<boolean> {
	const existing = await statIfThere(path);
	return existing !== undefined && !existing.isFile();
}

async function statIfThere(path: string): Promise<Stats | undefined> {
	try {
		return await stat(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

async function writeThrough(path: string, content: string | Uint8Array) {
	const file = await open(path, "w");
	try {
		await file.writeFile(content);
	} finally {
		await file.close();
	}
}

async function writeSynced(path: string, content: string | Uint8Array) {
	const file = await open(path, "wx", MODE);
	try {
		await file.writeFile(content);
		await file.chmod(MODE);
		await file.sync();
	} finally {
		await file.close();
	}
}

/**
 * Takes the name only if it is free; rename alone would replace a file that has appeared in between.
 * Where there are hard links the temporary name stays, for the caller to remove.
 */
export async function moveToFreeName(
	temporary: string,
	path: string,
): Promise<void> {
	try {
		await link(temporary, path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (!NO_HARD_LINKS.has(code)) throw error;
		await checkWritable(path);
		await rename(temporary, path);
	}
}

/** Without it, a crash of the machine can lose the new name. */
export async function syncFolder(path: string): Promise<void> {
	const folder = await open(path, "r").catch(() => undefined);
	// Windows opens no folders.
	if (folder === undefined) return;
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

async function resolveLinks(path: string): Promise<string> {
	return realpath(path).catch(() => path);
}

function existsAlready(path: string, cause?: unknown): FileError {
	return new FileError(
		`${path} exists already; --force replaces it, or give another --out.`,
		{ cause },
	);
}

/** The error of the file system in words; a FileError stays what it is. */
export function asFileError(path: string, cause: unknown): unknown {
	if (cause instanceof FileError) return cause;
	const { code, message } = cause as NodeJS.ErrnoException;
	if (code === "EEXIST") return existsAlready(path, cause);
	const reasons: Record<string, string> = {
		ENOENT: "its directory does not exist",
		ENOTDIR: "a part of its path is not a directory",
		EACCES: "permission is denied",
		EPERM: "permission is denied",
		EROFS: "the file system is read-only",
		ENOSPC: "the file system is full",
		EDQUOT: "the disk quota is used up",
		ENAMETOOLONG: "the name is too long",
		ELOOP: "its symbolic links go round in circles",
	};
	const reason = reasons[code ?? ""] ?? message;
	return new FileError(`${path} cannot be written: ${reason}.`, { cause });
}
