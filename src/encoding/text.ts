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
const FIELDS: ReadonlyMap<string, string> = new Map([
	["p", "p"],
	["prime", "p"],
	["g", "g"],
	["generator", "g"],
	["q", "q"],
	["subgroup order", "q"],
	["j", "j"],
	["subgroup factor", "j"],
	["seed", "seed"],
	["pcounter", "counter"],
	["counter", "counter"],
	["recommended-private-length", "length"],
]);

const HEADER = /^ *(?:PKCS#3 |X9\.42 )?DH Parameters: \((\d{1,6}) bit\)$/;
// "2 (0x2)", "225 bits" or "64".
const INLINE = /^(\d{1,20})(?: bits| \(0x([0-9a-f]{1,16})\))?$/i;
const BYTES = /^ +(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?$/i;

/** Is the line the first of what `openssl dhparam -text` prints? */
export function isTextHeader(line: string): boolean {
	return HEADER.test(line);
}

/** Does the text hold what `openssl dhparam -text` prints? */
export function looksLikeText(text: string): boolean {
	return text.split("\n").some((line) => isTextHeader(line.trimEnd()));
}

/**
 * The values in what `openssl dhparam -text -noout` prints, of OpenSSL 1.0 to 3: from the header on, without blanks at
 * the ends of lines; nothing else may stand there. For a group of the standards OpenSSL 3 prints GROUP and its name in
 * place of the numbers, and a private length of its own choice; `groupNamed` knows the numbers.
 *
 * @throws {@link UnreadableParametersError} for a line of another kind, for a size that does not fit p, and for a name beside
 * which other numbers stand
 */
export function decodeText(
	lines: readonly string[],
	groupNamed: (name: string) => DhValues | undefined,
): DhValues {
	const bits = Number(HEADER.exec(lines[0] as string)?.[1]);
	const { fields, group } = fieldsOf(lines.slice(1));
	const values: SomeValues =
		group === undefined ? {} : namedValues(group, groupNamed);
	const printed = valuesOf(fields);
	for (const name of ["p", "g", "q"] as const) {
		const [named, beside] = [values[name], printed[name]];
		if (named === undefined || beside === undefined || named === beside) {
			continue;
		}
		throw new UnreadableParametersError(
			`The text names the group ${group}, and the ${name} beside the name is another. Get a fresh copy.`,
		);
	}
	// Beside a name, OpenSSL chooses the private length.
	const { p, g, ...others } = group === undefined ? printed : values;
	if (p === undefined || g === undefined) {
		throw new UnreadableParametersError(
			"The text has no prime or no generator: it is cut off. Get a fresh copy.",
		);
	}
	if (bitLength(p) !== bits) {
		throw new UnreadableParametersError(
			`The text claims ${bits} bits, and its prime has ${bitLength(p)}: it is cut off or edited. Get a fresh copy.`,
		);
	}
	return { p, g, ...others };
}

function namedValues(
	name: string,
	groupNamed: (name: string) => DhValues | undefined,
): DhValues {
	const group = groupNamed(name);
	if (group !== undefined) return group;
	throw new UnreadableParametersError(
		`The text names a group "${name}", which is not known here, in place of its numbers. Give the PEM or DER of the parameters.`,
	);
}

/** What is known of a group's values so far. */
type SomeValues = {
	readonly [Name in keyof DhValues]?: DhValues[Name] | undefined;
};

function valuesOf(fields: ReadonlyMap<string, string>): SomeValues {
	const integerOf = (name: string) => {
		const digits = fields.get(name);
		return digits === undefined ? undefined : number(digits);
	};
	const [p, g, q, j] = ["p", "g", "q", "j"].map(integerOf);
	const seed = fields.get("seed");
	const counter = integerOf("counter");
	const length = integerOf("length");
	return {
		p,
		g,
		q,
		j,
		validation:
			seed === undefined || counter === undefined
				? undefined
				: { seed: Uint8Array.from(Buffer.from(seed, "hex")), counter },
		privateLength: length === undefined ? undefined : Number(length),
	};
}

/** The fields of the text as hexadecimal digits, and the name of the group where there is one. */
function fieldsOf(lines: readonly string[]) {
	const fields = new Map<string, string>();
	let group: string | undefined;
	for (let at = 0; at < lines.length; at++) {
		const line = lines[at] as string;
		if (line === "") continue;
		const colon = line.indexOf(":");
		if (!line.startsWith(" ") || colon === -1) throw unexpected(line);
		const label = line.slice(0, colon).trim();
		const inline = line.slice(colon + 1).trim();
		if (label === "GROUP" && group === undefined && inline !== "") {
			group = inline.slice(0, 40);
			continue;
		}
		const name = FIELDS.get(label.toLowerCase());
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
	return { fields, group };
}

function number(digits: string): bigint {
	return BigInt(`0x${digits}`);
}

function unexpected(line: string): UnreadableParametersError {
	return new UnreadableParametersError(
		`The text of openssl dhparam -text has a line that does not belong there: "${line.trim().slice(0, 40)}".`,
	);
}
