import { bitLength } from "../arithmetic/integers.js";

/**
 * OpenSSH's table of groups, moduli(5), read line by line as sshd reads it: parse_prime and choose_dh in dh.c, strdelim
 * in misc.c (OpenSSH 9.2), BN_hex2bn of OpenSSL 3. test/servers/moduli-lines.test.ts compares with a real sshd.
 */

/** A group that sshd takes from a line. */
export interface ModuliGroup {
	/** The line, counted from 1. */
	readonly line: number;
	/** When the modulus was last processed: YYYYMMDDHHMMSS in UTC, though sshd takes any word. */
	readonly time: string;
	/** What was done to it: 2 sieved, 4 Miller-Rabin, 8 Jacobi, 16 elliptic curve; never with 1, composite. */
	readonly tests: number;
	/** Rounds of the primality test, at least 1. */
	readonly tries: number;
	readonly p: bigint;
	readonly g: bigint;
	/** The bits of p. */
	readonly bits: number;
	/** What sshd overlooks and other programs may not, each a sentence. */
	readonly remarks: readonly string[];
}

/** A line of a table: a group, a line that sshd skips with an error, or one that it skips by design. */
export type ModuliLine =
	| {
			readonly kind: "group";
			/** The line as it is, with its end. */
			readonly raw: string;
			readonly group: ModuliGroup;
	  }
	| {
			readonly kind: "skipped";
			readonly raw: string;
			/** Why sshd skips it, as the end of the sentence "sshd skips line 3: …". */
			readonly fault: string;
	  }
	| { readonly kind: "comment" | "blank"; readonly raw: string };

/** The lines of a table, in Latin-1, one by one; each with its end, so that together they are the table again. */
export function* moduliLines(table: string): Generator<ModuliLine> {
	for (let at = 0, number = 1; at < table.length; number++) {
		const end = table.indexOf("\n", at) + 1 || table.length;
		yield moduliLine(table.slice(at, end), number);
		at = end;
	}
}

const SAFE_PRIME = 2;
const COMPOSITE = 1;
/** All flags of the field tests. */
const ALL_TESTS = 0x1f;
const MAX_TRIES = 2 ** 30;
const MAX_SIZE = 64 * 1024;

// Until 7.9, sshd read lines in pieces of so many characters, and took each for a line.
const OLD_LINE = 4095;

function moduliLine(raw: string, line: number): ModuliLine {
	// A string of C ends there.
	const [text = ""] = raw.split("\0", 1);
	const first = firstWord(text);
	if (first === "blank" && text !== raw) {
		return { kind: "skipped", raw, fault: "a NUL stands at its start" };
	}
	if (first === "comment" || first === "blank") return { kind: first, raw };
	const group =
		first === undefined
			? "it has a quote that is not closed"
			: groupOf(first, line);
	if (typeof group === "string") return { kind: "skipped", raw, fault: group };
	return {
		kind: "group",
		raw,
		group: { ...group, remarks: remarksOn(raw, text, first as Words) },
	};
}

/** The time, and what follows it. */
interface Words {
	readonly time: string;
	readonly rest: string | undefined;
}

/** Undefined for a quote that is not closed. */
function firstWord(text: string): Words | "comment" | "blank" | undefined {
	let words = delimited(text);
	if (words?.time === "" && words.rest !== undefined) {
		words = delimited(words.rest);
	}
	if (words === undefined) return undefined;
	if (words.time === "") return "blank";
	return words.time.startsWith("#") ? "comment" : words;
}

