import type { ModuliFinding, ModuliReport } from "../moduli/report.js";
import { count } from "./progress-line.js";
import { HEADLINE } from "./report-text.js";
import type { Line } from "./terminal-text.js";

/** Such as "moduli, line 3: reject  format: sshd skips the line: …". */
export function findingLine(
	name: string,
	{ id, verdict, line, message }: ModuliFinding,
): Line {
	const place = line === null ? name : `${name}, line ${line}`;
	return {
		parts: [`${place}: `, { verdict, text: verdict }, ` ${id}: ${message}`],
		hang: 4,
	};
}

/** The groups by size, how they were tested, and the verdict. */
export function summaryLines(
	name: string,
	{ verdict, groups, lines, test, sizes }: ModuliReport,
): (string | Line)[] {
	const table = sizes
		.filter(({ used }) => used)
		.map(({ bits, groups, orderQ, startPoints, requests }) =>
			[
				`  ${String(bits).padStart(5)}`,
				String(groups).padStart(7),
				String(orderQ).padStart(12),
				String(startPoints).padStart(13),
				`  ${requests.join(", ")}`.trimEnd(),
			].join(""),
		);
	const tested =
		test.moduli === 0
			? []
			: [
					test.mode === "full"
						? `  ${count(test.moduli)} moduli passed or failed all checks, among them ${test.rounds} rounds of a quadratic Frobenius test; a composite passes with a chance below 2^${test.errorExponent}.`
						: `  ${count(test.moduli)} moduli were tested by ${test.rounds} rounds of Miller-Rabin; a composite passes with a chance of at most 2^${test.errorExponent}. --full does all checks.`,
				];
	return [
		...(table.length > 0
			? [
					"   bits groups  g of order q  start points  OpenSSH's client asks for",
				]
			: []),
		...table,
		...tested,
		{
			parts: [
				`${name}: `,
				{ verdict, text: HEADLINE[verdict] },
				`: ${count(groups)} ${groups === 1 ? "group" : "groups"} that sshd uses, in ${count(lines)} ${lines === 1 ? "line" : "lines"}`,
			],
			hang: 2,
		},
	];
}
