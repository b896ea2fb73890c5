import { encodeModuliLine, MODULI_MARK } from "../encoding/moduli.js";
import { commentJson } from "../encoding/seed.js";
import type { DhParams } from "../params.js";
import { rounds } from "../search/evidence.js";

/** The same seed gives the same bytes, so the field cannot hold the time of the search. sshd skips it. */
const TIME = new Date("2000-01-01T00:00:00Z");

/** The Miller-Rabin round to base 2, beside those with random bases. */
const FIXED_ROUNDS = 1;

/** Where the groups of a table come from. */
export interface ModuliOrigin {
	readonly seed: string;
	/** 2 … 255 */
	readonly generator: number;
}

/** A table of groups that were derived from a seed: the origin in comments, which sshd skips, and a line for each group. */
export function seededTable(
	origin: ModuliOrigin,
	groups: readonly DhParams[],
): string {
	const { seed, generator } = origin;
	return [
		"# Diffie-Hellman groups for sshd, made by gen-dhparams from the seed below.\n",
		"# Anyone can check them, or make the same file again: docs/moduli.md.\n",
		`${MODULI_MARK}${commentJson({ seed, generator })}\n`,
		...groups.map((params) => {
			const tries = rounds(params.bits, generator) + FIXED_ROUNDS;
			return encodeModuliLine(params, { time: TIME, tries });
		}),
	].join("");
}
