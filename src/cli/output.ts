import { once } from "node:events";
import {
	type Display,
	type Line,
	render,
	visibleJson,
} from "./terminal-text.js";

/*
 * The one door of the command line's output: nothing else in this folder writes to a stream. Names of files, text from
 * files and from servers, and messages of the system can hold whatever their authors chose; here it becomes harmless.
 */

type Stream = NodeJS.WriteStream;

/** The result in lines for people, to standard output. */
export function printLines(...lines: readonly (string | Line)[]): void {
	process.stdout.write(render(lines, displayOf(process.stdout)));
}

/** The result as JSON, to standard output. */
export function printJson(value: unknown): void {
	process.stdout.write(jsonText(value));
}

/** JSON as this program writes it, also to files. */
export function jsonText(value: unknown): string {
	const json = JSON.stringify(value, null, 2);
	return `${visibleJson(json, isAsciiLocale())}\n`;
}

/** Text or bytes that this program has made itself, such as PEM, as they are: to standard output. */
export function printEncoded(content: string | Uint8Array): void {
	process.stdout.write(content);
}

/** As {@link printEncoded} does, and waits for a slow reader instead of keeping all in memory. */
export async function printDrained(text: string): Promise<void> {
	if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

/** Lines for people, to standard error. */
export function say(...lines: readonly (string | Line)[]): void {
	process.stderr.write(render(lines, displayOf(process.stderr)));
}

/** An error or a warning, with the name of this program before it. */
export function complain(message: string): void {
	say(`gen-dhparams: ${message}`);
}

/** A terminal that moves its cursor and shows colours. */
export function obeysEscapes(stream: Stream): boolean {
	return stream.isTTY === true && process.env.TERM !== "dumb";
}

// Longer lines of text are hard to read: at most 80 characters, says WCAG 2.2 in 1.4.8; here with some room for lists.
const MAX_TEXT_WIDTH = 100;

/** Columns for paragraphs on standard output: the terminal's, up to a hundred, and 80 where there is no terminal. */
export function textWidth(): number {
	const { columns } = displayOf(process.stdout);
	return columns === undefined ? 80 : Math.min(columns, MAX_TEXT_WIDTH);
}

function displayOf(stream: Stream): Display {
	const columns = stream.isTTY ? stream.columns : undefined;
	return {
		colour: obeysEscapes(stream) && !process.env.NO_COLOR,
		ascii: isAsciiLocale(),
		// A pseudo-terminal without a size says 0.
		columns: columns !== undefined && columns >= 20 ? columns : undefined,
	};
}

/** POSIX.1-2024 section 8.2: the first of these that is set and not empty decides; none at all is the C locale. */
function isAsciiLocale(): boolean {
	const { LC_ALL, LC_CTYPE, LANG } = process.env;
	const locale = LC_ALL || LC_CTYPE || LANG;
	if (locale === undefined || locale === "")
		return process.platform !== "win32";
	return !/utf-?8/i.test(locale);
}
