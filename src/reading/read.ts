import { type DhValues, decodeDer } from "../encoding/der.js";
import { decodeJson } from "../encoding/json.js";
import { decodeModuli, looksLikeModuli } from "../encoding/moduli.js";
import { originAbove } from "../encoding/origin.js";
import {
	isDhLabel,
	misspelledBegin,
	type PemBlock,
	pemBlocks,
} from "../encoding/pem.js";
import { decodeText, looksLikeText } from "../encoding/text.js";
import { InvalidArgumentError, UnreadableParametersError } from "../errors.js";
import { NAMED_GROUPS } from "../groups/groups.js";
import { DhParams } from "../params.js";
import { describeLabel, identify } from "./identify.js";
import { standardGroupOf } from "./standard-der.js";

/** The largest input that is read, in bytes; OpenSSH's table of groups takes about half of it. */
export const MAX_INPUT_BYTES = 1 << 20;

/** One set of parameters, and where it was found. */
export interface Reading {
	readonly params: DhParams;
	readonly format: "PEM" | "DER" | "text" | "JSON" | "moduli" | "number";
	/** The line in the input where the parameters begin, counted from 1; none for DER, JSON and a number. */
	readonly line?: number;
	/** What is odd about the input without making it unreadable, each a sentence. */
	readonly remarks: readonly string[];
}

export interface ReadOptions {
	/** Take a bare hexadecimal or decimal number for p, with this generator. */
	readonly generator?: bigint | undefined;
}

/**
 * All parameters in the input: PEM or DER (PKCS #3, X9.42), what `openssl dhparam -text` prints, OpenSSH's moduli(5),
 * our JSON, or a bare number where `generator` is given. Private keys beside them are neither decoded nor quoted.
 *
 * @throws {UnreadableParametersError} for anything else, with what it is instead
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
			"The input is empty. Make parameters with: gen-dhparams 2048 > dhparams.pem",
		);
	}
	if (bytes[0] === 0x30 && !isAsciiText(bytes)) return [readDer(bytes)];
	return readText(bytes, options);
}

/**
 * The one set of parameters in the input.
 *
 * @throws {UnreadableParametersError} as {@link readParameters} does, and for several sets: servers read the first,
 * people see the last
 */
export function readOne(bytes: Uint8Array, options: ReadOptions = {}): Reading {
	const [first, ...others] = readParameters(bytes, options);
	if (first?.format === "moduli" && others.length > 0) {
		throw new UnreadableParametersError(
			`The input is a table of ${others.length + 1} groups for sshd, which picks one of the best size at random for each connection. Check all of them with --all.`,
		);
	}
	if (first === undefined || others.length > 0) {
		throw new UnreadableParametersError(
			`The input holds ${others.length + 1} sets of parameters, and servers use the first. Keep one of them (--all checks each).`,
		);
	}
	return first;
}

