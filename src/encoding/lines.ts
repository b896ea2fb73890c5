import { UnreadableParametersError } from "../errors.js";

/**
 * The longest line that is read, in characters without its end: OpenSSL reads lines in pieces of 254 with their end
 * (crypto/pem/pem_lib.c, LINESIZE), and takes the start of each piece for the start of a line.
 */
export const MAX_LINE = 252;

/**
 * The lines of a text that every program splits in the same way, without blanks at their ends. Programs disagree on
 * all other characters: OpenSSL ends a line at NUL, and drops control characters and bytes from 0x80 at its end.
 *
 * @throws {@link UnreadableParametersError} for anything but printable ASCII, tabs, LF and CRLF, with its place
 */
export function linesOf(text: string): string[] {
	const at = text.search(/[^\t\n\r -~]|\r(?!\n)/);
	if (at !== -1) throw unprintable(text, at);
	return text.split("\n").map((line) => line.trimEnd());
}

function unprintable(text: string, at: number): UnreadableParametersError {
	const before = text.slice(0, at);
	const line = before.split("\n").length;
	const place = `Line ${line}, column ${at - before.lastIndexOf("\n")}`;
	if (text[at] === "\r") {
		return new UnreadableParametersError(
			`${place}: a CR stands without LF, and programs disagree on whether a line ends there. Convert them: tr '\\r' '\\n' < OLD > NEW`,
		);
	}
	const byte = text.charCodeAt(at).toString(16).padStart(2, "0");
	return new UnreadableParametersError(
		`${place}: the byte 0x${byte} is not printable ASCII, and programs disagree on what such a line says. Remove the byte outside a block; inside one, the file is damaged. Get a fresh copy.`,
	);
}

/** @throws {@link UnreadableParametersError} for a line that OpenSSL reads in several pieces */
export function refuseLongLine(line: string, number: number): void {
	if (line.length <= MAX_LINE) return;
	throw new UnreadableParametersError(
		`Line ${number} has ${line.length} characters, and OpenSSL reads lines in pieces: beside parameters at most ${MAX_LINE} are read. Remove the line, or break it.`,
	);
}

/** Where a text holds the start of a line of PEM; -1 where it does not. */
export function boundaryIn(text: string): number {
	return text.search(/-----(?:BEGIN|END)/);
}
