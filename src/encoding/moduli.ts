import { bitLength } from "../arithmetic/integers.js";
import { UnreadableParametersError } from "../errors.js";
import type { DhValues } from "./der.js";

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
 * @throws {UnreadableParametersError} for a line that breaks the format, or that is no safe-prime group
 */
export function decodeModuli(
	text: string,
): { line: number; values: DhValues }[] {
	const groups: { line: number; values: DhValues }[] = [];
	for (const [i, raw] of text.split("\n").entries()) {
		const entry = raw.trim();
		if (entry === "" || entry.startsWith("#")) continue;
		groups.push({ line: i + 1, values: decodeLine(entry, i + 1) });
	}
	return groups;
}

function decodeLine(entry: string, line: number): DhValues {
	const [, , type, , , size, generator, modulus] = LINE.exec(entry) ?? [];
	if (size === undefined) {
		throw new UnreadableParametersError(
			`Line ${line} is no line of moduli(5): time, type, tests, trials, size, generator and modulus.`,
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
