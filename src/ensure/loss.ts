import { isDhLabel } from "../encoding/pem.js";
import { UnreadableParametersError } from "../errors.js";
import { describeLabel, identify } from "../reading/identify.js";
import { readOne } from "../reading/read.js";
import type { Reading } from "../reading/reading.js";

/** What would be gone if a file were replaced. */
export interface Loss {
	/** For a message: "a private key". */
	readonly what: string;
	/** It looks like a key, a certificate or data of value: not replaced in any case. */
	readonly isPrecious: boolean;
}

/** A boundary of a PEM block, of an SSH2 key ("---- BEGIN"), or one that has lost its dashes; in any case of letters. */
const BOUNDARY =
	/-[ \t]?(BEGIN|END)[ \t]{1,4}([^\r\n-]{0,64})|\b(BEGIN|END) ([A-Z0-9 ]{0,40}(?:KEY|CERTIFICATE|MESSAGE))\b/gi;

const DH_LABELS = ["DH PARAMETERS", "X9.42 DH PARAMETERS"];

/** Formats without such boundaries, each known by words that its specification or its program writes. */
const FORMATS: readonly (readonly [pattern: RegExp, what: string])[] = [
	[/PuTTY-User-Key-File/i, "a PuTTY key"],
	[/AGE-SECRET-KEY-|AGE-PLUGIN-/i, "an age key"],
	[/"kty"\s{0,9}:/, "a JSON Web Key"],
	[/\b(?:ssh|ecdsa-sha2|sk)-[a-z0-9@.-]{1,60} AAAA/, "an SSH key"],
	// WireGuard, tinc, BIND, GnuPG, `openssl pkey -text`.
	[
		/^[ \t]*[("]?(?:ED25519 |RSA |EC |DH |DSA )?(?:private|secret|preshared|static|ed25519private)[-_ ]?key[a-z0-9-]{0,20}"?[ \t]*[:=( ]/im,
		"a private key",
	],
	// certtool, and openssl x509 -text.
	[
		/^[ \t]*(?:Public|Private) Key (?:Info|Algorithm):/m,
		"a key or certificate",
	],
	// moduli(5), also where other lines of the file are damaged.
	[
		/^[ \t]*\d{8,14}[ \t]+\d{1,2}[ \t]+\d{1,3}[ \t]+\d{1,4}[ \t]+\d{3,6}[ \t]|^#[ \t]?Time Type Tests Tries/m,
		"OpenSSH's table of groups",
	],
];

/** As openssl prints above the parameters; what follows in pairs of digits with colons belongs to it. */
const TEXT_OF_DH = /\bDH[ -]Parameters:/i;

/** The shortest run of letters and digits that can be taken for a part of a key. */
const RUN = /[A-Za-z0-9+/=_-]{24,}/g;

/**
 * What would be lost if these bytes were replaced by fresh parameters; undefined for parameters of Diffie-Hellman, also
 * damaged ones, and for what is blank. Everything that is not plain text counts as precious, and so does text with long
 * runs of random-looking characters: a key that was cut or has lost its labels looks like that.
 */
export function lossOf(bytes: Uint8Array): Loss | undefined {
	const end = endOfContent(bytes);
	if (end === 0) return undefined;
	// The mark of UTF-8 at the start would hide the start of the first line.
	const text = Buffer.from(bytes.subarray(0, end))
		.toString("latin1")
		.replace(/^\xef\xbb\xbf/, "");
	const label = strangeLabel(text);
	if (label !== undefined) return precious(describeLabel(label));
	const format = FORMATS.find(([pattern]) => pattern.test(text));
	if (format !== undefined) return precious(format[1]);
	const readAs = formatOf(bytes);
	if (readAs === "DER") return undefined;
	if (!isText(bytes.subarray(0, end))) return lossOfBinary(bytes);
	if (hasKeyUnderDhLabel(text)) {
		return precious('a private key labelled "DH PARAMETERS"');
	}
	const outside = withoutDhBlocks(text);
	const hasBlock =
		outside.length < text.length || /^-----BEGIN (?:DH|X9)/.test(text);
	// Numbers, the text of openssl or JSON: what is random there is p.
	if (!hasBlock && readAs !== undefined) return undefined;
	if (looksRandom(outside)) {
		return precious(
			identify(bytes) ?? "a long random text, as keys and passwords are",
		);
	}
	if (hasBlock || TEXT_OF_DH.test(text)) return undefined;
	return {
		what: identify(bytes) ?? "text that is not recognised as DH parameters",
		isPrecious: false,
	};
}

function precious(what: string): Loss {
	return { what, isPrecious: true };
}

/** Without the zero bytes and blanks at the end, which a crash of the machine leaves. */
function endOfContent(bytes: Uint8Array): number {
	let end = bytes.length;
	while (end > 0 && isBlank(bytes[end - 1] as number)) end--;
	return end;
}

function isBlank(byte: number): boolean {
	return byte === 0 || byte === 0x20 || (byte >= 9 && byte <= 13);
}

/** The first label that is not of DH parameters. */
function strangeLabel(text: string): string | undefined {
	for (const found of text.matchAll(BOUNDARY)) {
		const label = printable(found[2] ?? found[4] ?? "");
		if (isDhLabel(label)) continue;
		// Cut within the label.
		const isLast = (found.index ?? 0) + found[0].length === text.length;
		const isCut = DH_LABELS.some((whole) => whole.startsWith(label));
		if (!(isLast && isCut)) return label;
	}
	return undefined;
}

function printable(label: string): string {
	return label
		.replace(/[^ -~]/g, "?")
		.trim()
		.toUpperCase();
}

/** What the bytes are read as, where they are read as parameters. */
function formatOf(bytes: Uint8Array): Reading["format"] | undefined {
	try {
		return readOne(bytes).format;
	} catch (error) {
		if (error instanceof UnreadableParametersError) return undefined;
		throw error;
	}
}

/** No control characters but those of lines and tabs; any encoding of letters beyond ASCII. */
function isText(bytes: Uint8Array): boolean {
	return bytes.every(
		(byte) => (byte >= 0x20 && byte !== 0x7f) || (byte >= 9 && byte <= 13),
	);
}

/**
 * The beginning of a SEQUENCE whose first INTEGER is long may have been DH parameters; a private key has a short one, its
 * version, there. Nothing else in binary can be told from a key.
 */
function lossOfBinary(bytes: Uint8Array): Loss {
	const sequence = headerAt(bytes, 0);
	const inner = sequence && headerAt(bytes, sequence.start);
	const isCut = sequence?.tag === 0x30 && sequence.end >= bytes.length;
	const hasLongInteger = inner?.tag === 0x02 && inner.end - inner.start >= 64;
	if (isCut && hasLongInteger) {
		return { what: "damaged DER", isPrecious: false };
	}
	return precious(identify(bytes) ?? "binary data");
}

/** Tag and length of DER: X.690, 8.1.3. */
function headerAt(
	bytes: Uint8Array,
	at: number,
): { tag: number; start: number; end: number } | undefined {
	const [tag, first] = [bytes[at], bytes[at + 1]];
	if (tag === undefined || first === undefined) return undefined;
	if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
	const count = first & 0x7f;
	if (count < 1 || count > 3) return undefined;
	const start = at + 2 + count;
	const length = bytes
		.subarray(at + 2, start)
		.reduce((value, byte) => value * 256 + byte, 0);
	return { tag, start, end: start + length };
}

/** A key whose label was changed: its first element is a version number, and not p. */
function hasKeyUnderDhLabel(text: string): boolean {
	return dhBodies(text).some((body) => {
		const der = Buffer.from(body, "base64");
		const sequence = headerAt(der, 0);
		const inner = sequence && headerAt(der, sequence.start);
		return inner !== undefined && inner.end - inner.start < 8;
	});
}

const DH_BLOCK =
	/-{1,5}BEGIN (?:X9\.42 )?DH PARAMETERS-{0,5}([^-]*)(?:-{1,5}END (?:X9\.42 )?DH PARAMETERS-{0,5})?/gi;

function dhBodies(text: string): string[] {
	return [...text.matchAll(DH_BLOCK)].map(([, body]) => body ?? "");
}

function withoutDhBlocks(text: string): string {
	return text.replaceAll(DH_BLOCK, "");
}

/** Does a text hold what can be a part of a key: base64, hexadecimal, a long number? */
function looksRandom(text: string): boolean {
	if (!TEXT_OF_DH.test(text) && /(?:[0-9a-f]{2}:){8}/i.test(text)) return true;
	return (text.match(RUN) ?? []).some(isRandomRun);
}

/**
 * Neighbours in a random run are of different kinds (upper case, lower case, digit) with a probability of 0.64 in base64
 * and about 0.45 in hexadecimal and base32; in words, names of files and options that is rare.
 */
function isRandomRun(run: string): boolean {
	if (/^[A-Za-z0-9+/]{43}=$/.test(run) || /^\d{40,}$/.test(run)) return true;
	const kinds = [...run].map(kindOf);
	const pairs = kinds.slice(1).map((kind, i) => [kinds[i], kind] as const);
	const changes = pairs.filter(
		([a, b]) => a !== b && a !== "other" && b !== "other",
	).length;
	const isMixedCase = kinds.includes("upper") && kinds.includes("lower");
	return changes / pairs.length > (isMixedCase ? 0.42 : 0.25);
}

function kindOf(letter: string): "upper" | "lower" | "digit" | "other" {
	if (letter >= "a" && letter <= "z") return "lower";
	if (letter >= "A" && letter <= "Z") return "upper";
	return letter >= "0" && letter <= "9" ? "digit" : "other";
}
