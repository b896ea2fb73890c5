import { InvalidArgumentError } from "./errors.js";

/** Where parameters come from that were derived from a seed: docs/seeds.md. */
export interface SeedOrigin {
	/** The seed: 1 … 1024 bytes of UTF-8 without control characters. */
	readonly seed: string;
	/** The number of the window in which p was found, counted from 0. */
	readonly window: number;
	/** The index of p among the window's candidates. */
	readonly candidate: number;
}

/** The name of the construction, which goes into it and stands in files. */
export const SEED_CONSTRUCTION = "gen-dhparams seed 1";

const MAX_SEED_BYTES = 1024;

/** Is it a seed that files can carry? */
export function isSeed(seed: unknown): seed is string {
	return (
		typeof seed === "string" &&
		seed !== "" &&
		Buffer.byteLength(seed) <= MAX_SEED_BYTES &&
		!/[\p{Cc}\p{Cs}]/u.test(seed)
	);
}

/** @throws {InvalidArgumentError} for what is no seed */
export function checkSeed(seed: string): void {
	if (isSeed(seed)) return;
	throw new InvalidArgumentError(
		`A seed must be 1 to ${MAX_SEED_BYTES} bytes of text without control characters, such as "mail.example.org 2026-11-24".`,
	);
}