function readDer(bytes: Uint8Array): Reading {
	try {
		return {
			params:
				standardGroupOf(bytes) ?? new DhParams(decodeDer(bytes, "unlabelled")),
			format: "DER",
			remarks: [],
		};
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
	if (text.includes("-----") && /^[^\n]*\r[^\n]+$/.test(text)) {
		throw new UnreadableParametersError(
			"The lines end with CR alone, which OpenSSL does not read either. Convert them: tr '\\r' '\\n' < OLD > NEW",
		);
	}
	// Our JSON holds the PEM too.
	if (trimmed.startsWith("{")) {
		const json = Buffer.from(trimmed, "latin1").toString("utf8");
		return [reading("JSON", decodeJson(json))];
	}
	if (text.includes("-----BEGIN ")) return readPem(text);
	if (looksLikeText(text)) return [reading("text", groupOrText(text), 1)];
	if (looksLikeModuli(text)) {
		return decodeModuli(text).map(({ line, values }) =>
			reading("moduli", values, line),
		);
	}
	const number = generator === undefined ? undefined : asNumber(trimmed);
	if (number !== undefined && generator !== undefined) {
		return [reading("number", { p: number, g: generator })];
	}
	throw unrecognised(text, bytes);
}

/** For a standard group OpenSSL 3 prints the name in place of the numbers. */
function groupOrText(text: string): DhValues {
	const name = /^ +GROUP: (\w{1,20})$/m.exec(text)?.[1];
	const known = name?.toLowerCase();
	const group = NAMED_GROUPS.find(({ name }) => name === known);
	return group?.params ?? decodeText(text);
}

function readPem(text: string): Reading[] {
	const blocks = pemBlocks(text);
	const readings = blocks.flatMap((block) =>
		isDhLabel(block.label) && block.der !== undefined
			? [readBlock(block, block.der, blocks)]
			: [],
	);
	if (readings.length > 0) return readings;
	const line = misspelledBegin(text);
	if (line !== undefined) throw misspelled(line);
	const [first] = blocks;
	throw first === undefined
		? new UnreadableParametersError(
				"No line is a proper BEGIN line: -----BEGIN DH PARAMETERS----- must stand alone at the start of a line.",
			)
		: notParameters(
				blocks.length === 1
					? describeLabel(first.label)
					: `${blocks.length} PEM blocks (the first is ${describeLabel(first.label)})`,
			);
}

function readBlock(
	block: PemBlock,
	der: Uint8Array,
	blocks: readonly PemBlock[],
): Reading {
	const kind = block.label === "DH PARAMETERS" ? "PKCS #3" : "X9.42";
	const standard = kind === "PKCS #3" ? standardGroupOf(der) : undefined;
	const decoded = standard ?? decodeDer(der, kind);
	const origin = originAbove(block.textBefore);
	const values = origin === undefined ? decoded : { ...decoded, origin };
	const remarks: string[] = [];
	const strangers = blocks.filter(({ label }) => !isDhLabel(label));
	if (blocks.indexOf(block) > 0 && strangers.length > 0) {
		remarks.push(
			`The parameters stand behind ${describeLabel((strangers[0] as PemBlock).label)}: \`openssl dhparam -in\` does not find them there, servers that take such bundles do.`,
		);
	}
	if (contradicts(block.textBefore, values)) {
		remarks.push(
			"The text above the block shows other numbers than the block holds; the block is what counts.",
		);
	}
	return { ...reading("PEM", values, block.line), remarks };
}

/** Text that was left standing above a block when the block was replaced. */
function contradicts(text: string, values: DhValues): boolean {
	if (!looksLikeText(text)) return false;
	try {
		const { p, g } = decodeText(text);
		return p !== values.p || g !== values.g;
	} catch {
		return false;
	}
}

function reading(
	format: Reading["format"],
	values: DhValues,
	line?: number,
): Reading {
	try {
		const params = new DhParams(values);
		return { params, format, remarks: [], ...(line && { line }) };
	} catch (error) {
		// Values that exclude each other, such as a q beside a private length in JSON.
		if (!(error instanceof InvalidArgumentError)) throw error;
		throw new UnreadableParametersError(error.message, { cause: error });
	}
}

/** Decimal, or hexadecimal with 0x or in the colons of `openssl -text`; plain digits are decimal. */
function asNumber(text: string): bigint | undefined {
	const digits = text.replace(/[\s:]+/g, "");
	// Decimal digits are slow to convert; nobody writes more than 32,768 bits of them.
	if (/^\d{1,9865}$/.test(digits) && !text.includes(":")) return BigInt(digits);
	const hex = /^(?:0x)?([0-9a-f]{1,100000})$/i.exec(digits)?.[1];
	return hex === undefined ? undefined : BigInt(`0x${hex}`);
}

function unrecognised(text: string, bytes: Uint8Array): Error {
	if (text.trim() === "") {
		return new UnreadableParametersError(
			"The input is blank. Make parameters with: gen-dhparams 2048 > dhparams.pem",
		);
	}
	const line = misspelledBegin(text);
	if (line !== undefined) return misspelled(line);
	const what = identify(bytes);
	if (what !== undefined) return notParameters(what);
	if (asNumber(text.trim()) !== undefined) {
		return new UnreadableParametersError(
			"The input is a bare number; --generator N says which generator goes with it.",
		);
	}
	return new UnreadableParametersError(
		"The input is not recognised: neither PEM nor DER, nor the text of openssl dhparam -text, OpenSSH moduli, or JSON of gen-dhparams. Make parameters with: gen-dhparams 2048 > dhparams.pem",
	);
}

function misspelled(line: number): UnreadableParametersError {
	return new UnreadableParametersError(
		`Line ${line} is nearly the first line of a block; it must be -----BEGIN DH PARAMETERS----- in capitals, with five dashes on each side, and stand alone.`,
	);
}

function notParameters(what: string): UnreadableParametersError {
	return new UnreadableParametersError(
		`The input holds ${what}, not DH parameters. Give another file, or make one with: gen-dhparams 2048 > dhparams.pem`,
	);
}

/** "0" is 0x30 too, the tag of a SEQUENCE: a number, or hexadecimal. */
function isAsciiText(bytes: Uint8Array): boolean {
	return bytes.every(
		(byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13),
	);
}
