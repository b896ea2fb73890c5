import type { Agreement } from "./handshake.js";
import type { ServerDh } from "./server-key-exchange.js";
import type { Survey } from "./survey.js";
import { isAgreement } from "./survey.js";
import type { Starttls } from "./target.js";

/** What a probe noticed about the service, beside the checks of its group. */
export interface Finding {
	readonly id: string;
	readonly verdict: "note" | "warn" | "reject";
	/** One sentence of what is so. */
	readonly message: string;
	/** One sentence of what to do. */
	readonly advice: string;
	/** A standard, a paper or a CVE. */
	readonly source: string;
}

/** All that the survey shows, what concerns DH first. */
export function findings(
	survey: Survey,
	{ starttls, hasOwnGroup }: ServiceFacts,
): Finding[] {
	return [
		...exportGrade(survey),
		...anonymous(survey, starttls),
		...publicValues(survey),
		...groupChanges(survey),
		...currentClients(survey),
		...dheInTls12(survey),
		...(hasOwnGroup ? [GROUP_COST] : []),
	];
}

/** What else the findings depend on. */
export interface ServiceFacts {
	readonly starttls: Starttls;
	/** A group was served that is not one of the standards. */
	readonly hasOwnGroup: boolean;
}

const DEPRECATED: Finding = {
	id: "dhe-deprecated",
	verdict: "note",
	message:
		"DHE in TLS 1.2 is deprecated: it serves clients that have neither ECDHE nor TLS 1.3.",
	advice:
		"Where no such client is left, take the DHE suites out of the cipher list; then no parameters are needed.",
	source: "RFC 10015",
};

const NO_DHE: Finding = {
	id: "no-dhe",
	verdict: "note",
	message:
		"DHE is not on offer in TLS 1.0 to 1.2: a file with DH parameters has no effect on this service.",
	advice:
		"Nothing needs to be done for DH; if you expected your group here, the service has not read it or its cipher list leaves DHE out.",
	source: "RFC 5246 section 7.4.3",
};

/** OpenSSL 3.0, 2048 bits, one core: 2.91 ms with a group of one's own, 0.42 ms with ffdhe2048. */
const GROUP_COST: Finding = {
	id: "group-cost",
	verdict: "note",
	message:
		"This group is not a standard one: OpenSSL then uses exponents as long as p, and a handshake costs the server some 7 times as much as with ffdhe2048, which makes denial of service cheaper.",
	advice:
		"If many clients use DHE, a standard group, such as ffdhe2048, costs less; limit the rate of handshakes otherwise.",
	source: "CVE-2022-40735 (D(HE)at)",
};

/** Every DH key that the server showed in TLS 1.0 to 1.2, export-grade ones apart. */
export function servedKeys(survey: Survey): ServerDh[] {
	const { dhe, dheAgain, modern, outdated } = survey;
	return [dhe, dheAgain, modern, outdated].flatMap((reply) =>
		isAgreement(reply) && reply.dh !== undefined ? [reply.dh] : [],
	);
}

function exportGrade({ exportDhe }: Survey): Finding[] {
	if (!isAgreement(exportDhe)) return [];
	return [
		{
			id: "export-dhe",
			verdict: "reject",
			message: `The server agrees to export-grade DHE (${exportDhe.suite}, ${exportDhe.dh?.params.bits} bits): a man in the middle can downgrade clients to it and break the connection.`,
			advice:
				"Remove export cipher suites (!EXPORT in an OpenSSL cipher list) or, better, upgrade the TLS library: OpenSSL 1.1.0 and newer have none.",
			source: "CVE-2015-4000 (Logjam)",
		},
	];
}

/** Mail servers take unauthenticated TLS from each other, since the alternative is none: RFC 7435. */
function anonymous(survey: Survey, starttls: Starttls): Finding[] {
	const { anonymous } = survey;
	if (!isAgreement(anonymous)) return [];
	const isMail = starttls === "smtp" || starttls === "lmtp";
	const group =
		anonymous.dh === undefined
			? ""
			: `, DH of ${anonymous.dh.params.bits} bits`;
	return [
		{
			id: "anonymous",
			verdict: isMail ? "warn" : "reject",
			message: `The server agrees to a key exchange without a certificate (${anonymous.suite}${group}): a man in the middle can take its place for any client that offers such suites.`,
			advice:
				"Take them out of the cipher list (!aNULL in an OpenSSL list; smtpd_tls_exclude_ciphers = aNULL in Postfix).",
			source: "RFC 5246 section F.1.1.1; RFC 9325 section 4.1",
		},
	];
}

