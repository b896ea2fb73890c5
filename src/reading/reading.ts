import type { DhValues } from "../encoding/der.js";
import { InvalidArgumentError, UnreadableParametersError } from "../errors.js";
import { DhParams } from "../params.js";

/** One set of parameters, and where it was found. */
export interface Reading {
	readonly params: DhParams;
	readonly format: "PEM" | "DER" | "text" | "JSON" | "moduli" | "number";
	/** The line in the input where the parameters begin, counted from 1; none for DER, JSON and a number. */
	readonly line?: number;
	/** What is odd about the input without making it unreadable, each a sentence. */
	readonly remarks: readonly string[];
}

/** The most sets of parameters that are read from one input; OpenSSH's table of groups in Debian 12 has 423. */
export const MAX_SETS = 1000;

/**
 * The sets, as they are.
 *
 * @throws {@link UnreadableParametersError} for more than {@link MAX_SETS}
 */
export function withinLimit<T>(sets: readonly T[]): readonly T[] {
	if (sets.length <= MAX_SETS) return sets;
	throw new UnreadableParametersError(
		`The input holds ${sets.length} sets of parameters, which are too many: at most ${MAX_SETS} are read. Divide the file.`,
	);
}

/** Decoded values as a reading. */
export function readingOf(
	format: Reading["format"],
	values: DhValues,
	line?: number,
): Reading {
	try {
		const params = new DhParams(values);
		return { params, format, remarks: [], ...(line && { line }) };
	} catch (error) {
		// Values that exclude each other, such as a q beside a private length in JSON.
		if (!(error instanceof InvalidArgumentError)) throw error;
		throw new UnreadableParametersError(error.message, { cause: error });
	}
}

export function notParameters(what: string): UnreadableParametersError {
	return new UnreadableParametersError(
		`The input holds ${what}, not DH parameters. Give another file, or make new parameters.`,
		{ reason: "no-parameters" },
	);
}
