import { UnreadableParametersError } from "../errors.js";

/** The labels that OpenSSL writes: PKCS #3 parameters, and X9.42 parameters (with q). */
export type PemLabel = "DH PARAMETERS" | "X9.42 DH PARAMETERS";

/** Base64 in lines of 64 between the label's lines: RFC 7468 section 3, and what OpenSSL writes. */
export function encodePem(label: PemLabel, der: Uint8Array): string {
	const base64 = Buffer.from(der).toString("base64");
	const lines = base64.match(/.{1,64}/g) ?? [];
	return [
		`-----BEGIN ${label}-----`,
		...lines,
		`-----END ${label}-----`,
		"",
	].join("\n");
}

/** One block of a PEM file. Only blocks of DH parameters are decoded: the bytes of a private key are never touched. */
export interface PemBlock {
	readonly label: string;
	/** The line of BEGIN, counted from 1. */
	readonly line: number;
	/** The text outside the blocks that stands before this one. */
	readonly textBefore: string;
	/** The decoded body, for the labels of DH parameters. */
	readonly der?: Uint8Array;
}

const BOUNDARY = /^-----(BEGIN|END) ([A-Z0-9][A-Z0-9 .]*)-----$/;

// A line that somebody meant as a boundary: wrong dashes, lower case, indented.
const MEANT_AS_BEGIN = /^\W*-+ *begin\b.*\bdh parameters\b/i;

/** Does this label stand over DH parameters? */
export function isDhLabel(label: string): label is PemLabel {
	return label === "DH PARAMETERS" || label === "X9.42 DH PARAMETERS";
}

/**
 * All blocks of a PEM text: RFC 7468 as OpenSSL reads it, so explanatory text may stand outside the blocks, lines may
 * have any length, spaces and CRLF. Time and memory grow with the length of the text, whatever it holds.
 *
 * @throws {UnreadableParametersError} for a block without its END, and for a damaged body of DH parameters
 */
export function pemBlocks(text: string): PemBlock[] {
	const lines = text.split("\n").map((line) => line.trimEnd());
	const blocks: PemBlock[] = [];
	let outside: string[] = [];
	for (let at = 0; at < lines.length; at++) {
		const begin = BOUNDARY.exec(lines[at] as string);
		if (begin === null) {
			outside.push(lines[at] as string);
			continue;
		}
		const [, word, label] = begin as unknown as [string, string, string];
		if (word === "END") {
			throw new UnreadableParametersError(
				`Line ${at + 1} ends a block "${label}" that no BEGIN line has opened: the file has lost its beginning. Get a fresh copy.`,
			);
		}
		const end = endOf(lines, at, label);
		const body = isDhLabel(label)
			? { der: decodeBody(lines.slice(at + 1, end), at + 2) }
			: {};
		blocks.push({
			label,
			line: at + 1,
			textBefore: outside.join("\n"),
			...body,
		});
		outside = [];
		at = end;
	}
	return blocks;
}

/** The number of the line, counted from 1, that looks like a BEGIN line of DH parameters and is none. */
export function misspelledBegin(text: string): number | undefined {
	const at = text.split("\n").findIndex((line) => MEANT_AS_BEGIN.test(line));
	return at === -1 ? undefined : at + 1;
}

function endOf(lines: readonly string[], begin: number, label: string) {
	for (let at = begin + 1; at < lines.length; at++) {
		const line = lines[at] as string;
		if (!line.startsWith("-")) continue;
		if (line === `-----END ${label}-----`) return at;
		throw new UnreadableParametersError(
			`The block "${label}" of line ${begin + 1} is not closed: line ${at + 1} should be -----END ${label}-----. Correct that line, or get a fresh copy.`,
		);
	}
	throw new UnreadableParametersError(
		`The block "${label}" of line ${begin + 1} has no END line: the file is cut off. Get a fresh copy.`,
	);
}

function decodeBody(lines: readonly string[], firstLine: number): Uint8Array {
	const chunks = lines.map((line, i) => {
		const characters = line.replace(/[ \t]+/g, "");
		if (characters === "") {
			throw new UnreadableParametersError(
				`Line ${firstLine + i}, inside the block, is empty; OpenSSL refuses such a file. Remove the line.`,
			);
		}
		if (/[^A-Za-z0-9+/=]/.test(characters)) {
			throw new UnreadableParametersError(
				`Line ${firstLine + i}, inside the block, is not base64: the file is damaged. Get a fresh copy.`,
			);
		}
		return characters;
	});
	const base64 = chunks.join("");
	const bytes = Buffer.from(base64, "base64");
	// Node skips what it does not understand: a padding in the middle, a missing character.
	if (base64 === "" || bytes.toString("base64") !== base64) {
		throw new UnreadableParametersError(
			base64 === ""
				? `The block of line ${firstLine - 1} is empty: the file is damaged. Get a fresh copy.`
				: `The base64 of the block of line ${firstLine - 1} is damaged: characters are missing or its padding is wrong. Get a fresh copy.`,
		);
	}
	return Uint8Array.from(bytes);
}
