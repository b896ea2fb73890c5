import { decodeDer } from "../encoding/der.js";
import { decodeJson, type JsonValues } from "../encoding/json.js";
import { linesOf, refuseLongLine } from "../encoding/lines.js";
import { decodeModuli, looksLikeModuli } from "../encoding/moduli.js";
import { misspelled, misspelledBegin } from "../encoding/pem.js";
import { decodeText, isTextHeader, looksLikeText } from "../encoding/text.js";
import { UnreadableParametersError } from "../errors.js";
import { MAX_INPUT_BYTES } from "../files/limit.js";
import { standardGroupOf } from "../groups/standard-der.js";
import { DhParams } from "../params.js";
import { identify } from "./identify.js";
import { groupNamed, readPem } from "./pem-file.js";
import {
	notParameters,
	type Reading,
	readingOf,
	withinLimit,
} from "./reading.js";
import { refuseModuliLine, refuseStraysInDer } from "./strays.js";

/**
 * What the input may be.
 *
 * @example
 * const report = await validate("0xffffffffffffffffadf8…", { generator: 2n });
 */
export interface ReadOptions {
	/** Take a bare hexadecimal or decimal number for p, with this generator. */
	readonly generator?: bigint | undefined;
}

/**
 * All parameters in the input: PEM or DER (PKCS #3, X9.42), what `openssl dhparam -text` prints, OpenSSH's moduli(5),
 * our JSON, or a bare number where `generator` is given. Private keys beside them are neither decoded nor quoted.
 * What OpenSSL, GnuTLS and sshd load from the input, as far as they load anything, is among them. Time and memory grow
 * in step with the length of the input.
 *
 * @throws {@link UnreadableParametersError} for anything else, with what it is instead; for input in which programs find
 * different parameters, with the place; for more than {@link MAX_SETS} sets
 */
export function readParameters(
	bytes: Uint8Array,
	options: ReadOptions = {},
): Reading[] {
	if (bytes.length > MAX_INPUT_BYTES) {
		throw new UnreadableParametersError(
			`${bytes.length} bytes are too many: nothing with DH parameters has more than ${MAX_INPUT_BYTES}.`,
		);
	}
	if (bytes.length === 0) {
		throw new UnreadableParametersError(
			"The input is empty. Give another file, or make new parameters.",
			{
				reason: "no-parameters",
			},
		);
	}
	if (bytes[0] === 0x30 && !isAsciiText(bytes)) return [readDer(bytes)];
	return readText(bytes, options);
}

/**
 * The one set of parameters in the input.
 *
 * @throws {@link UnreadableParametersError} as {@link readParameters} does, and for several sets: servers read the first,
 * people see the last
 */
export function readOne(bytes: Uint8Array, options: ReadOptions = {}): Reading {
	const [first, ...others] = readParameters(bytes, options);
	if (first?.format === "moduli" && others.length > 0) {
		throw new UnreadableParametersError(
			`The input is a table of ${others.length + 1} groups for sshd, which picks one of the best size at random for each connection. Check the table as one, or read one of them.`,
			{ reason: "several-sets" },
		);
	}
	if (first === undefined || others.length > 0) {
		throw new UnreadableParametersError(
			`The input holds ${others.length + 1} sets of parameters, and servers use the first. Keep one of them.`,
			{ reason: "several-sets" },
		);
	}
	return first;
}

function readDer(bytes: Uint8Array): Reading {
	try {
		const standard = standardGroupOf(bytes);
		if (standard !== undefined) {
			return { params: standard, format: "DER", remarks: [] };
		}
		const values = decodeDer(bytes, "unlabelled");
		refuseStraysInDer(bytes);
		return { params: new DhParams(values), format: "DER", remarks: [] };
	} catch (error) {
		const what = identify(bytes);
		if (what === undefined) throw error;
		throw notParameters(what);
	}
}

