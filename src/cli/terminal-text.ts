import { styleText } from "node:util";
import type { CheckVerdict } from "../validate/report.js";

/** Words in the colour of a verdict. */
export interface Painted {
	readonly verdict: CheckVerdict;
	readonly text: string;
}

/** A line of text, and how it is wrapped where it is longer than the terminal is wide. */
export interface Line {
	readonly parts: readonly (string | Painted)[];
	/** How many columns the following lines are indented; as many as the first one unless given. */
	readonly hang?: number;
	/** Never wrapped, since people copy it: a command, a directive. */
	readonly verbatim?: boolean;
}

/** What a stream can show. */
export interface Display {
	readonly colour: boolean;
	/** The locale knows ASCII only. */
	readonly ascii: boolean;
	/** Width in columns; undefined where lines are not wrapped. */
	readonly columns?: number | undefined;
}

const COLOUR = {
	accept: "green",
	note: "cyan",
	warn: "yellow",
	reject: "red",
} as const;

/**
 * What a terminal may obey or hide: controls (Cc, so ESC, DEL and U+0080 to U+009F), format characters (Cf, so the
 * bidirectional ones of CVE-2021-42574), lone surrogates, private use and unassigned; line, paragraph and odd spaces; and
 * all that Unicode calls default-ignorable.
 */
const UNSAFE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** The same in JSON text, whose line feeds are structure; JSON.stringify has escaped all others. */
const UNSAFE_IN_JSON =
	/(?![ \n])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

// A path has at most 4,096 bytes on Linux (PATH_MAX). What is longer was not meant to be read.
const MAX_PART = 6000;

/** How our own words are written where the locale knows ASCII only. */
const IN_ASCII: Readonly<Record<string, string>> = {
	"…": "...",
	"−": "-",
	"–": "-",
	"—": "-",
	"×": "x",
	"·": "*",
	"²": "^2",
	"±": "+-",
	"√": "sqrt ",
	π: "pi",
	"≤": "<=",
	"≥": ">=",
	"≠": "!=",
	"≈": "~",
	"≡": "==",
};

/** Text that stays on its line and says nothing to a terminal: what is unsafe is shown as an escape, such as `\x1b`. */
export function visible(text: string, ascii = false): string {
	const safe = shortened(text).replace(UNSAFE, escaped);
	return ascii
		? safe.replace(
				/[^ -~]/gu,
				(character) => IN_ASCII[character] ?? escaped(character),
			)
		: safe;
}

/** JSON text with the same characters as \uXXXX: the value stays what it is. */
export function visibleJson(json: string, ascii: boolean): string {
	return json.replace(ascii ? /[^\n -~]/gu : UNSAFE_IN_JSON, (character) =>
		Array.from({ length: character.length }, (_, i) => unit(character, i)).join(
			"",
		),
	);
}

/** The text of these lines, each ended by a line feed; there are no other line feeds but those of wrapping. */
export function render(
	lines: readonly (string | Line)[],
	{ colour, ascii, columns }: Display,
): string {
	return lines
		.map((each) => {
			const line = typeof each === "string" ? { parts: [each] } : each;
			const words = line.parts.flatMap((part) => split(part, ascii));
			const width = line.verbatim ? undefined : columns;
			const text = wrap(words, width, line.hang)
				.map(({ text, verdict }) =>
					colour && verdict !== undefined
						? styleText(COLOUR[verdict], text, { validateStream: false })
						: text,
				)
				.join("");
			return `${text}\n`;
		})
		.join("");
}

interface Word {
	readonly text: string;
	readonly verdict?: CheckVerdict;
}

/** A part in words and the spaces between them. */
function split(part: string | Painted, ascii: boolean): Word[] {
	const { text, ...rest } = typeof part === "string" ? { text: part } : part;
	return visible(text, ascii)
		.split(/( +)/)
		.filter((word) => word !== "")
		.map((word) => ({ text: word, ...rest }));
}

function wrap(
	words: readonly Word[],
	columns: number | undefined,
	hang = words[0]?.text.startsWith(" ") ? words[0].text.length : 0,
): readonly Word[] {
	if (columns === undefined) return words;
	const margin = Math.min(hang, Math.floor(columns / 2));
	const wrapped: Word[] = [];
	let column = 0;
	for (const [at, word] of words.entries()) {
		const isSpace = word.text.startsWith(" ");
		const next = isSpace ? (words[at + 1]?.text.length ?? 0) : 0;
		if (
			isSpace &&
			column > margin &&
			column + word.text.length + next > columns
		) {
			wrapped.push({ text: `\n${" ".repeat(margin)}` });
			column = margin;
		} else {
			wrapped.push(word);
			column += word.text.length;
		}
	}
	return wrapped;
}

function shortened(text: string): string {
	if (text.length <= MAX_PART) return text;
	return `${text.slice(0, MAX_PART / 2)} … ${text.slice(-MAX_PART / 4)}`;
}

function escaped(character: string): string {
	if (character === "\n") return "\\n";
	if (character === "\r") return "\\r";
	if (character === "\t") return "\\t";
	const code = character.codePointAt(0) ?? 0;
	const hex = code.toString(16);
	if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
	return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

function unit(character: string, index: number): string {
	return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
}
