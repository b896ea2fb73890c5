import {
	type Check,
	type CheckVerdict,
	type Report,
	worstFirst,
} from "../validate/report.js";
import { withCommands } from "./advice.js";
import type { Line } from "./terminal-text.js";

/** The column in which the messages of checks begin. */
const HANG = 10;

/** A verdict in a word. */
export const HEADLINE = {
	accept: "accepted",
	warn: "accepted with warnings",
	reject: "rejected",
} as const;

/** A report for people: the verdict, what was found (worst first), and the names of the checks that found nothing. */
export function reportLines(
	name: string,
	report: Report,
	/** All messages, also of the checks that found nothing. */
	{ verbose }: { readonly verbose: boolean },
): Line[] {
	const { bits, group, verdict, checks, openssl } = report;
	const size =
		bits === null ? "" : `: ${bits} bits, ${group ?? "custom group"}`;
	const shown = worstFirst(checks).filter(
		(check) => verbose || check.verdict !== "accept",
	);
	const silent = checks.filter((check) => !shown.includes(check));
	return [
		{
			parts: [`${name}: `, { verdict, text: HEADLINE[verdict] }, size],
			hang: 2,
		},
		...shown.flatMap(checkLines),
		...(silent.length > 0
			? [checkLine("accept", silent.map(({ id }) => id).join(", "))]
			: []),
		...(openssl === undefined
			? []
			: [
					{
						parts: [
							`  openssl dhparam -check: ${openssl.accepted ? "DH parameters appear to be ok." : openssl.errors.join(", ")}`,
						],
						hang: 4,
					},
				]),
	];
}

/** What one check found: verdict, id and message, then what to do, then the source. */
export function checkLines({
	id,
	verdict,
	message,
	advice,
	source,
}: Omit<Check, "id"> & { readonly id: string }): Line[] {
	const margin = " ".repeat(HANG);
	return [
		checkLine(verdict, `${id}: ${message}`),
		...(advice === null ? [] : [{ parts: [margin + withCommands(advice)] }]),
		...(verdict === "accept" ? [] : [{ parts: [`${margin}[${source}]`] }]),
	];
}

function checkLine(verdict: CheckVerdict, text: string): Line {
	const padding = " ".repeat("accept".length - verdict.length);
	return {
		parts: ["  ", { verdict, text: verdict }, `${padding}  ${text}`],
		hang: HANG,
	};
}
