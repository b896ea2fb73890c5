import { MODULI_MARK } from "../encoding/moduli.js";
import { commentJson } from "../encoding/seed.js";
import type { DhParams } from "../params.js";
import { rounds } from "../search/evidence.js";

/*
 * moduli(5): time, type, tests, tries, size, generator and modulus, with single blanks between them, since sshd splits a
 * line at each (dh.c, parse_prime).
 */

/** The same seed gives the same bytes, so the field cannot be the time of the search. sshd skips it. */
const TIME = "20000101000000";

/** Safe primes. */
const TYPE = 2;

/** 2, sieved, and 4, Miller-Rabin. */
const TESTS = 6;

/** The Miller-Rabin round to base 2, beside those with random bases. */
const FIXED_ROUNDS = 1;

/** Where the groups of a file come from. */
export interface ModuliOrigin {
	readonly seed: string;
	readonly generator: number;
}

/** The content of a moduli file: its origin in comments, which sshd skips, and a line for each group. */
export function encodeModuli(
	origin: ModuliOrigin,
	groups: readonly DhParams[],
): string {
	const { seed, generator } = origin;
	return [
		"# Diffie-Hellman groups for sshd, made by gen-dhparams from the seed in the next line.",
		"# Anyone can check them, or make the same file again: docs/moduli.md.",
		`${MODULI_MARK}${commentJson({ seed, generator })}`,
		...groups.map(({ bits, g, p }) => {
			const tries = rounds(bits, generator) + FIXED_ROUNDS;
			const [base, modulus] = [g, p].map((n) => n.toString(16).toUpperCase());
			return `${TIME} ${TYPE} ${TESTS} ${tries} ${bits - 1} ${base} ${modulus}`;
		}),
		"",
	].join("\n");
}
