import { styleText } from "node:util";
import {
	type Check,
	type CheckVerdict,
	type Report,
	worstFirst,
} from "../validate/report.js";

export interface ReportStyle {
	/** All messages, also of the checks that found nothing. */
	readonly verbose: boolean;
	readonly colour: boolean;
}

/** A verdict in a word. */
export const HEADLINE = {
	accept: "accepted",
	warn: "accepted with warnings",
	reject: "rejected",
} as const;

const COLOUR = {
	accept: "green",
	note: "cyan",
	warn: "yellow",
	reject: "red",
} as const;

/** A report for people: the verdict, what was found (worst first), and the names of the checks that found nothing. */
export function reportText(
	name: string,
	report: Report,
	{ verbose, colour }: ReportStyle,
): string {
	const paint = brush(colour);
	const { bits, group, verdict, checks, openssl } = report;
	const size =
		bits === null ? "" : `: ${bits} bits, ${group ?? "custom group"}`;
	const shown = worstFirst(checks).filter(
		(check) => verbose || check.verdict !== "accept",
	);
	const silent = checks.filter((check) => !shown.includes(check));
	return [
		`${name}: ${paint(verdict, HEADLINE[verdict])}${size}`,
		...shown.flatMap((check) => checkLines(check, paint)),
		...(silent.length > 0
			? [
					`  ${paint("accept", "accept")}  ${silent.map(({ id }) => id).join(", ")}`,
				]
			: []),
		...(openssl === undefined
			? []
			: [
					`  openssl dhparam -check: ${openssl.accepted ? "DH parameters appear to be ok." : openssl.errors.join(", ")}`,
				]),
		"",
	].join("\n");
}

/** Paints text in the colour of a verdict, or leaves it as it is. */
export type Paint = (verdict: CheckVerdict, text: string) => string;

export function brush(colour: boolean): Paint {
	return (verdict, text) => (colour ? styleText(COLOUR[verdict], text) : text);
}

/** What one check found: verdict, id and message, then what to do, then the source. */
export function checkLines(
	{
		id,
		verdict,
		message,
		advice,
		source,
	}: Omit<Check, "id"> & { readonly id: string },
	paint: Paint,
): string[] {
	const margin = " ".repeat(10);
	return [
		`  ${paint(verdict, verdict.padEnd(6))}  ${id}: ${message}`,
		...(advice === null ? [] : [`${margin}${advice}`]),
		...(verdict === "accept" ? [] : [`${margin}[${source}]`]),
	];
}
