import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "../errors.js";

// What Node puts in the place of bytes that are not UTF-8.
const REPLACED = "\ufffd";

/**
 * The name of a file as it can be opened. Node decodes arguments as UTF-8 and loses other bytes; on Linux they are still
 * in /proc/self/cmdline.
 *
 * @throws {@link InvalidArgumentError} where two arguments differ in nothing but lost bytes
 */
export function nameOnDisk(word: string): string | Buffer {
	if (!word.includes(REPLACED)) return word;
	const same = rawArguments().filter((bytes) => bytes.toString() === word);
	const [name] = same;
	if (name === undefined) return word;
	if (same.some((other) => !other.equals(name))) {
		throw new InvalidArgumentError(
			`"${word}" stands for several files, whose names differ in bytes that are not UTF-8; give one file at a time.`,
		);
	}
	return name;
}

/** @throws {@link InvalidArgumentError} for an argument that is not UTF-8 */
export function refuseLostBytes(words: readonly string[]): void {
	const lost = words.find(
		(word) =>
			word.includes(REPLACED) &&
			rawArguments().some(
				(bytes) => !isUtf8(bytes) && bytes.toString() === word,
			),
	);
	if (lost === undefined) return;
	throw new InvalidArgumentError(
		`"${lost}" is not UTF-8, and such a name can only be read, with gen-dhparams check or convert; write to a name in UTF-8 and rename it.`,
	);
}

function rawArguments(): Buffer[] {
	let bytes: Buffer;
	try {
		bytes = readFileSync("/proc/self/cmdline");
	} catch {
		return [];
	}
	const found: Buffer[] = [];
	for (let start = 0; start < bytes.length; ) {
		const end = bytes.indexOf(0, start);
		found.push(bytes.subarray(start, end < 0 ? bytes.length : end));
		start = end < 0 ? bytes.length : end + 1;
	}
	return found;
}
