import { bitLength } from "../arithmetic/integers.js";
import { UnreadableParametersError } from "../errors.js";
import type { DhValues } from "./der.js";
import { linesOf, refuseLongLine } from "./lines.js";
import { MODULI_CONSTRUCTION } from "./seed.js";

// moduli(5): timestamp, type, tests, trials, size (one below the bits of p), generator, modulus.
const LINE =
	/^(\d{8,14})[ \t]+(\d)[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\d{1,6})[ \t]+([0-9a-fA-F]{1,64})[ \t]+([0-9a-fA-F]+)$/;

const SAFE_PRIME = "2";

/** How the comment with the origin of a table begins that was made from a seed; JSON follows. */
export const MODULI_MARK = `# ${MODULI_CONSTRUCTION}: `;

// Until 7.9 OpenSSH read lines in pieces of so many characters, and the rest of a longer comment was a line.
const OLD_PIECE = 4095;

/** Is this text OpenSSH's table of groups, as in /etc/ssh/moduli? */
export function looksLikeModuli(text: string): boolean {
	return LINE.test(firstEntry(text) ?? "");
}

/**
 * The groups of OpenSSH's table, moduli(5), one for each line that is neither empty nor a comment.
 *
 * @throws {@link UnreadableParametersError} for a line that breaks the format, or that is not a safe-prime group
 */
export function decodeModuli(
	text: string,
): { line: number; values: DhValues }[] {
	const groups: { line: number; values: DhValues }[] = [];
	for (const [i, raw] of linesOf(text).entries()) {
		const entry = raw.trim();
		if (entry === "" || entry.startsWith("#")) {
			const isOrigin = entry.startsWith(MODULI_MARK);
			if (!isOrigin || raw.length >= OLD_PIECE) refuseLongLine(raw, i + 1);
			continue;
		}
		groups.push({ line: i + 1, values: decodeLine(entry, i + 1) });
	}
	return groups;
}

// What sshd reads in dh.c, parse_prime: any word for the time, five numbers, and a modulus that ends the line.
const NUMBERS_BEFORE_MODULUS = [
	/\d$/,
	/^\+?\d+$/,
	/^\+?\d+$/,
	/^\+?\d+$/,
	/^-?[0-9a-f]/i,
	/^-?[0-9a-f]{8}/i,
];

// A time of one character, and the eight digits that are looked for.
const SHORTEST_LINE = 20;

/**
 * The line of a text, counted from 1, that sshd would take for a group if it read the text as its table; undefined
 * where there is none. Wider than {@link looksLikeModuli}: sshd takes any word for the time, and stops at NUL.
 */
export function strayModuliLine(text: string): number | undefined {
	const at = text.split("\n").findIndex((line) => {
		if (line.length < SHORTEST_LINE) return false;
		const entry = (line.split("\0", 1)[0] as string).trim();
		if (entry.startsWith("#")) return false;
		// From the end, since a line may have many words.
		let end = entry.length;
		return NUMBERS_BEFORE_MODULUS.toReversed().every((pattern) => {
			const start = entry.lastIndexOf(" ", end - 1) + 1;
			const matches = end > 0 && pattern.test(entry.slice(start, end));
			end = start;
			while (end > 0 && entry[end - 1] === " ") end--;
			return matches;
		});
	});
	return at === -1 ? undefined : at + 1;
}

function decodeLine(entry: string, line: number): DhValues {
	const [, , type, , , size, generator, modulus] = LINE.exec(entry) ?? [];
	if (size === undefined) {
		throw new UnreadableParametersError(
			`Line ${line} is not a line of moduli(5): time, type, tests, trials, size, generator and modulus.`,
		);
	}
	if (type !== SAFE_PRIME) {
		throw new UnreadableParametersError(
			`Line ${line} has type ${type}; only type 2, safe primes, are groups (candidates still need ssh-keygen -M screen).`,
		);
	}
	const p = BigInt(`0x${modulus}`);
	if (bitLength(p) !== Number(size) + 1) {
		throw new UnreadableParametersError(
			`Line ${line} claims ${Number(size) + 1} bits, and its modulus has ${bitLength(p)}.`,
		);
	}
	return { p, g: BigInt(`0x${generator}`) };
}

/** What a line of moduli(5) claims of its modulus. */
export interface ModuliClaims {
	/** When the modulus was tested. */
	readonly time: Date;
	/** Rounds of Miller-Rabin that it passed, at least 1. */
	readonly tries: number;
}

/**
 * A line of moduli(5) with its end: time (UTC), type 2 (safe prime), tests 6 (2, sieved, and 4, Miller-Rabin), tries, size
 * (the bits of p less one), generator and modulus, both in hexadecimal, as ssh-keygen writes them.
 *
 * @param values p must have passed trial division, and it and its half so many rounds
 */
export function encodeModuliLine(
	{ p, g }: Pick<DhValues, "p" | "g">,
	{ time, tries }: ModuliClaims,
): string {
	const stamp = time.toISOString().replace(/\D/g, "").slice(0, 14);
	const [generator, modulus] = [g, p].map((n) => n.toString(16).toUpperCase());
	return `${stamp} 2 6 ${tries} ${bitLength(p) - 1} ${generator} ${modulus}\n`;
}

function firstEntry(text: string): string | undefined {
	return text
		.split("\n")
		.map((line) => line.trim())
		.find((line) => line !== "" && !line.startsWith("#"));
}
