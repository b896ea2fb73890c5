import type { Reading } from "../reading/reading.js";
import { newGroup, type PolicyOptions, policyOf } from "./policy.js";
import { type Check, type Report, reportOf } from "./report.js";

const ENCODING_SOURCE =
	"PKCS #3 section 9; RFC 3279 section 2.3.3; RFC 7468; X.690";

/** What the input is, and what is odd about it. */
export function checkEncoding({ format, remarks }: Reading): Check {
	const odd = remarks.length > 0;
	return {
		id: "encoding",
		verdict: odd ? "note" : "accept",
		message: odd
			? remarks.join(" ")
			: `The parameters are well-formed ${format}.`,
		advice: odd
			? "A file of its own for the parameters, with nothing else in it, suits every program."
			: null,
		source: ENCODING_SOURCE,
	};
}

/** The report of an input that holds no parameters, or that cannot be read at all. */
export function unreadableReport(
	message: string,
	options: PolicyOptions = {},
): Report {
	const check: Check = {
		id: "encoding",
		verdict: "reject",
		message,
		advice: `Give a file with DH parameters. ${newGroup(policyOf(options))}`,
		source: ENCODING_SOURCE,
	};
	const { name: policy } = policyOf(options);
	return reportOf({ bits: null, group: null, policy }, [check]);
}
