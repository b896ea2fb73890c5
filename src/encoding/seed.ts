import { InvalidArgumentError } from "../errors.js";

/** Where parameters come from that were derived from a seed: docs/seeds.md. */
export interface SeedOrigin {
	/** The seed: 1 … 1024 bytes of UTF-8 that can be seen, with single plain spaces. */
	readonly seed: string;
	/** The number of the window in which p was found, counted from 0. */
	readonly window: number;
	/** The index of p among the window's candidates. */
	readonly candidate: number;
	/** The search made a certificate too, by a construction of its own (docs/proofs.md). */
	readonly provable?: true;
}

/** The names of the constructions, which go into them and stand in files. */
export const SEED_CONSTRUCTION = "gen-dhparams seed 1";
export const PROVABLE_CONSTRUCTION = "gen-dhparams provable seed 1";
/** Of the groups of a moduli file: docs/moduli.md. */
export const MODULI_CONSTRUCTION = "gen-dhparams moduli seed 1";

export type Construction =
	| typeof SEED_CONSTRUCTION
	| typeof PROVABLE_CONSTRUCTION
	| typeof MODULI_CONSTRUCTION;

const CONSTRUCTIONS: readonly unknown[] = [
	SEED_CONSTRUCTION,
	PROVABLE_CONSTRUCTION,
	MODULI_CONSTRUCTION,
];

/** Is it the name of a construction that this release knows? */
export function isConstruction(value: unknown): value is Construction {
	return CONSTRUCTIONS.includes(value);
}

const MAX_SEED_BYTES = 1024;

/**
 * What may not be in a seed, since two texts that look the same would be two seeds: control, format, private and
 * unassigned characters and lone surrogates; what a renderer leaves out (default-ignorable, such as the joiners and
 * fillers); and every space but the plain one (Unicode, UAX #44). The blank Braille pattern is a symbol that looks empty.
 */
const UNSEEN =
	/[\p{C}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Z}|^ | $| {2}/u;

/** Is it a seed that files can carry? */
export function isSeed(seed: unknown): seed is string {
	return (
		typeof seed === "string" &&
		seed !== "" &&
		Buffer.byteLength(seed) <= MAX_SEED_BYTES &&
		!UNSEEN.test(seed)
	);
}

/** @throws {@link InvalidArgumentError} for a text that cannot be a seed */
export function checkSeed(seed: string): void {
	if (isSeed(seed)) return;
	const unseen = typeof seed === "string" ? UNSEEN.exec(seed)?.[0] : undefined;
	throw new InvalidArgumentError(
		`A seed must be 1 to ${MAX_SEED_BYTES} bytes of text that can be seen, with single spaces between words, such as "mail.example.org 2026-11-24".${unseen === undefined ? "" : ` This one has ${naming(unseen)}.`}`,
	);
}

/** A seed as messages quote it; with other than ASCII characters also in escapes, since some letters look alike. */
export function quotedSeed(seed: string): string {
	const quoted = JSON.stringify(seed);
	const ascii = asciiJson(seed);
	return quoted === ascii ? quoted : `${quoted} (${ascii})`;
}

/** JSON in ASCII, with escapes for all else. */
export function asciiJson(value: unknown): string {
	return JSON.stringify(value).replace(
		/[^ -~]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

/** The same for a comment: a seed may hold "-----BEGIN", where GnuTLS would find a block of PEM. */
export function commentJson(value: unknown): string {
	return asciiJson(value).replace(/-(?=----)/g, "\\u002d");
}

function naming(character: string): string {
	if (character === " ") return "a space at its beginning or end";
	if (character === "  ") return "two spaces in a row";
	const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
	return `U+${code.padStart(4, "0")}, which cannot be seen`;
}
