import { bitLength, toBytes } from "../arithmetic/integers.js";
import { UnreadableParametersError } from "../errors.js";
import type { DhValues } from "./der.js";

/** What `openssl dhparam -text -noout` (and `openssl pkeyparam -text` for X9.42) prints for the same values. */
export function encodeText({ p, g, q, privateLength }: DhValues): string {
	return [
		`    DH Parameters: (${bitLength(p)} bit)`,
		...integer("P", p),
		...(q === undefined ? [] : integer("Q", q)),
		...integer("G", g),
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
	const pairs = Buffer.from(bytes).toString("hex").match(/../g) ?? [];
	const lines: string[] = [];
	for (let at = 0; at < pairs.length; at += 15) {
		const more = at + 15 < pairs.length;
		lines.push(
			`        ${pairs.slice(at, at + 15).join(":")}${more ? ":" : ""}`,
		);
	}
	return [`    ${name}:   `, ...lines];
}

// The names of OpenSSL 1.0 (prime, generator), 1.1 and 3 (P, Q, G), in lower case.
const FIELD: Readonly<Record<string, "p" | "g" | "q" | "j">> = {
	p: "p",
	prime: "p",
	g: "g",
	generator: "g",
	q: "q",
	"subgroup order": "q",
	j: "j",
	"subgroup factor": "j",
};

const HEADER = /^ *(?:PKCS#3 |X9\.42 )?DH Parameters: \((\d{1,6}) bit\)$/m;
const NUMBER = /^ +([A-Za-z ]+): *(?:(\d+) \(0x([0-9a-f]+)\))?$/i;
const BYTES = /^ +(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?$/i;
const PRIVATE_LENGTH = /^ +recommended-private-length: (\d{1,9}) bits$/;

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
	const lines = text
		.slice((header?.index ?? 0) + (header?.[0].length ?? 0))
		.split("\n")
		.map((line) => line.trimEnd());
	const numbers = new Map<string, bigint>();
	let privateLength: number | undefined;
	for (let at = 0; at < lines.length; at++) {
		const line = lines[at] as string;
		if (line === "") continue;
		const length = PRIVATE_LENGTH.exec(line);
		if (length !== null) {
			privateLength = Number(length[1]);
			continue;
		}
		const [, name = "", decimal, hex] = NUMBER.exec(line) ?? [];
		const field = FIELD[name.toLowerCase()];
		if (field === undefined || numbers.has(field)) throw unexpected(line);
		if (decimal !== undefined) {
			if (BigInt(decimal) !== BigInt(`0x${hex}`)) throw unexpected(line);
			numbers.set(field, BigInt(decimal));
			continue;
		}
		let bytes = "";
		while (BYTES.test(lines[at + 1] ?? "")) {
			bytes += (lines[at + 1] as string).replace(/[ :]/g, "");
			at++;
		}
		if (bytes === "") throw unexpected(line);
		numbers.set(field, BigInt(`0x${bytes}`));
	}
	return complete(numbers, privateLength, Number(header?.[1]));
}

function complete(
	numbers: ReadonlyMap<string, bigint>,
	privateLength: number | undefined,
	bits: number,
): DhValues {
	const [p, g, q, j] = ["p", "g", "q", "j"].map((name) => numbers.get(name));
	if (p === undefined || g === undefined) {
		throw new UnreadableParametersError(
			"The text has no prime or no generator: it is cut off.",
		);
	}
	if (bitLength(p) !== bits) {
		throw new UnreadableParametersError(
			`The text claims ${bits} bits, and its prime has ${bitLength(p)}: it is cut off or edited.`,
		);
	}
	return {
		p,
		g,
		...(q === undefined ? {} : { q }),
		...(j === undefined ? {} : { j }),
		...(privateLength === undefined ? {} : { privateLength }),
	};
}

function unexpected(line: string): UnreadableParametersError {
	return new UnreadableParametersError(
		`The text of openssl dhparam -text has a line that does not belong there: "${line.trim().slice(0, 40)}".`,
	);
}
