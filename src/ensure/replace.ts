import { randomBytes } from "node:crypto";
import {
	type FileHandle,
	link,
	open,
	rename,
	rm,
	unlink,
} from "node:fs/promises";
import { moveToFreeName, NO_HARD_LINKS, syncFolder } from "../atomic-file.js";
import { FileError } from "../errors.js";
import { changedMeanwhile, type Place } from "../files/place.js";
import { isSame } from "../files/regular.js";
import { readOpenFile } from "../reading/read-file.js";
import { type Existing, versionOf } from "./target.js";

/** DH parameters are public: everybody may read them. */
const NEW_MODE = 0o644;

/** Backups within one second; more names than that are taken only by somebody who makes them for the purpose. */
const MAX_BACKUPS = 1000;

/** What the replacement takes over from the old file, unless told otherwise. */
export interface Attributes {
	readonly existing: Existing | undefined;
	readonly mode?: number | undefined;
	/** The user's and the group's number, where another than that of the old file is asked for. */
	readonly uid?: number | undefined;
	readonly gid?: number | undefined;
	/** Space to reserve, in bytes: a full disk is better found before the search. */
	readonly room: number;
}

/**
 * A file beside the one that it is to replace, with its owner and mode already, written and synced before it takes the
 * name. At every moment there is the old file or the whole new one.
 */
export class Replacement implements AsyncDisposable {
	readonly #place: Place;
	readonly #temporary: Place;
	readonly #handle: FileHandle;

	private constructor(place: Place, temporary: Place, handle: FileHandle) {
		this.#place = place;
		this.#temporary = temporary;
		this.#handle = handle;
	}

	/**
	 * @throws {FileError} when the old file's owner cannot be kept
	 * @throws the file system's error when there can be no such file
	 */
	static async open(
		place: Place,
		{ existing, mode, uid, gid, room }: Attributes,
	): Promise<Replacement> {
		const random = randomBytes(6).toString("hex");
		const temporary = place.beside(`${place.name}.${random}.ensure`);
		const handle = await open(temporary.at, "wx", 0o600);
		const replacement = new Replacement(place, temporary, handle);
		try {
			await setOwner(place.file, handle, {
				uid: uid ?? existing?.uid,
				gid: gid ?? existing?.gid,
			});
			await handle.chmod(mode ?? existing?.mode ?? NEW_MODE);
			await writeAll(handle, Buffer.alloc(room, "\n"));
			await handle.sync();
			return replacement;
		} catch (error) {
			await replacement[Symbol.asyncDispose]();
			throw error;
		}
	}

	/**
	 * Takes the name, or leaves it to a file that has appeared: EEXIST where `onlyIfFree` is set.
	 *
	 * @returns the version of the new file, as {@link Existing} has it
	 */
	async commit(
		content: string | Uint8Array,
		{ onlyIfFree = false } = {},
	): Promise<string> {
		const bytes = Buffer.from(content);
		await writeAll(this.#handle, bytes);
		await this.#handle.truncate(bytes.length);
		await this.#handle.sync();
		const status = await this.#handle.stat({ bigint: true });
		// Whoever may write to the directory may have put something else at the temporary name.
		if (!isSame(status, await this.#temporary.status())) {
			throw changedMeanwhile(this.#temporary.file);
		}
		const [from, to] = [this.#temporary.at, this.#place.at];
		await (onlyIfFree ? moveToFreeName : rename)(from, to);
		await syncFolder(this.#place.folder.at("."));
		return versionOf(status);
	}

	/** Leaves nothing behind; after a commit there is nothing to leave. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.#handle.close().catch(() => {});
		await rm(this.#temporary.at, { force: true }).catch(() => {});
	}
}

/** From the start of the file; write(2) may take less than all, and says why at the next call only. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
	for (let at = 0; at < bytes.length; ) {
		const { bytesWritten } = await handle.write(
			bytes,
			at,
			bytes.length - at,
			at,
		);
		at += bytesWritten;
	}
}

/** @throws {FileError} where this user may not do that */
export async function setOwner(
	file: string,
	handle: FileHandle,
	wanted: { uid: number | undefined; gid: number | undefined },
): Promise<void> {
	const now = await handle.stat();
	const { uid = now.uid, gid = now.gid } = wanted;
	if (now.uid === uid && now.gid === gid) return;
	try {
		await handle.chown(uid, gid);
	} catch (cause) {
		throw new FileError(
			`${file} is to belong to user ${uid} and group ${gid}, and this user cannot make a file that does; run as that user or as root.`,
			{ cause },
		);
	}
}

/**
 * A second name for the old file: FILE.YYYYMMDDTHHMMSSZ, with -2, -3 … where that is taken.
 *
 * @returns the path of the backup
 * @throws {FileError} when the file was replaced since it was read, or no name is free
 */
export async function keepBackup(
	place: Place,
	existing: Existing,
): Promise<string> {
	const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
	for (let n = 1; n <= MAX_BACKUPS; n++) {
		const suffix = n === 1 ? "" : `-${n}`;
		const backup = place.beside(`${place.name}.${time}${suffix}`);
		try {
			await linkOrCopy(place, backup, existing);
			return backup.file;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		}
	}
	throw new FileError(
		`${place.file} cannot be kept: ${MAX_BACKUPS} backups with the time ${time} are there already. Remove them.`,
	);
}

async function linkOrCopy(place: Place, backup: Place, existing: Existing) {
	try {
		await link(place.at, backup.at);
	} catch (error) {
		// EPERM also stands for somebody else's file (fs.protected_hardlinks, proc_sys_fs(5)).
		if (!NO_HARD_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
		const content = await readOpenFile(existing.handle, place.file);
		const attributes = { existing, room: content.length };
		await using copy = await Replacement.open(backup, attributes);
		await copy.commit(content, { onlyIfFree: true });
		return;
	}
	// link(2) takes a name, not a handle: the name may have been another file's by then.
	if (isSame(existing.status, await backup.status())) return;
	await unlink(backup.at);
	throw changedMeanwhile(place.file);
}
