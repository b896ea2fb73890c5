import { type BigIntStats, constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { changedMeanwhile, findPlace, type Place } from "./place.js";
import { codeOf, existsAlready, unwritable } from "./reasons.js";
import { checkRegular } from "./regular.js";
import { Replacement } from "./replace.js";
import { removeAbandoned, temporaryName } from "./temporary.js";

export interface WriteOptions {
	/** Replace a file that exists. Default false; an empty file of this user, as mktemp(1) makes it, is replaced anyway. */
	readonly overwrite?: boolean;
}

/**
 * Writes a file atomically: at every moment there is the old one, or none, or the whole new one. A new file has mode
 * 0644; a replaced one keeps its mode, and its owner where this user can give files away. A symbolic link is followed as
 * {@link findPlace} does; a device or pipe is written to.
 *
 * @throws {@link FileError} when the file exists and may not be replaced, or cannot be written
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
		await using replacement = await Replacement.open(place, {
			temporary: temporaryName(),
			existing,
			ownerOptional: true,
		});
		await replacement.write(content);
		const replaced = await checkReplaceable(path, place, overwrite);
		await replacement.commit({ onlyIfFree: replaced === undefined });
	} catch (cause) {
		throw unwritable(path, cause);
	}
}

/**
 * What can be known of a file before the work that is to fill it: is it there already, may its folder be written to?
 *
 * @throws {@link FileError} where {@link writeFileAtomically} would
 */
export async function checkWritable(
	path: string,
	{ overwrite = false }: WriteOptions = {},
): Promise<void> {
	try {
		if (await isSpecial(path)) return;
		await using place = await findPlace(path);
		await checkReplaceable(path, place, overwrite);
		await place.folder.checkWritable();
	} catch (cause) {
		throw unwritable(path, cause);
	}
}

/**
 * The file that is to be replaced, undefined where the name is free.
 *
 * @throws {@link FileError} for a file that may not be replaced, and for a directory
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
		if (codeOf(error) === "ENOENT") return false;
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
