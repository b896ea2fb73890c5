/** The version of the report's shape; docs/report.schema.json describes it. */
export const REPORT_VERSION = 1;

/** What one check says. A note is for information: it changes nothing. */
export type CheckVerdict = "accept" | "note" | "warn" | "reject";

/** The checks in the order in which they run: cheap ones first. docs/checks.md explains each. */
export const CHECK_IDS = [
	"encoding",
	"size-limit",
	"size",
	"modulus-form",
	"known-good",
	"known-weak",
	"shared",
	"origin",
	"seed",
	"special-form",
	"certificate",
	"p-prime",
	"safe-prime",
	"subgroup",
	"x942-seed",
	"small-factors",
	"generator",
	"private-length",
] as const;

export type CheckId = (typeof CHECK_IDS)[number];

/** The outcome of one check. */
export interface Check {
	readonly id: CheckId;
	readonly verdict: CheckVerdict;
	/** One sentence of what is so. */
	readonly message: string;
	/** One sentence of what to do; null where nothing needs to be done. */
	readonly advice: string | null;
	/** A standard, a paper or a CVE. */
	readonly source: string;
}

/** What a validation found. */
export interface Report {
	readonly version: typeof REPORT_VERSION;
	/** The worst verdict of all checks; notes count as accepted. */
	readonly verdict: "accept" | "warn" | "reject";
	/** The size of p in bits; null where no parameters could be read. */
	readonly bits: number | null;
	/** The name of the standard group that p is the modulus of, such as ffdhe2048. */
	readonly group: string | null;
	/** The name of the policy that the thresholds began with. */
	readonly policy: string;
	readonly checks: readonly Check[];
	/** What OpenSSL says of the same numbers; only where it was asked for. */
	readonly openssl?: OpensslVerdict;
}

/** The verdict of `openssl dhparam -check`. */
export interface OpensslVerdict {
	readonly accepted: boolean;
	/** Its error messages, such as "check p not prime". */
	readonly errors: readonly string[];
}

/** A size with its unit: 1 bit, 2 bits. */
export function inBits(count: number): string {
	return `${count} bit${count === 1 ? "" : "s"}`;
}

const SEVERITY: Readonly<Record<CheckVerdict, number>> = {
	accept: 0,
	note: 1,
	warn: 2,
	reject: 3,
};

export function reportOf(
	facts: Pick<Report, "bits" | "group" | "policy" | "openssl">,
	checks: readonly Check[],
): Report {
	const worst = checks.some(({ verdict }) => verdict === "reject")
		? "reject"
		: checks.some(({ verdict }) => verdict === "warn")
			? "warn"
			: "accept";
	return { version: REPORT_VERSION, verdict: worst, ...facts, checks };
}

/** The checks, worst first; equal ones stay in their order. */
export function worstFirst(checks: readonly Check[]): Check[] {
	return [...checks].sort((a, b) => SEVERITY[b.verdict] - SEVERITY[a.verdict]);
}