function publicValues(survey: Survey): Finding[] {
	const keys = servedKeys(survey);
	const found: Finding[] = [];
	if (
		keys.some(
			({ params: { p }, publicValue }) =>
				publicValue < 2n || publicValue > p - 2n,
		)
	) {
		found.push({
			id: "public-value",
			verdict: "reject",
			message:
				"The server's public value is not in 2 … p − 2: it reveals the shared secret.",
			advice:
				"Do not send anything over this connection; the TLS implementation or something in between is broken.",
			source: "SP 800-56A r3 section 5.6.2.3.1",
		});
	}
	const [first, second] = keys;
	if (second !== undefined && first?.publicValue === second.publicValue) {
		found.push({
			id: "key-reuse",
			verdict: "warn",
			message:
				"Two connections got the same public value: the server keeps its secret exponent.",
			advice:
				"Upgrade the TLS library (OpenSSL 1.0.2f and newer draw a new exponent each time), or set SSL_OP_SINGLE_DH_USE.",
			source: "CVE-2016-0701; CVE-2020-1968 (Raccoon)",
		});
	}
	return found;
}

function groupChanges(survey: Survey): Finding[] {
	const primes = new Set(servedKeys(survey).map(({ params }) => params.p));
	if (primes.size < 2) return [];
	return [
		{
			id: "group-changes",
			verdict: "note",
			message: `The group changes between connections: ${primes.size} were seen, and there may be more.`,
			advice:
				"Several machines behind one address, or one that renews its group: see that each has a good one.",
			source: "observed",
		},
	];
}

function currentClients(survey: Survey): Finding[] {
	const { modern, outdated, needsFfdhe } = survey;
	if (outdated !== undefined) {
		return [
			{
				id: "tls-version",
				verdict: "warn",
				message: `The newest version on offer is ${outdated.version}, which current clients refuse.`,
				advice:
					"Enable TLS 1.2 or 1.3; a server that has neither needs a newer TLS library.",
				source: "RFC 8996",
			},
			...forwardSecrecy(outdated, "A client that still connects"),
		];
	}
	if (!isAgreement(modern)) {
		return [
			{
				id: "current-clients",
				verdict: "warn",
				message: `The server refuses what a current client offers: ${modern.refusal}.`,
				advice:
					"Enable TLS 1.2 or 1.3 with ECDHE; a server that knows neither needs a newer TLS library.",
				source: "RFC 9325 sections 3.1.1 and 4.2",
			},
		];
	}
	if (needsFfdhe) {
		return [
			{
				id: "ffdhe-only",
				verdict: "warn",
				message: `The server has no elliptic curve: clients that offer the groups of RFC 7919, such as OpenSSL 3, GnuTLS and Firefox, get ${modern.group ?? "DHE"}; others, such as Chrome, cannot connect.`,
				advice: "Enable X25519 and secp256r1 beside these groups.",
				source: "RFC 8446 section 9.1; RFC 7919",
			},
		];
	}
	if (modern.dh !== undefined) {
		return [
			{
				id: "no-ecdhe",
				verdict: "note",
				message: "Current clients get DHE too: this group protects everyone.",
				advice:
					"ECDHE is faster and needs no parameters; enable it where you can.",
				source: "RFC 9325 section 4.2",
			},
		];
	}
	return forwardSecrecy(modern, "A current client");
}

function forwardSecrecy({ group, dh }: Agreement, client: string): Finding[] {
	if (group !== undefined || dh !== undefined) return [];
	return [
		{
			id: "forward-secrecy",
			verdict: "warn",
			message: `${client} gets RSA key transport: who gets the server's key later reads all that was recorded.`,
			advice: "Enable ECDHE suites and put them first.",
			source: "RFC 9325 section 4.1; RFC 10015",
		},
	];
}

function dheInTls12({ dhe }: Survey): Finding[] {
	if (!isAgreement(dhe)) return [NO_DHE];
	return dhe.version === "TLSv1.2" ? [DEPRECATED] : [];
}
