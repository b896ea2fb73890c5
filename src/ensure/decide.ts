import { withAsn1 } from "../encoding/asn1.js";
import { FileError } from "../errors.js";
import { readOpenFile } from "../files/read.js";
import type { OpenFile } from "../files/regular.js";
import { readOne } from "../reading/read.js";
import type { Report } from "../validate/report.js";
import { validate } from "../validate/validate.js";
import { lossOf } from "./loss.js";
import type { EnsureRequest } from "./options.js";
import type { Target } from "./target.js";

// In ms.
const DAY = 86_400_000;

/** Why a file is replaced. */
export type Fault =
	| "missing"
	| "rejected"
	| "provisional"
	| "too-small"
	| "too-old"
	| "forced";

/** What was found in the file, measured against the request. */
export interface Assessment {
	readonly reason: "good" | Fault;
	/** One sentence that says why. */
	readonly message: string;
	/** The size of p in bits; null where nothing can be read. */
	readonly bits: number | null;
	/** The standard group in the file. */
	readonly group: string | null;
	/** The validator accepts it: a server can work with it until there is something better. */
	readonly usable: boolean;
}

/** What is found where there is no file. */
export const MISSING: Assessment = {
	reason: "missing",
	message: "There was no such file.",
	usable: false,
	bits: null,
	group: null,
};

/**
 * Checks the file with the validator, and compares it with the request.
 *
 * @throws {@link FileError} for a file that cannot be read, and for one that must not be replaced though it is not good
 */
export async function decide(
	{ place, existing }: Target,
	request: EnsureRequest,
): Promise<Assessment> {
	if (existing === undefined) return MISSING;
	const { minBits, generation } = request;
	const { signal, threads, seed } = generation;
	const bytes = await readOpenFile(existing.handle, place.file, { signal });
	const report = await validate(bytes, { minBits, signal, threads, seed });
	const { bits, group } = report;
	const fault =
		faultOfGroup(report) ??
		(await withAsn1(() => faultOfFormat(bytes))) ??
		faultOfFile(report, existing, request);
	if (fault === undefined) {
		const what = group === null ? "" : ` (${group})`;
		const message = `The file holds good parameters of ${bits} bits${what}.`;
		return { reason: "good", message, usable: true, bits, group };
	}
	const loss = await withAsn1(() => lossOf(bytes));
	if (loss?.isPrecious) {
		throw new FileError(
			`${place.file} holds ${loss.what}, which would be lost if it were replaced, though its parameters are not good (${fault.message}). Give a file of its own for the parameters.`,
		);
	}
	if (loss !== undefined && !request.force) {
		throw new FileError(
			`${place.file} holds ${loss.what}, so it is left alone (${fault.message}). Look at it, then remove it, or set force to replace it.`,
		);
	}
	return { ...fault, bits, group };
}

type FaultFound = Pick<Assessment, "message" | "usable"> & {
	readonly reason: Fault;
};

/** What the validator says; that p is too small only where nothing else is wrong with it. */
function faultOfGroup({ checks }: Report): FaultFound | undefined {
	const rejected = checks.filter(({ verdict }) => verdict === "reject");
	const worst = rejected.find(({ id }) => id !== "size") ?? rejected[0];
	if (worst === undefined) return undefined;
	const reason = worst.id === "size" ? "too-small" : "rejected";
	return { reason, message: worst.message, usable: false };
}

function faultOfFormat(bytes: Uint8Array): FaultFound | undefined {
	const { format } = readOne(bytes);
	if (format === "PEM" || format === "DER") return undefined;
	const message = `The file holds the parameters as ${format}, which servers do not read.`;
	return { reason: "rejected", message, usable: false };
}

/** What is wrong with good parameters: not what was asked for. */
function faultOfFile(
	report: Report,
	{ modified }: OpenFile,
	{ bits, provisional, maxAge, force }: EnsureRequest,
): FaultFound | undefined {
	const because = (reason: Fault, message: string) => ({
		reason,
		message,
		usable: true,
	});
	if (provisional !== undefined && report.group === provisional.name) {
		return because(
			"provisional",
			`The file holds ${provisional.name}, which is provisional until there is a fresh group.`,
		);
	}
	if (report.bits !== null && report.bits < bits) {
		return because(
			"too-small",
			`The file holds ${report.bits} bits, fewer than ${bits}.`,
		);
	}
	const age = Date.now() - modified;
	if (age > maxAge) {
		return because(
			"too-old",
			`The file is ${days(age)} days old, more than ${days(maxAge)}.`,
		);
	}
	return force ? because("forced", "Replaced because of force.") : undefined;
}

function days(ms: number): string {
	return String(Math.floor((ms / DAY) * 10) / 10);
}
