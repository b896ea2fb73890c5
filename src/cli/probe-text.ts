import { quote } from "../probe/plain-text.js";
import type { AgreedExchange, ProbeReport } from "../probe/probe.js";
import type { NoAnswer, Refusal } from "../probe/survey.js";
import { formatTarget } from "../probe/target.js";
import { checkLines, HEADLINE } from "./report-text.js";
import type { Line } from "./terminal-text.js";

/** A probe's report for people: what the server agreed to, what is wrong with it, what to do next. */
export function probeLines(report: ProbeReport): (string | Line)[] {
	const { groups, findings, greeting, dhe, modern, ffdhe } = report;
	const { anonymous, exportDhe, outdated } = report;
	const points = [
		...groups.flatMap(({ validation }) => validation.checks),
		...findings,
	].filter(({ verdict }) => verdict !== "accept");
	return [
		{
			parts: [
				`${heading(report)}: `,
				{ verdict: report.verdict, text: HEADLINE[report.verdict] },
			],
		},
		// The line that `openssl s_client` prints, and that guides ask for.
		...(groups.length === 0
			? ["Server Temp Key: not DH"]
			: groups.map(
					({ params, validation }) =>
						`Server Temp Key: DH, ${params.bits} bits (${validation.group ?? "custom group"})`,
				)),
		row("DHE", describe(dhe)),
		row("current clients", describe(modern)),
		...(outdated === undefined
			? []
			: [row("older clients", describe(outdated))]),
		...(ffdhe === undefined ? [] : [row("TLS 1.3 with DH", describe(ffdhe))]),
		row("export-grade DHE", describe(exportDhe)),
		row("no certificate", describe(anonymous)),
		...(greeting === undefined ? [] : [row("greeting", quote(greeting))]),
		...points.flatMap(checkLines),
		...nextSteps(report),
	];
}

function heading(report: ProbeReport): string {
	const { address, host, starttls } = report;
	const at = address === host ? "" : ` at ${address}`;
	const way = starttls === "none" ? "" : ` with STARTTLS (${starttls})`;
	return formatTarget(report) + at + way;
}

/** A fact with its name before it. */
export function row(name: string, value: string): Line {
	return { parts: [`  ${name.padEnd(18)}${value}`], hang: 20 };
}

function describe(reply: AgreedExchange | Refusal | NoAnswer): string {
	if ("refusal" in reply) return `no (${reply.refusal})`;
	if ("noAnswer" in reply) return `unknown (${reply.noAnswer})`;
	const { version, suite, temporaryKey = "RSA key transport" } = reply;
	return `${temporaryKey}, ${version}, ${suite}`;
}

/** The checks say how to make a group that is to be replaced; this says where to put it. */
function nextSteps({ groups, greeting = "" }: ProbeReport): string[] {
	const isWeak = groups.some(
		({ validation }) => validation.verdict === "reject",
	);
	return isWeak
		? [
				`Next: gen-dhparams config ${software(greeting)} --path dhparams.pem says where a new group goes.`,
			]
		: [];
}

/** The servers of `gen-dhparams config` that name themselves when they greet. */
const SOFTWARE =
	/sendmail|postfix|exim|dovecot|cyrus|courier|proftpd|vsftpd|mariadb|mysql/i;

function software(greeting: string): string {
	const name = SOFTWARE.exec(greeting)?.[0].toLowerCase();
	return name === "mariadb" ? "mysql" : (name ?? "SERVER");
}
