/** The version of the report's shape; docs/moduli.schema.json describes it. */
export const MODULI_REPORT_VERSION = 1;

/** What a finding about a table is about; docs/moduli.md explains each. */
export type ModuliFindingId =
	| "format"
	| "spelling"
	| "size"
	| "duplicate"
	| "modulus"
	| "generator"
	| "order-of-sizes"
	| "origin"
	| "empty";

/** One thing that was found in a table. */
export interface ModuliFinding {
	readonly id: ModuliFindingId;
	/** A note is for information and changes nothing. */
	readonly verdict: "note" | "warn" | "reject";
	/** The first or only line that it is about, counted from 1; null where it is about the table. */
	readonly line: number | null;
	/** One sentence of what is so. */
	readonly message: string;
}

/** The groups of one size. */
export interface ModuliSize {
	/** The size of p in bits. */
	readonly bits: number;
	readonly groups: number;
	/** From how many random numbers the searches for them began; 0 for sizes that sshd never uses. */
	readonly startPoints: number;
	/** Those with a g of order (p − 1)/2, and those with one of order p − 1. */
	readonly orderQ: number;
	readonly order2q: number;
	/** What OpenSSH's client asks for when sshd picks this size, in bits. */
	readonly requests: readonly number[];
	/** Does sshd ever use the size? It takes 2048 to 8192 bits. */
	readonly used: boolean;
}

/** What was found in a table of OpenSSH's groups. */
export interface ModuliReport {
	readonly version: typeof MODULI_REPORT_VERSION;
	/** The worst verdict of all findings; notes count as accepted. */
	readonly verdict: "accept" | "warn" | "reject";
	/** How many lines the file has, and how many of them are groups that sshd uses. */
	readonly lines: number;
	readonly groups: number;
	/** How the moduli were tested. */
	readonly test: ModuliTest;
	readonly sizes: readonly ModuliSize[];
	readonly findings: readonly ModuliFinding[];
}

/** How the moduli of a table were tested. */
export interface ModuliTest {
	/** "fast": rounds of Miller-Rabin. "full": all checks that `validate` does. */
	readonly mode: "fast" | "full";
	/** How many different moduli were tested; groups of the standards are not. */
	readonly moduli: number;
	/** Rounds for each (p − 1)/2, with secret random numbers: of Miller-Rabin, or of a quadratic Frobenius test (full). */
	readonly rounds: number;
	/** A composite passes with a chance of at most 2 to this power, whoever made it. */
	readonly errorExponent: number;
}

/** The worst verdict. */
export function worstOf(
	findings: readonly ModuliFinding[],
): ModuliReport["verdict"] {
	const has = (wanted: ModuliFinding["verdict"]) =>
		findings.some(({ verdict }) => verdict === wanted);
	if (has("reject")) return "reject";
	return has("warn") ? "warn" : "accept";
}
