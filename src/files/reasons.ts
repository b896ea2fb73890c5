import { FileError } from "../errors.js";

/** What an error of the file system means, by its code (errno(3)): the end of a sentence. */
const REASONS: Readonly<Record<string, string>> = {
	ENOENT: "there is no such file",
	ENOTDIR: "a part of its path is not a directory",
	EISDIR: "it is a directory",
	EACCES: "permission is denied",
	EPERM: "permission is denied",
	EROFS: "the file system is read-only",
	ENOSPC: "the file system is full",
	EDQUOT: "the disk quota is used up",
	ENAMETOOLONG: "the name is too long",
	ELOOP: "its symbolic links go round in circles",
	ENXIO: "it is a device or socket without anything behind it",
};

/** A file that is to be written needs not exist, but its directory does. */
const REASONS_TO_WRITE: typeof REASONS = {
	...REASONS,
	ENOENT: "its directory does not exist",
};

/** The error of the file system as a FileError with a reason; a FileError stays what it is. */
export function unreadable(name: string, cause: unknown): unknown {
	if (cause instanceof FileError) return cause;
	const reason = reasonOf(cause, REASONS);
	return new FileError(`${name || '""'} cannot be read: ${reason}.`, { cause });
}

/** As {@link unreadable}, for a file that is to be written. */
export function unwritable(path: string, cause: unknown): unknown {
	if (cause instanceof FileError) return cause;
	if (codeOf(cause) === "EEXIST") return existsAlready(path, cause);
	const reason = reasonOf(cause, REASONS_TO_WRITE);
	return new FileError(`${path} cannot be written: ${reason}.`, { cause });
}

export function existsAlready(path: string, cause?: unknown): FileError {
	return new FileError(`${path} exists already.`, { reason: "exists", cause });
}

/** The code of an error of the file system, such as ENOENT; undefined for other errors. */
export function codeOf(error: unknown): string | undefined {
	return (error as NodeJS.ErrnoException).code;
}

function reasonOf(cause: unknown, reasons: typeof REASONS): string {
	return reasons[codeOf(cause) ?? ""] ?? (cause as Error).message;
}
