import { UnreadableParametersError } from "../errors.js";
import { boundaryIn, linesOf, refuseLongLine } from "./lines.js";
import { isOriginLine } from "./origin.js";

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
	/** The lines outside the blocks that are not empty, between the block before this one and this one. */
	readonly linesBefore: readonly PemLine[];
	/** The decoded body, for the labels of DH parameters. */
	readonly der?: Uint8Array;
}

/** A line outside the blocks, and its number, counted from 1. */
export interface PemLine {
	readonly text: string;
	readonly number: number;
}

export interface PemFile {
	readonly blocks: readonly PemBlock[];
	/** The lines behind the last block. */
	readonly linesAfter: readonly PemLine[];
}

const BOUNDARY = /^-----(BEGIN|END) ([A-Za-z0-9][A-Za-z0-9 .#]*)-----$/;

/** Does this label stand over DH parameters? */
export function isDhLabel(label: string): label is PemLabel {
	return label === "DH PARAMETERS" || label === "X9.42 DH PARAMETERS";
}

/** GnuTLS compares the beginning of a label only, so DH PARAMETERS2 is one for it. */
function isNearlyDhLabel(label: string): boolean {
	return !isDhLabel(label) && /\bDH *PARAM/i.test(label);
}

/**
 * All blocks of a PEM text, where every program finds the same ones: BEGIN and END occur only as lines of their own,
 * and no other line is of a kind that programs split in different ways. Comments may stand outside the blocks; the
 * lines of base64 may have any length and blanks between their characters.
 *
 * @throws {@link UnreadableParametersError} for a BEGIN or END in another place, a block without its END, a damaged body of
 * DH parameters, and a line that programs read in different ways
 */
export function pemBlocks(text: string): PemFile {
	const lines = linesOf(text);
	const blocks: PemBlock[] = [];
	let outside: PemLine[] = [];
	for (let at = 0; at < lines.length; at++) {
		const line = lines[at] as string;
		if (line === "") continue;
		const boundary = boundaryOf(line, at + 1);
		if (boundary === undefined) {
			if (!isOriginLine(line)) refuseLongLine(line, at + 1);
			outside.push({ text: line, number: at + 1 });
			continue;
		}
		const { word, label } = boundary;
		if (word === "END") {
			throw new UnreadableParametersError(
				`Line ${at + 1} ends a block "${label}" that no BEGIN line has opened: the file has lost its beginning. Get a fresh copy.`,
			);
		}
		const end = endOf(lines, at, label);
		const body = isDhLabel(label)
			? { der: decodeBody(lines.slice(at + 1, end), at + 2) }
			: {};
		blocks.push({ label, line: at + 1, linesBefore: outside, ...body });
		outside = [];
		at = end;
	}
	return { blocks, linesAfter: outside };
}

function boundaryOf(line: string, number: number) {
	const column = boundaryIn(line);
	if (column === -1) return undefined;
	const [, word, label] = BOUNDARY.exec(line) ?? [];
	if (word === undefined || label === undefined) {
		throw new UnreadableParametersError(
			`Line ${number}, column ${column + 1} holds the beginning of a BEGIN or END line of PEM, which some programs read and others take for text. Such a line must be -----BEGIN LABEL----- alone, with five dashes on each side. Correct that line, or remove it.`,
		);
	}
	if (isNearlyDhLabel(label)) throw misspelled(number);
	return { word, label };
}

/** The error for a line that looks like a misspelled BEGIN line. */
export function misspelled(line: number): UnreadableParametersError {
	return new UnreadableParametersError(
		`Line ${line} looks like a misspelled BEGIN line; it must be -----BEGIN DH PARAMETERS----- in capitals, with five dashes on each side, and stand alone.`,
	);
}

/** The line, counted from 1, that somebody meant as BEGIN of DH parameters: with other dashes, or in lower case. */
export function misspelledBegin(text: string): number | undefined {
	const at = text.split("\n").findIndex((line) => {
		const start = line.slice(0, 100).toLowerCase();
		const begin = start.indexOf("begin");
		return (
			begin !== -1 &&
			start.includes("dh parameters", begin) &&
			/^[^a-z0-9]*-[^a-z0-9]*$/.test(start.slice(0, begin))
		);
	});
	return at === -1 ? undefined : at + 1;
}

function endOf(lines: readonly string[], begin: number, label: string) {
	for (let at = begin + 1; at < lines.length; at++) {
		const line = lines[at] as string;
		if (!line.startsWith("-")) {
			// It throws for one inside the line.
			boundaryOf(line, at + 1);
			continue;
		}
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
		// Pieces of a long line are read as one where nothing but base64 is in it.
		if (characters !== line) refuseLongLine(line, firstLine + i);
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
