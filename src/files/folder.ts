import { constants } from "node:fs";
import { access, type FileHandle, lstat, open, stat } from "node:fs/promises";
import { join } from "node:path";

// open(2): a handle that only stands for the directory, so that search permission is enough. Node has no name for it;
// the number is the same on every Linux architecture that Node runs on.
const O_PATH = 0o10000000;

/** Who owns a directory, and who may write to it. */
export interface FolderStatus {
	readonly uid: number;
	/** Others than the owner may add, remove and rename files: group or world write permission, with or without sticky. */
	readonly isShared: boolean;
}

/**
 * A directory that is opened once. Node has no openat(2), but on Linux /proc/self/fd/N/NAME is NAME in the directory of
 * handle N, wherever that directory is by now. Names from {@link at} therefore stay in one directory, even if somebody
 * puts another one, or a link, at its path. Without /proc, as on other systems, they are plain paths.
 */
export class Folder implements AsyncDisposable {
	/** The path for messages: absolute, without symbolic links at the time of opening. */
	readonly path: string;
	readonly #handle: FileHandle | undefined;

	private constructor(path: string, handle: FileHandle | undefined) {
		this.path = path;
		this.#handle = handle;
	}

	/** The root directory, where every walk begins. */
	static async root(path: string): Promise<Folder> {
		if (process.platform !== "linux") return new Folder(path, undefined);
		const handle = await open(path, O_PATH | constants.O_DIRECTORY);
		const folder = new Folder(path, handle);
		if (await folder.#isReachable()) return folder;
		await handle.close();
		return new Folder(path, undefined);
	}

	/**
	 * The directory of that name in this one.
	 *
	 * @throws ENOTDIR for anything else, also for a symbolic link
	 */
	async child(name: string): Promise<Folder> {
		const path = join(this.path, name);
		if (this.#handle !== undefined) {
			const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
			return new Folder(path, await open(this.at(name), flags));
		}
		if ((await lstat(path)).isDirectory()) return new Folder(path, undefined);
		throw Object.assign(new Error(`${path} is not a directory`), {
			code: "ENOTDIR",
			syscall: "open",
		});
	}

	/** A path for system calls: that name in this directory. */
	at(name: string): string {
		if (this.#handle === undefined) return join(this.path, name);
		return `/proc/self/fd/${this.#handle.fd}/${name}`;
	}

	async status(): Promise<FolderStatus> {
		const { uid, mode } = await (this.#handle?.stat() ?? stat(this.path));
		return { uid, isShared: (mode & 0o022) !== 0 };
	}

	/** @throws the file system's error where this user may not add a file to the directory */
	async checkWritable(): Promise<void> {
		await access(this.at("."), constants.W_OK | constants.X_OK);
	}

	/** Without it, a crash of the machine can lose a new name. */
	async sync(): Promise<void> {
		const handle = await open(this.at("."), "r").catch(() => undefined);
		// Windows opens no folders.
		if (handle === undefined) return;
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#handle?.close();
	}

	/** Is /proc there, and does it show the handles of this process? */
	async #isReachable(): Promise<boolean> {
		try {
			const [own, seen] = await Promise.all([
				this.#handle?.stat({ bigint: true }),
				stat(this.at("."), { bigint: true }),
			]);
			return own?.dev === seen.dev && own.ino === seen.ino;
		} catch {
			return false;
		}
	}
}
