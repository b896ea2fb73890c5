import { quote } from "../probe/plain-text.js";
import type { SshGroupRequest } from "../probe/ssh/group-exchange.js";
import type { SshGroupSource } from "../probe/ssh/group-source.js";
import type { SshKeyExchange } from "../probe/ssh/key-exchanges.js";
import type { SshProbeReport } from "../probe/ssh/probe-ssh.js";
import type { SshGroupReply } from "../probe/ssh/survey.js";
import { formatTarget } from "../probe/target.js";
import type { Check } from "../validate/report.js";
import { row } from "./probe-text.js";
import { checkLines, HEADLINE } from "./report-text.js";
import type { Line } from "./terminal-text.js";

/** The report on an SSH server for people: what it offers, the groups that clients get, what is wrong, what to do next. */
export function sshProbeLines(report: SshProbeReport): (string | Line)[] {
	const { greeting, groupExchange, keyExchanges, verdict } = report;
	const at = report.address === report.host ? "" : ` at ${report.address}`;
	return [
		{
			parts: [
				`${formatTarget(report)}${at} with SSH: `,
				{ verdict, text: HEADLINE[verdict] },
			],
		},
		row("greeting", quote(greeting)),
		...keyExchanges.map((each, i) =>
			row(i === 0 ? "key exchanges" : "", describe(each)),
		),
		...(groupExchange === undefined
			? [row("group exchange", "not offered")]
			: [
					row("group exchange", quoted(groupExchange.name)),
					...groupExchange.replies.map((each) => replyRow(each, report)),
					...(groupExchange.source === undefined
						? []
						: [row("groups from", SOURCES[groupExchange.source])]),
				]),
		...pointLines(report),
		...nextSteps(report),
	];
}

const KINDS = {
	"group-exchange": "finite field, a group of the server's choice",
	"fixed-group": "finite field",
	"elliptic-curve": "elliptic curve",
	"post-quantum": "post-quantum and elliptic curve",
	rsa: "RSA",
	unknown: "not known",
} as const;

function describe({ name, kind, group, bits }: SshKeyExchange): string {
	const fixed = group === undefined ? "" : `, ${group} of ${bits} bits`;
	return `${quoted(name)} (${KINDS[kind]}${fixed})`;
}

/** A name of the server's; the quotes are left out where nothing needed to change. */
function quoted(name: string): string {
	const text = quote(name);
	return text === `"${name}"` ? name : text;
}

const SOURCES: Readonly<Record<SshGroupSource, string>> = {
	fallback: "OpenSSH's built-in groups; no moduli file is in use",
	standard: "a file with standard groups, or the server software itself",
	file: "a file (moduli), or a set that came with the server software",
};

function replyRow(
	{ request, reply }: SshGroupReply,
	{ groups }: SshProbeReport,
): Line {
	const asked = `${sizes(request)} (${request.client})`;
	if ("refusal" in reply)
		return row("", `${asked}: refused (${reply.refusal})`);
	if ("noAnswer" in reply) {
		return row("", `${asked}: unknown (${reply.noAnswer})`);
	}
	const { p, bits } = reply.params;
	const group = groups.find(({ params }) => params.p === p);
	const name = group?.validation.group ?? "custom group";
	return row("", `${asked}: ${bits} bits (${name})`);
}

function sizes({ min, preferred, max }: SshGroupRequest): string {
	return min === undefined || max === undefined
		? `${preferred} bits`
		: `${preferred} of ${min} to ${max} bits`;
}

/** What the checks of all groups found, each finding once with the sizes of the groups that it is about. */
function pointLines({
	groups,
	groupExchange,
	findings,
}: SshProbeReport): Line[] {
	const given = groupExchange?.replies ?? [];
	const points = new Map<string, { check: Check; sizes: Set<number> }>();
	for (const { params, validation } of groups) {
		const isGiven = given.some(
			({ reply }) => "params" in reply && reply.params.p === params.p,
		);
		const remedy = isGiven
			? "Replace it in the moduli file: gen-dhparams config openssh"
			: "Take its key exchange out of KexAlgorithms: gen-dhparams config openssh --disable";
		for (const check of validation.checks) {
			if (check.verdict === "accept") continue;
			const advice = check.advice?.replace(NEW_PEM, remedy) ?? null;
			const key = JSON.stringify([check.id, check.message, advice]);
			const point = points.get(key) ?? {
				check: { ...check, advice },
				sizes: new Set(),
			};
			points.set(key, point);
			point.sizes.add(params.bits);
		}
	}
	return [
		...[...points.values()].flatMap(({ check, sizes }) =>
			checkLines({ ...check, message: `${listed(sizes)}: ${check.message}` }),
		),
		...findings.flatMap(checkLines),
	];
}

/** 2048, 3072 and 4096 bits. */
function listed(sizes: ReadonlySet<number>): string {
	const sorted = [...sizes].sort((a, b) => a - b).map(String);
	return `${new Intl.ListFormat("en").format(sorted).replace(", and ", " and ")} bits`;
}

/** What the checks advise for a PEM file, which no SSH server reads: newGroup of policy.ts. */
const NEW_PEM =
	/\b(?:Make a new group of \d+ bits|Use the standard group \w+)\./;

function nextSteps({ verdict, greeting }: SshProbeReport): string[] {
	const isOpenSsh = /OpenSSH/.test(greeting);
	return verdict === "reject" && isOpenSsh
		? [
				"Next: gen-dhparams config openssh says how new groups get there, and how these key exchanges are switched off.",
			]
		: [];
}
