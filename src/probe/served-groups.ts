import type { DhParams } from "../params.js";
import type { Report } from "../validate/report.js";
import { type ValidateOptions, validate } from "../validate/validate.js";
import type { Finding } from "./findings.js";

/** A group that the server chose, with its report. */
export interface ServedGroup {
	readonly params: DhParams;
	readonly validation: Report;
}

/** Each group once, in the order in which they came, with its report. */
export async function validateGroups(
	groups: readonly DhParams[],
	options: ValidateOptions,
): Promise<ServedGroup[]> {
	const served: ServedGroup[] = [];
	for (const params of groups) {
		const seen = served.some(
			({ params: { p, g } }) => p === params.p && g === params.g,
		);
		if (seen) continue;
		served.push({ params, validation: await validate(params, options) });
	}
	return served;
}

/** The worst of the groups' verdicts and the findings; `accept` where there are only notes. */
export function worstVerdict(
	groups: readonly ServedGroup[],
	findings: readonly Finding[],
): "accept" | "warn" | "reject" {
	const verdicts = [
		...groups.map(({ validation }) => validation.verdict),
		...findings.map(({ verdict }) => verdict),
	];
	if (verdicts.includes("reject")) return "reject";
	return verdicts.includes("warn") ? "warn" : "accept";
}