/** strdelim: a word ends at white space, an equals sign, or the second of two quotes. */
function delimited(text: string): Words | undefined {
	const at = text.search(/[ \t\r\n"=]/);
	if (at === -1) return { time: text, rest: undefined };
	if (text[at] === '"') {
		const end = text.indexOf('"', at + 1);
		if (end === -1) return undefined;
		return {
			time: text.slice(0, at) + text.slice(at + 1, end),
			rest: text.slice(end + 1).replace(/^[ \t\r\n]+/, ""),
		};
	}
	const after = text.slice(at + 1).replace(/^[ \t\r\n]+/, "");
	const skipsEquals = text[at] !== "=" && after.startsWith("=");
	return {
		time: text.slice(0, at),
		rest: skipsEquals ? after.slice(1).replace(/^[ \t\r\n]+/, "") : after,
	};
}

const FIELDS = [
	"type",
	"tests",
	"tries",
	"size",
	"generator",
	"modulus",
] as const;

/** The group, or why sshd does not take it. */
function groupOf(
	{ time, rest }: Words,
	line: number,
): Omit<ModuliGroup, "remarks"> | string {
	const fields = rest === undefined ? [] : rest.split(" ");
	const [type, tests, tries, size, generator, modulus] = fields as string[];
	// In the order in which sshd looks; it stops at the first fault, as this does.
	const missing = FIELDS.find((_, i) => !fields[i]?.trim());
	const before = (name: (typeof FIELDS)[number]) =>
		missing !== undefined && FIELDS.indexOf(missing) <= FIELDS.indexOf(name);
	if (before("type")) return absent("type", fields);
	const typeNumber = numberOf(type, 5);
	if (typeNumber !== SAFE_PRIME) {
		return typeNumber === 4
			? "its type is 4, a candidate that ssh-keygen -M screen has not tested; groups have type 2, safe prime"
			: `its type is ${shown(type)}, and groups have type 2, safe prime`;
	}
	if (before("tests")) return absent("tests", fields);
	const flags = numberOf(tests, ALL_TESTS);
	if (flags === undefined || (flags & COMPOSITE) !== 0 || flags < 2) {
		return testsFault(tests, flags);
	}
	if (before("tries")) return absent("tries", fields);
	const rounds = numberOf(tries, MAX_TRIES);
	if (rounds === undefined || rounds === 0) {
		return `its number of tries is ${shown(tries)}, and must be a whole number above 0`;
	}
	if (before("size")) return absent("size", fields);
	const sizeNumber = numberOf(size, MAX_SIZE);
	if (sizeNumber === undefined || sizeNumber === 0) {
		return `its size is ${shown(size)}, and must be a whole number from 1 to ${MAX_SIZE}`;
	}
	if (before("generator")) return absent("generator", fields);
	if (before("modulus")) return absent("modulus", fields);
	if (fields.length > FIELDS.length) {
		return `something follows the modulus after a blank; a line has seven fields, and nothing behind them`;
	}
	const g = hexadecimal(generator as string);
	if (g === undefined) {
		return `its generator ${shown(generator)} is not hexadecimal`;
	}
	const p = hexadecimal(modulus as string);
	if (p === undefined) return "its modulus is not hexadecimal";
	const bits = bitLength(p < 0n ? -p : p);
	if (bits !== sizeNumber + 1) {
		return `its size is ${sizeNumber}, which stands for ${sizeNumber + 1} bits, and its modulus has ${bits}; the size must be ${Math.max(bits - 1, 0)}`;
	}
	if (g <= 1n) return `its generator is ${g}, and must be above 1`;
	return { line, time, tests: flags, tries: rounds, p, g, bits };
}

function absent(
	field: (typeof FIELDS)[number],
	fields: readonly string[],
): string {
	const at = FIELDS.indexOf(field);
	return at < fields.length - 1
		? `two blanks or a blank too many stand where its ${field} should be; single blanks separate the fields`
		: `it ends before its ${field}; the fields are time, type, tests, tries, size, generator and modulus, with single blanks between them`;
}

function testsFault(tests: string | undefined, flags: number | undefined) {
	if (flags === undefined) {
		return `its tests are ${shown(tests)}, and must be a whole number up to ${ALL_TESTS}`;
	}
	return flags === 0
		? "its tests are 0, not tested; sshd wants a tested modulus, such as 6"
		: `its tests are ${flags}, which marks the modulus as composite`;
}

/** strtonum: a decimal number from 0 to `most`, perhaps behind white space and a sign. */
function numberOf(field: string | undefined, most: number): number | undefined {
	const [, sign, digits] =
		/^[ \t\n\v\f\r]*([+-]?)0*(\d{1,12})$/.exec(field ?? "") ?? [];
	const size = Number(digits);
	// NaN where it is not a number.
	if (!(size <= most) || (sign === "-" && size > 0)) return undefined;
	return size;
}

/** BN_hex2bn: as many hexadecimal digits as there are, perhaps behind a minus; the rest is ignored. */
function hexadecimal(field: string): bigint | undefined {
	const [, sign, digits] = /^(-?)([0-9a-f]+)/i.exec(field) ?? [];
	if (digits === undefined) return undefined;
	const n = BigInt(`0x${digits}`);
	return sign === "-" ? -n : n;
}

/** A field for a message. */
function shown(field: string | undefined): string {
	const text = field ?? "";
	return JSON.stringify(text.length > 20 ? `${text.slice(0, 20)}…` : text);
}

function remarksOn(
	raw: string,
	text: string,
	{ time, rest = "" }: Words,
): string[] {
	const remarks: string[] = [];
	if (text !== raw) {
		remarks.push("A NUL stands in the line, where sshd stops reading it.");
	}
	if (raw.length - 1 > OLD_LINE) {
		remarks.push(
			`The line has more than ${OLD_LINE} characters, and OpenSSH before 7.9 reads it in pieces.`,
		);
	}
	const written = `${time} ${rest.replace(/\r?\n$/, "")}`;
	if (text.replace(/\r?\n$/, "") !== written) {
		remarks.push(
			"Something else than one blank stands before the time or behind it.",
		);
	}
	if (!/^\d{14}$/.test(time)) {
		remarks.push(
			"The time is not YYYYMMDDHHMMSS; sshd takes any word, ssh-keygen and other programs do not.",
		);
	}
	if (!/^\d \d+ \d+ \d+ [0-9a-fA-F]+ [0-9a-fA-F]+\r?\n?$/.test(rest)) {
		remarks.push(
			"The fields hold signs, tabs or other characters that sshd overlooks.",
		);
	} else if (/ 0[0-9a-fA-F]*\r?\n?$/.test(rest)) {
		remarks.push("The modulus has leading zeros.");
	}
	return remarks;
}
