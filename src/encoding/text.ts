import { bitLength, toBytes } from "../arithmetic/integers.js";
import { UnreadableParametersError } from "../errors.js";
import type { DhValues } from "./der.js";

/** What `openssl dhparam -text -noout` (and `openssl pkeyparam -text` for X9.42) prints for the same values. */
export function encodeText(values: DhValues): string {
	const { p, g, q, j, validation, privateLength } = values;
	return [
		`    DH Parameters: (${bitLength(p)} bit)`,
		...integer("P", p),
		...(q === undefined ? [] : integer("Q", q)),
		...integer("G", g),
		...(j === undefined ? [] : integer("J", j)),
		...(validation === undefined
			? []
			: [
					"    SEED:",
					...byteLines(validation.seed),
					`    pcounter: ${validation.counter}`,
				]),
		...(privateLength === undefined
			? []
			: [`    recommended-private-length: ${privateLength} bits`]),
		"",
	].join("\n");
}

/** OpenSSL prints what fits a 64-bit word in decimal and hexadecimal, the rest as bytes, 15 a line. */
function integer(name: string, value: bigint): string[] {
	if (value < 1n << 64n) {
		return [`    ${name}:    ${value} (0x${value.toString(16)})`];
	}
	// A leading zero byte where the top bit is set, as in DER.
	const bytes = toBytes(value, Math.floor(bitLength(value) / 8) + 1);
	return [`    ${name}:   `, ...byteLines(bytes)];
}

function byteLines(bytes: Uint8Array): string[] {
	const pairs = Buffer.from(bytes).toString("hex").match(/../g) ?? [];
	const lines: string[] = [];
	for (let at = 0; at < pairs.length; at += 15) {
		const more = at + 15 < pairs.length;
		lines.push(
			`        ${pairs.slice(at, at + 15).join(":")}${more ? ":" : ""}`,
		);
	}
	return lines;
}

// The names of OpenSSL 1.0 (prime), 1.1 and 3 (P), in lower case.
const FIELDS: Readonly<Record<string, string>> = {
	p: "p",
	prime: "p",
	g: "g",
	generator: "g",
	q: "q",
	"subgroup order": "q",
	j: "j",
	"subgroup factor": "j",
	seed: "seed",
	pcounter: "counter",
	counter: "counter",
	"recommended-private-length": "length",
};

const HEADER = /^ *(?:PKCS#3 |X9\.42 )?DH Parameters: \((\d{1,6}) bit\)$/m;
const FIELD = /^ +([A-Za-z -]+): *(.*)$/;
// "2 (0x2)", "225 bits" or "64".
const INLINE = /^(\d{1,20})(?: bits| \(0x([0-9a-f]{1,16})\))?$/i;
const BYTES = /^ +(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?$/i;

/** Does the text hold what `openssl dhparam -text` prints? */
export function looksLikeText(text: string): boolean {
	return HEADER.test(text);
}

/**
 * The values in what `openssl dhparam -text -noout` prints, of OpenSSL 1.0 to 3; nothing else may stand in the text
 * after its first line.
 *
 * @throws {UnreadableParametersError} for a line of another kind, and for a size that does not fit p
 */
export function decodeText(text: string): DhValues {
	const header = HEADER.exec(text);
	const start = (header?.index ?? 0) + (header?.[0].length ?? 0);
	const fields = fieldsOf(text.slice(start));
	const p = fields.get("p");
	const g = fields.get("g");
	if (p === undefined || g === undefined) {
		throw new UnreadableParametersError(
			"The text has no prime or no generator: it is cut off.",
		);
	}
	if (bitLength(number(p)) !== Number(header?.[1])) {
		throw new UnreadableParametersError(
			`The text claims ${header?.[1]} bits, and its prime has ${bitLength(number(p))}: it is cut off or edited.`,
		);
	}
	const q = fields.get("q");
	const j = fields.get("j");
	const seed = fields.get("seed");
	const counter = fields.get("counter");
	const length = fields.get("length");
	return {
		p: number(p),
		g: number(g),
		...(q === undefined ? {} : { q: number(q) }),
		...(j === undefined ? {} : { j: number(j) }),
		...(seed === undefined || counter === undefined
			? {}
			: {
					validation: {
						seed: Uint8Array.from(Buffer.from(seed, "hex")),
						counter: number(counter),
					},
				}),
		...(length === undefined ? {} : { privateLength: Number(number(length)) }),
	};
}

/** The fields of the text as hexadecimal digits. */
function fieldsOf(text: string): Map<string, string> {
	const lines = text.split("\n").map((line) => line.trimEnd());
	const fields = new Map<string, string>();
	for (let at = 0; at < lines.length; at++) {
		const line = lines[at] as string;
		if (line === "") continue;
		const [, label = "", inline = ""] = FIELD.exec(line) ?? [];
		const name = FIELDS[label.toLowerCase()];
		if (name === undefined || fields.has(name)) throw unexpected(line);
		let digits = "";
		if (inline === "") {
			for (; BYTES.test(lines[at + 1] ?? ""); at++) {
				digits += (lines[at + 1] as string).replace(/[ :]/g, "");
			}
		} else {
			const [, decimal, hex] = INLINE.exec(inline) ?? [];
			digits = decimal === undefined ? "" : BigInt(decimal).toString(16);
			if (hex !== undefined && number(hex) !== number(digits)) digits = "";
		}
		if (digits === "") throw unexpected(line);
		fields.set(name, digits);
	}
	return fields;
}

function number(digits: string): bigint {
	return BigInt(`0x${digits}`);
}

function unexpected(line: string): UnreadableParametersError {
	return new UnreadableParametersError(
		`The text of openssl dhparam -text has a line that does not belong there: "${line.trim().slice(0, 40)}".`,
	);
}