function readText(bytes: Uint8Array, options: ReadOptions): Reading[] {
	// Latin-1 keeps every byte; the formats themselves are ASCII.
	const raw = Buffer.from(bytes).toString("latin1");
	const hasBom = raw.startsWith("\xef\xbb\xbf");
	const text = hasBom ? raw.slice(3) : raw;
	const readings = readFormats(text, bytes, options);
	if (!hasBom) return readings;
	const remark =
		"The file begins with a byte order mark, which some servers do not skip.";
	return readings.map((reading) => ({
		...reading,
		remarks: [...reading.remarks, remark],
	}));
}

function readFormats(
	text: string,
	bytes: Uint8Array,
	{ generator }: ReadOptions,
): Reading[] {
	const trimmed = text.trim();
	// Our JSON holds the PEM too.
	if (/^(?:\{|\[\s*\{)/.test(trimmed)) {
		const json = Buffer.from(trimmed, "latin1").toString("utf8");
		const sets = withinLimit(decodeJson(json));
		refuseModuliLine(text);
		return sets.map(readJson);
	}
	if (text.includes("-----BEGIN ")) return readPem(text);
	if (looksLikeText(text)) return [readOpensslText(text)];
	if (looksLikeModuli(text)) {
		return withinLimit(decodeModuli(text)).map(({ line, values }) =>
			readingOf("moduli", values, line),
		);
	}
	const number = generator === undefined ? undefined : asNumber(trimmed);
	if (number !== undefined && generator !== undefined) {
		linesOf(text);
		return [readingOf("number", { p: number, g: generator })];
	}
	throw unrecognised(text, bytes);
}

function readJson({ values, name }: JsonValues): Reading {
	const group = name === undefined ? values : groupNamed(name);
	if (group?.p !== values.p || group.g !== values.g) {
		throw new UnreadableParametersError(
			`The JSON names the group "${name?.slice(0, 40)}", and its numbers are others.`,
		);
	}
	return readingOf("JSON", values);
}

function readOpensslText(text: string): Reading {
	const lines = linesOf(text);
	for (const [i, line] of lines.entries()) refuseLongLine(line, i + 1);
	refuseModuliLine(text);
	const header = lines.findIndex(isTextHeader);
	const values = decodeText(lines.slice(header), groupNamed);
	return readingOf("text", values, header + 1);
}

// 100,000 digits with colons and line ends between them.
const MAX_NUMBER_CHARACTERS = 300_000;

/** Decimal, or hexadecimal with 0x or in the colons of `openssl -text`; plain digits are decimal. */
function asNumber(text: string): bigint | undefined {
	if (text.length > MAX_NUMBER_CHARACTERS) return undefined;
	const digits = text.replace(/[\s:]+/g, "");
	// Decimal digits are slow to convert; nobody writes more than 32,768 bits of them.
	if (/^\d{1,9865}$/.test(digits) && !text.includes(":")) return BigInt(digits);
	const hex = /^(?:0x)?([0-9a-f]{1,100000})$/i.exec(digits)?.[1];
	return hex === undefined ? undefined : BigInt(`0x${hex}`);
}

function unrecognised(text: string, bytes: Uint8Array): Error {
	if (text.trim() === "") {
		return new UnreadableParametersError(
			"The input is blank. Give another file, or make new parameters.",
			{
				reason: "no-parameters",
			},
		);
	}
	const line = misspelledBegin(text);
	if (line !== undefined) return misspelled(line);
	const what = identify(bytes);
	if (what !== undefined) return notParameters(what);
	if (asNumber(text.trim()) !== undefined) {
		return new UnreadableParametersError(
			"The input is a bare number; give the generator that goes with it.",
			{ reason: "bare-number" },
		);
	}
	return new UnreadableParametersError(
		"The input is not recognised: neither PEM nor DER, nor the text of openssl dhparam -text, OpenSSH moduli, or JSON of gen-dhparams. Give another file, or make new parameters.",
		{ reason: "no-parameters" },
	);
}

/** "0" is 0x30 too, the tag of a SEQUENCE: a number, or hexadecimal. */
function isAsciiText(bytes: Uint8Array): boolean {
	return bytes.every(
		(byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13),
	);
}
