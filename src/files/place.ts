import type { BigIntStats } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { isAbsolute, join, parse, sep } from "node:path";
import { FileError } from "../errors.js";
import { Folder } from "./folder.js";
import { codeOf } from "./reasons.js";

/** The most links that Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/** A name in an open directory: where a file is, or is to be. */
export class Place implements AsyncDisposable {
	readonly folder: Folder;
	readonly name: string;

	constructor(folder: Folder, name: string) {
		this.folder = folder;
		this.name = name;
	}

	/** The path for messages and results: absolute and without symbolic links. */
	get file(): string {
		return join(this.folder.path, this.name);
	}

	/** The path for system calls. */
	get at(): string {
		return this.folder.at(this.name);
	}

	/** Another name in the same directory; it is closed with this one. */
	beside(name: string): Place {
		return new Place(this.folder, name);
	}

	/** What has this name, a link itself and not what it leads to; undefined where nothing has. */
	async status(): Promise<BigIntStats | undefined> {
		return orMissing(lstat(this.at, { bigint: true }));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.folder[Symbol.asyncDispose]();
	}
}

export interface FindOptions {
	/** Follow the last name too, where it is a link. Default true. */
	readonly followLast?: boolean;
}

/**
 * Walks along a path, one open directory after another, and follows symbolic links that can be trusted. The last name
 * may be missing, also behind a link.
 *
 * Not followed: a link that another user made in a directory where others than its owner may write, which is the rule
 * of fs.protected_symlinks in proc_sys_fs(5), with group-writable directories added; and a link of another user that
 * leads to what is not that user's (as SymLinksIfOwnerMatch of Apache). Links of root are always followed.
 *
 * @throws {@link FileError} for a link that is not followed
 * @throws the file system's error for a directory that is missing or may not be searched
 */
export async function findPlace(
	path: string,
	{ followLast = true }: FindOptions = {},
): Promise<Place> {
	const full = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`;
	const walk = new Walk(await Folder.root(parse(full).root), full);
	try {
		await walk.toTheEnd(followLast);
		return walk.place();
	} catch (error) {
		await walk.folder[Symbol.asyncDispose]();
		throw error;
	}
}

class Walk {
	folder: Folder;
	#left: string[];
	#name = ".";
	#links = 0;
	/** Owners of links that may lead only to what is theirs. */
	readonly #owners = new Map<number, string>();

	constructor(root: Folder, path: string) {
		this.folder = root;
		this.#left = namesOf(path);
	}

	async toTheEnd(followLast: boolean): Promise<void> {
		for (;;) {
			const name = this.#left.shift();
			if (name === undefined) break;
			const isLast = this.#left.length === 0;
			if (isLast && (name === "." || name === "..")) {
				if (name === "..") await this.#enter("..");
				this.#name = ".";
				break;
			}
			if (name === ".") continue;
			const status = await orMissing(
				lstat(this.folder.at(name), { bigint: true }),
			);
			if (status?.isSymbolicLink() && (!isLast || followLast)) {
				await this.#follow(name, status);
			} else if (isLast) {
				this.#name = name;
				break;
			} else {
				await this.#enter(name);
			}
		}
		await this.#checkOwners();
	}

	place(): Place {
		return new Place(this.folder, this.#name);
	}

	async #enter(name: string): Promise<void> {
		const next = await this.folder.child(name);
		await this.folder[Symbol.asyncDispose]();
		this.folder = next;
	}

	async #follow(name: string, before: BigIntStats): Promise<void> {
		if (++this.#links > MAX_LINKS) throw tooManyLinks();
		const link = join(this.folder.path, name);
		const owner = Number(before.uid);
		if (!isTrusted(owner)) {
			const { uid, isShared } = await this.folder.status();
			if (isShared && uid !== owner) throw plantedLink(link, owner);
			this.#owners.set(owner, link);
		}
		const target = await readlink(this.folder.at(name)).catch((error) => {
			// Not a link any more, or gone.
			const isOther = ["EINVAL", "ENOENT"].includes(codeOf(error) ?? "");
			throw isOther ? changedMeanwhile(link) : error;
		});
		// A link cannot be changed, only replaced: the same inode before and after means that this is its content.
		const after = await orMissing(
			lstat(this.folder.at(name), { bigint: true }),
		);
		if (
			after?.ino !== before.ino ||
			after.dev !== before.dev ||
			after.ctimeNs !== before.ctimeNs
		) {
			throw changedMeanwhile(link);
		}
		if (isAbsolute(target)) {
			const root = await Folder.root(parse(target).root);
			await this.folder[Symbol.asyncDispose]();
			this.folder = root;
		}
		this.#left = [...namesOf(target), ...this.#left];
	}

	/** A link of another user may lead into a directory of that user, or to a file of that user. */
	async #checkOwners(): Promise<void> {
		if (this.#owners.size === 0) return;
		const folder = await this.folder.status();
		const file = await this.place().status();
		for (const [owner, link] of this.#owners) {
			if (folder.uid !== owner && Number(file?.uid ?? -1n) !== owner) {
				throw plantedLink(link, owner);
			}
		}
	}
}

/** ".." stays: behind a link it is another directory than the text says. */
function namesOf(path: string): string[] {
	return (
		path
			.slice(parse(path).root.length)
			.split(sep === "\\" ? /[\\/]/ : "/")
			// What ends with a slash is a directory.
			.map((name, i, all) => (name === "" && i === all.length - 1 ? "." : name))
			.filter((name) => name !== "")
	);
}

/** This user, and the one who can do everything anyway. */
export function isTrusted(uid: number): boolean {
	return uid === 0 || uid === process.geteuid?.();
}

export async function orMissing<T>(
	promise: Promise<T>,
): Promise<T | undefined> {
	try {
		return await promise;
	} catch (error) {
		if (codeOf(error) === "ENOENT") return undefined;
		throw error;
	}
}

function plantedLink(link: string, owner: number): FileError {
	return new FileError(
		`${link} is a symbolic link of user ${owner}, who could lead this run to files of others; it is not followed. Give the path that it leads to, or replace the link.`,
	);
}

export function changedMeanwhile(path: string): FileError {
	return new FileError(
		`${path} was replaced while this run worked on it, and not by another run of ensure; nothing was changed. Find out which program or user did it, then run this again.`,
	);
}

function tooManyLinks(): NodeJS.ErrnoException {
	return Object.assign(new Error("too many symbolic links"), {
		code: "ELOOP",
		syscall: "open",
	});
}
