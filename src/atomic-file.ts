import { type BigIntStats, constants } from "node:fs";
import {
	access,
	type FileHandle,
	link,
	lstat,
	open,
	rename,
	rm,
	stat,
} from "node:fs/promises";
import { FileError } from "./errors.js";
import {
	changedMeanwhile,
	findPlace,
	orMissing,
	type Place,
} from "./files/place.js";
import { checkRegular, isSame } from "./files/regular.js";
import { removeAbandoned, temporaryName } from "./files/temporary.js";

/** DH parameters are public: everybody may read them. */
const MODE = 0o644;

/** What link(2) says on file systems without hard links (exFAT, some network mounts). */
export const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set([
	"EPERM",
	"ENOTSUP",
	"ENOSYS",
]);

export interface WriteOptions {
	/** Replace a file that exists. Default false; an empty file of this user, as mktemp(1) makes it, is replaced anyway. */
	readonly overwrite?: boolean;
}

/**
 * Writes a file so that at every moment there is the old one, or none, or the whole new one: to a temporary name in the
 * same directory, synced, then linked or renamed. A new file has mode 0644; a replaced one keeps its mode, and its
 * owner where this user can give files away. A symbolic link is followed as {@link findPlace} does; a device or pipe is
 * written to.
 *
 * @throws {FileError} when the file exists and may not be replaced, or cannot be written
 */
export async function writeFileAtomically(
	path: string,
	content: string | Uint8Array,
	{ overwrite = false }: WriteOptions = {},
): Promise<void> {
	try {
		if (await isSpecial(path)) return await writeThrough(path, content);
		await using place = await findPlace(path);
		const existing = await checkReplaceable(path, place, overwrite);
		await removeAbandoned(place.folder);
		const temporary = place.beside(temporaryName());
		try {
			const written = await writeSynced(temporary, content, existing);
			if (!isSame(written, await temporary.status())) {
				throw changedMeanwhile(temporary.file);
			}
			const replaces = await checkReplaceable(path, place, overwrite);
			await (replaces ? rename : moveToFreeName)(temporary.at, place.at);
		} finally {
			await rm(temporary.at, { force: true }).catch(() => {});
		}
		await syncFolder(place.folder.at("."));
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
		if (await isSpecial(path)) return;
		await using place = await findPlace(path);
		await checkReplaceable(path, place, overwrite);
		await checkFolder(place);
	} catch (cause) {
		throw asFileError(path, cause);
	}
}

/** @throws the file system's error where this user may not add a file to the directory */
export async function checkFolder(place: Place): Promise<void> {
	await access(place.folder.at("."), constants.W_OK | constants.X_OK);
}

/**
 * The file that is to be replaced, undefined where the name is free.
 *
 * @throws {FileError} for a file that may not be replaced, and for a directory
 */
async function checkReplaceable(
	path: string,
	place: Place,
	overwrite: boolean,
): Promise<BigIntStats | undefined> {
	const status = await place.status();
	if (status === undefined) return undefined;
	checkRegular(place, status);
	// `F=$(mktemp); openssl dhparam -out $F` is how scripts do it: nothing is lost with what is empty.
	const isEmptyOfOurs =
		status.size === 0n && Number(status.uid) === (process.geteuid?.() ?? 0);
	if (!overwrite && !isEmptyOfOurs) throw existsAlready(path);
	return status;
}

/** A device, pipe or socket: nothing that could be replaced. */
async function isSpecial(path: string): Promise<boolean> {
	try {
		const status = await stat(path);
		return !status.isFile() && !status.isDirectory();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
		throw error;
	}
}

/** Neither makes nor empties a file that has come to stand there. */
async function writeThrough(path: string, content: string | Uint8Array) {
	const file = await open(path, constants.O_WRONLY);
	try {
		if ((await file.stat()).isFile()) throw changedMeanwhile(path);
		await file.writeFile(content);
	} finally {
		await file.close();
	}
}

/** @returns the status of what was written */
async function writeSynced(
	place: Place,
	content: string | Uint8Array,
	existing: BigIntStats | undefined,
): Promise<BigIntStats> {
	const file = await open(place.at, "wx", 0o600);
	try {
		await file.writeFile(content);
		if (existing !== undefined) await giveAway(file, existing);
		const mode = existing === undefined ? MODE : Number(existing.mode) & 0o777;
		await file.chmod(mode);
		await file.sync();
		return await file.stat({ bigint: true });
	} finally {
		await file.close();
	}
}

/** Only root can; for others the new file is their own. */
async function giveAway(
	file: FileHandle,
	{ uid, gid }: BigIntStats,
): Promise<void> {
	await file.chown(Number(uid), Number(gid)).catch(() => {});
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
		if (await isTaken(path)) {
			throw Object.assign(new Error(`${path} exists`), {
				code: "EEXIST",
				syscall: "rename",
			});
		}
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

async function isTaken(path: string): Promise<boolean> {
	return (await orMissing(lstat(path))) !== undefined;
}

function existsAlready(path: string, cause?: unknown): FileError {
	return new FileError(
		`${path} exists already; --force replaces it, or give another --out.`,
		{ cause },
	);
}

/** The error of the file system as a FileError with a reason; a FileError stays what it is. */
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
