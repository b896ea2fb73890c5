import { bitLength } from "../../arithmetic/integers.js";
import { ShippedTables } from "../../groups/openssh-tables.js";
import type { Finding } from "../findings.js";
import { quote } from "../plain-text.js";
import {
	type AnsweredRequest,
	answeredRequests,
	groupSourceOf,
	isFallback,
} from "./group-source.js";
import type { SshKeyExchange } from "./key-exchanges.js";
import type { SshSurvey } from "./survey.js";

/** All that the survey of an SSH server shows, what concerns its groups first. */
export function sshFindings(survey: SshSurvey): Finding[] {
	const answered = answeredRequests(survey.replies);
	return [
		...outOfRange(answered),
		...unanswered(survey, answered),
		...origin(answered),
		...shipped(answered),
		...sha1(survey.keyExchanges),
		...preference(survey.keyExchanges),
	];
}

/** Clients compare what they get with what they asked for. A group that is too large for one harms nobody else. */
function outOfRange(answered: readonly AnsweredRequest[]): Finding[] {
	const sized = answered.map((each) => ({
		...each.request,
		bits: bitLength(each.params.p),
	}));
	const small = sized.find(({ bits, min = 0 }) => bits < min);
	const large = sized.find(({ bits, max = Infinity }) => bits > max);
	return [small, large].flatMap((wrong) => {
		if (wrong === undefined) return [];
		const { client, min, max, bits } = wrong;
		const asked = min === max ? `${min} bits only` : `${min} to ${max} bits`;
		return [
			{
				id: "group-out-of-range",
				verdict: wrong === small ? "warn" : "note",
				message: `A client that takes ${asked} gets a group of ${bits} bits (asked as ${client}), and ends the connection: in OpenSSH's words, "DH GEX group out of range".`,
				advice:
					wrong === small
						? "Upgrade the SSH server, or add larger groups to its file."
						: "Nothing needs to be done: fewer than 2048 bits are not to be served. Such a client needs an upgrade.",
				source: "RFC 4419 section 3; RFC 8270",
			},
		];
	});
}

function unanswered(
	{ groupExchange, replies }: SshSurvey,
	answered: readonly AnsweredRequest[],
): Finding[] {
	if (groupExchange === undefined || answered.length > 0) return [];
	const [first] = replies;
	const why =
		first === undefined || "params" in first.reply
			? ""
			: "refusal" in first.reply
				? `: ${first.reply.refusal}`
				: `: ${first.reply.noAnswer}`;
	return [
		{
			id: "no-group",
			verdict: "warn",
			message: `The server offers ${quote(groupExchange.name)} and gives a group for none of the requests${why}.`,
			advice:
				"See the server's log. OpenSSH 10.0 and newer refuse where the moduli file holds no group of the sizes that a client takes.",
			source: "RFC 4419 section 3; release notes of OpenSSH 10.0",
		},
	];
}

function origin(answered: readonly AnsweredRequest[]): Finding[] {
	const source = groupSourceOf(answered);
	if (source === "fallback") {
		return [
			{
				id: "built-in-groups",
				verdict: "note",
				message:
					"The groups are the ones that OpenSSH has built in (14, 16 and 18 of RFC 3526): the server has no moduli file, cannot read it, or finds no group of a fitting size in it.",
				advice:
					"They are good groups, and nothing needs to be done; if you expected your own, see the server's log and its directive ModuliFile.",
				source: "dh_new_group_fallback in OpenSSH's dh.c; RFC 3526",
			},
		];
	}
	const fallen = answered.filter(isFallback);
	const [first] = fallen;
	if (source !== "file" || first === undefined) return [];
	const { min, max } = first.request;
	return [
		{
			id: "built-in-group",
			verdict: "note",
			message: `For some requests the server gives a group that OpenSSH has built in, such as for ${min ?? "any"} to ${max ?? "any"} bits: its file may hold no group of these sizes.`,
			advice:
				"Nothing needs to be done; OpenSSH 10.0 and newer refuse such clients instead. Add groups of 2048 bits if old clients need them.",
			source:
				"dh_new_group_fallback in OpenSSH's dh.c; release notes of OpenSSH 10.0",
		},
	];
}

/** Groups of the moduli files that came with OpenSSH. */
function shipped(answered: readonly AnsweredRequest[]): Finding[] {
	const tables = new ShippedTables();
	const primes = new Set(answered.map(({ params }) => params.p));
	const names = new Set([...primes].flatMap((p) => tables.find(p)?.name ?? []));
	const known = [...primes].filter((p) => tables.find(p) !== undefined);
	if (known.length === 0) return [];
	return [
		{
			id: "shipped-groups",
			verdict: "note",
			message: `${known.length} of the ${primes.size} groups came with the package: /etc/ssh/moduli of ${[...names].join(" and ")}; many servers share them.`,
			advice:
				"At 2048 bits and more nobody can make use of that today. Make a moduli file of your own where a policy asks for it.",
			source: "moduli files of Debian's packages of OpenSSH",
		},
	];
}

/** The finite-field exchanges that RFC 9142 says SHOULD NOT be used; group1 is rejected for its size besides. */
function sha1(offered: readonly SshKeyExchange[]): Finding[] {
	const names = offered
		.map(({ name }) => name)
		.filter((name) =>
			/^(?:diffie-hellman-group-exchange|diffie-hellman-group1|gss-gex|gss-group1)-sha1(?:-|$)/.test(
				name,
			),
		);
	if (names.length === 0) return [];
	return [
		{
			id: "sha1-exchange",
			verdict: "warn",
			message: `The server offers key exchanges with SHA-1 that should no longer be used: ${names.map(quote).join(", ")}.`,
			advice:
				"Take them out of KexAlgorithms; clients of the last ten years have others.",
			source: "RFC 9142 section 4",
		},
	];
}

/** Does anybody get a finite-field group at all? */
function preference(offered: readonly SshKeyExchange[]): Finding[] {
	const isFiniteField = ({ kind }: SshKeyExchange) =>
		kind === "group-exchange" || kind === "fixed-group";
	const isCurrent = ({ kind }: SshKeyExchange) =>
		kind === "elliptic-curve" || kind === "post-quantum";
	if (!offered.some(isFiniteField)) {
		return [
			{
				id: "no-finite-field",
				verdict: "note",
				message:
					"The server offers no finite-field Diffie-Hellman: a moduli file has no effect on it.",
				advice:
					"There is nothing to fix. sshd of OpenSSH 10.0 and newer offers none unless its KexAlgorithms say so.",
				source: "release notes of OpenSSH 10.0",
			},
		];
	}
	if (!offered.some(isCurrent)) {
		return [
			{
				id: "no-curve",
				verdict: "warn",
				message:
					"The server offers neither an elliptic curve nor a post-quantum key exchange: every client depends on these groups.",
				advice:
					"Enable curve25519-sha256; a server that does not know it needs an upgrade.",
				source: "RFC 9142 section 4",
			},
		];
	}
	return [
		{
			id: "seldom-used",
			verdict: "note",
			message:
				"Current clients choose a curve or a post-quantum key exchange, which the server offers too: only old ones get these groups.",
			advice:
				"Where no such client is left, take the diffie-hellman-* names out of KexAlgorithms, as OpenSSH 10.0 does by default.",
			source: "RFC 4253 section 7.1; release notes of OpenSSH 10.0",
		},
	];
}
