import { randomBytes } from "node:crypto";
import {
	type FileHandle,
	link,
	open,
	readFile,
	rename,
	rm,
} from "node:fs/promises";
import { dirname } from "node:path";
import { moveToFreeName, NO_HARD_LINKS, syncFolder } from "../atomic-file.js";
import { FileError } from "../errors.js";
import { type Existing, versionOf } from "./target.js";

/** DH parameters are public: everybody may read them. */
const NEW_MODE = 0o644;

/** What the replacement takes over from the old file, unless told otherwise. */
export interface Attributes {
	readonly existing: Existing | undefined;
	readonly mode: number | undefined;
	/** Space to reserve, in bytes: a full disk is better found before the search. */
	readonly room: number;
}

/**
 * A file beside the one that it is to replace, with its owner and mode already, written and synced before it takes the
 * name. At every moment there is the old file or the whole new one.
 */
export class Replacement implements AsyncDisposable {
	readonly #file: string;
	readonly #temporary: string;
	readonly #handle: FileHandle;

	private constructor(file: string, temporary: string, handle: FileHandle) {
		this.#file = file;
		this.#temporary = temporary;
		this.#handle = handle;
	}

	/**
	 * @throws {FileError} when the old file's owner cannot be kept
	 * @throws the file system's error when there can be no such file
	 */
	static async open(
		file: string,
		{ existing, mode, room }: Attributes,
	): Promise<Replacement> {
		const temporary = `${file}.${randomBytes(6).toString("hex")}.ensure`;
		const handle = await open(temporary, "wx", 0o600);
		const replacement = new Replacement(file, temporary, handle);
		try {
			if (existing !== undefined) await keepOwner(file, handle, existing);
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
		await (onlyIfFree ? moveToFreeName : rename)(this.#temporary, this.#file);
		await syncFolder(dirname(this.#file));
		return versionOf(await this.#handle.stat({ bigint: true }));
	}

	/** Leaves nothing behind; after a commit there is nothing to leave. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.#handle.close().catch(() => {});
		await rm(this.#temporary, { force: true });
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

async function keepOwner(
	file: string,
	handle: FileHandle,
	{ uid, gid }: Existing,
): Promise<void> {
	const mine = await handle.stat();
	if (mine.uid === uid && mine.gid === gid) return;
	try {
		await handle.chown(uid, gid);
	} catch (cause) {
		throw new FileError(
			`${file} belongs to user ${uid} and group ${gid}, and this user cannot make another file that does; run as that user or as root.`,
			{ cause },
		);
	}
}

/**
 * A second name for the old file: FILE.YYYYMMDDTHHMMSSZ, with -2, -3 … where that is taken.
 *
 * @returns the name
 */
export async function keepBackup(
	file: string,
	existing: Existing,
): Promise<string> {
	const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
	for (let n = 1; ; n++) {
		const name = `${file}.${time}${n === 1 ? "" : `-${n}`}`;
		try {
			await linkOrCopy(file, name, existing);
			return name;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		}
	}
}

async function linkOrCopy(file: string, name: string, existing: Existing) {
	try {
		await link(file, name);
	} catch (error) {
		// EPERM also stands for somebody else's file (fs.protected_hardlinks, proc_sys_fs(5)).
		if (!NO_HARD_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
		const content = await readFile(file);
		const attributes = { existing, mode: undefined, room: content.length };
		await using copy = await Replacement.open(name, attributes);
		await copy.commit(content, { onlyIfFree: true });
	}
}
