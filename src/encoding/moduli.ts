import { bitLength } from "../arithmetic/integers.js";
import { UnreadableParametersError } from "../errors.js";
import type { DhValues } from "./der.js";
import { linesOf, refuseLongLine } from "./lines.js";

// moduli(5): timestamp, type, tests, trials, size (one below the bits of p), generator, modulus.
const LINE =
	/^(\d{8,14})[ \t]+(\d)[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\d{1,6})[ \t]+([0-9a-fA-F]{1,64})[ \t]+([0-9a-fA-F]+)$/;

const SAFE_PRIME = "2";

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
			// OpenSSH before 7.9 reads lines in pieces of 4,095 characters, and a comment would end there.
			refuseLongLine(raw, i + 1);
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

function firstEntry(text: string): string | undefined {
	return text
		.split("\n")
		.map((line) => line.trim())
		.find((line) => line !== "" && !line.startsWith("#"));
}
