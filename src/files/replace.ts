import type { BigIntStats } from "node:fs";
import {
	type FileHandle,
	link,
	lstat,
	open,
	rename,
	rm,
} from "node:fs/promises";
import { FileError } from "../errors.js";
import { changedMeanwhile, orMissing, type Place } from "./place.js";
import { codeOf } from "./reasons.js";
import { isSame, versionOf } from "./regular.js";

/** DH parameters are public: everybody may read them. */
const NEW_MODE = 0o644;

/** What link(2) says on file systems without hard links (exFAT, some network mounts). */
export const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set([
	"EPERM",
	"ENOTSUP",
	"ENOSYS",
]);

export interface ReplacementOptions {
	/** The name, in the same directory, until the file takes its own. */
	readonly temporary: string;
	/** The file whose owner and mode are taken over; without one, those of a new file. */
	readonly existing: BigIntStats | undefined;
	/** Permissions in place of those, 0 … 0o777. */
	readonly mode?: number | undefined;
	/** The user's and the group's number in place of those. */
	readonly uid?: number | undefined;
	readonly gid?: number | undefined;
	/** Leave the file to this user where it cannot be given to the other owner. Default false. */
	readonly ownerOptional?: boolean;
	/** Space to reserve, in bytes: a full disk is better found before a long search. Default 0. */
	readonly room?: number;
}

/**
 * A file beside the one that it is to replace: written and synced, with its owner and mode, before it takes the name. At
 * every moment there is the old file or the whole new one.
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
	 * @throws {@link FileError} when the owner cannot be set
	 * @throws the file system's error when there can be no such file
	 */
	static async open(
		place: Place,
		options: ReplacementOptions,
	): Promise<Replacement> {
		const { existing, mode, ownerOptional = false, room = 0 } = options;
		const temporary = place.beside(options.temporary);
		const handle = await open(temporary.at, "wx", 0o600);
		const replacement = new Replacement(place, temporary, handle);
		try {
			const owned = setOwner(place.file, handle, {
				uid: options.uid ?? (existing && Number(existing.uid)),
				gid: options.gid ?? (existing && Number(existing.gid)),
			});
			await (ownerOptional ? owned.catch(() => {}) : owned);
			await handle.chmod(mode ?? modeOf(existing));
			if (room > 0) {
				await writeAll(handle, Buffer.alloc(room, "\n"));
				await handle.sync();
			}
			return replacement;
		} catch (error) {
			await replacement[Symbol.asyncDispose]();
			throw error;
		}
	}

	/** Writes the content, all of it, to the disk. */
	async write(content: string | Uint8Array): Promise<void> {
		const bytes = Buffer.from(content);
		await writeAll(this.#handle, bytes);
		await this.#handle.truncate(bytes.length);
		await this.#handle.sync();
	}

	/**
	 * Takes the name, or leaves it to a file that has appeared: EEXIST where `onlyIfFree` is set.
	 *
	 * @returns the version of the new file, as {@link versionOf} has it
	 */
	async commit({ onlyIfFree = false } = {}): Promise<string> {
		const status = await this.#handle.stat({ bigint: true });
		// Whoever may write to the directory may have put something else at the temporary name.
		if (!isSame(status, await this.#temporary.status())) {
			throw changedMeanwhile(this.#temporary.file);
		}
		const [from, to] = [this.#temporary.at, this.#place.at];
		await (onlyIfFree ? moveToFreeName : rename)(from, to);
		await this.#place.folder.sync();
		return versionOf(status);
	}

	/** Leaves nothing behind; after a commit there is nothing to leave. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.#handle.close().catch(() => {});
		await rm(this.#temporary.at, { force: true }).catch(() => {});
	}
}

function modeOf(existing: BigIntStats | undefined): number {
	return existing === undefined ? NEW_MODE : Number(existing.mode) & 0o777;
}

/** From the start of the file; write(2) may take less than all, and says why at the next call only. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
	for (let at = 0; at < bytes.length; ) {
		const left = bytes.length - at;
		at += (await handle.write(bytes, at, left, at)).bytesWritten;
	}
}

/**
 * Takes the name only if it is free; rename alone would replace a file that has appeared in between.
 * Where there are hard links the temporary name stays, for the caller to remove.
 */
async function moveToFreeName(temporary: string, path: string): Promise<void> {
	try {
		await link(temporary, path);
	} catch (error) {
		if (!NO_HARD_LINKS.has(codeOf(error))) throw error;
		if ((await orMissing(lstat(path))) !== undefined) {
			throw Object.assign(new Error(`${path} exists`), {
				code: "EEXIST",
				syscall: "rename",
			});
		}
		await rename(temporary, path);
	}
}

/** @throws {@link FileError} where this user may not do that */
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
