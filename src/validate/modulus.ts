import { bitLength, toBytes } from "../arithmetic/integers.js";
import { newGroup, type Policy } from "./policy.js";
import { type SmallPolynomial, smallPolynomial } from "./polynomial.js";
import type { Check } from "./report.js";
import { isOfRecord, type Subject } from "./subject.js";

/** Can p be a modulus at all? */
export function checkModulusForm(
	{ params: { p } }: Subject,
	policy: Policy,
): Check {
	const check = {
		id: "modulus-form",
		source: "SP 800-56A r3 section 5.5.1.1",
	} as const;
	const fault = modulusFault(p);
	if (fault === undefined) {
		return { ...check, verdict: "accept", message: "p is odd.", advice: null };
	}
	return {
		...check,
		verdict: "reject",
		message: `${fault}, so it cannot be the modulus of a group.`,
		advice: `The file is damaged or forged. ${newGroup(policy)}`,
	};
}

function modulusFault(p: bigint): string | undefined {
	if (p === 0n) return "p is zero";
	if (p === 1n) return "p is one";
	return p % 2n === 0n ? "p is even" : undefined;
}

// Patterns that repeat after up to so many bits are looked for.
const LONGEST_PATTERN = 64;

/**
 * Is p so regular that the special number field sieve applies? Such numbers fall at a far smaller size.
 * Regular is what divides a value of a polynomial with small coefficients (polynomial.ts), and what has few non-zero
 * signed digits (2^n − c, 2^a ± 2^b ± 1), by itself or after multiplication by 2^t − 1, which turns a pattern of t bits
 * that repeats into its two ends. A random p of n bits has n/3 of them, give or take √n/5: the bound of n/8 is never
 * reached by chance from 512 bits on.
 */
export function checkSpecialForm(subject: Subject, policy: Policy): Check {
	const source =
		"Fried, Gaudry, Heninger and Thomé, A kilobit hidden SNFS discrete logarithm computation, 2017";
	const { p } = subject.params;
	const form = isOfRecord(subject) ? undefined : specialForm(p);
	if (form === undefined) {
		return {
			id: "special-form",
			verdict: "accept",
			message: isOfRecord(subject)
				? "p is made from the digits of π or e by a published formula."
				: "p shows no special form; a hidden one cannot be seen, only ruled out by a seed or a standard group.",
			advice: null,
			source,
		};
	}
	return {
		id: "special-form",
		verdict: "reject",
		message: `p has a special form (${form}): the special number field sieve breaks it far faster than its size suggests.`,
		advice: `Such a number does not occur by chance. ${newGroup(policy)}`,
		source,
	};
}

function specialForm(p: bigint): string | undefined {
	const bits = bitLength(p);
	if (bits < 512) return undefined;
	const bound = bits / 8;
	if (signedDigits(p) < bound) {
		return "a sum or difference of few powers of two";
	}
	for (let length = 2n; length <= LONGEST_PATTERN; length++) {
		if (signedDigits(p * ((1n << length) - 1n)) < bound) {
			return `a pattern that repeats every ${length} bits`;
		}
	}
	const polynomial = smallPolynomial(p);
	return polynomial && described(polynomial);
}

/** The equation where it is short, for anyone to check; otherwise its degree, and how long the coefficients are. */
function described({ multiple, root, coefficients }: SmallPolynomial): string {
	const degree = coefficients.length - 1;
	const sizes = coefficients.map((c) => bitLength(c < 0n ? -c : c));
	const shown =
		Math.max(...sizes) <= 64
			? coefficients
					.map((c, i) => term(c, degree - i, i === 0))
					.filter((text) => text !== "")
					.join("")
			: `a polynomial of degree ${degree} in m, with coefficients of at most ${Math.max(...sizes)} bits`;
	return `${multiple === 1 ? "" : `${multiple}·`}p = ${shown}, with m = 0x${root.toString(16)}`;
}

function term(coefficient: bigint, power: number, isFirst: boolean): string {
	if (coefficient === 0n) return "";
	const size = coefficient < 0n ? -coefficient : coefficient;
	const sign = isFirst ? "" : coefficient < 0n ? " − " : " + ";
	const factor = power === 0 ? `${size}` : size === 1n ? "" : `${size}·`;
	return `${sign}${factor}${power === 0 ? "" : power === 1 ? "m" : `m^${power}`}`;
}

/** The weight of the non-adjacent form: n and 3n differ in as many bits (Reitwiesner 1960). */
function signedDigits(n: bigint): number {
	const bytes = toBytes(n ^ (3n * n));
	return bytes.reduce((weight, byte) => weight + (ONES[byte] ?? 0), 0);
}

/** How many ones each byte has. */
const ONES = Uint8Array.from(
	{ length: 256 },
	(_, byte) => byte.toString(2).replaceAll("0", "").length,
);
