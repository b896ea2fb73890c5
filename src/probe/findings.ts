import type { ServerDh } from "./server-key-exchange.js";
import type { Survey } from "./survey.js";
import { isAgreement } from "./survey.js";

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
export function findings(survey: Survey): Finding[] {
	return [
		...exportGrade(survey),
		...publicValues(survey),
		...groupChanges(survey),
		...currentClients(survey),
	];
}

/** Every DH key that the server showed in TLS 1.0 to 1.2, export-grade ones apart. */
export function servedKeys({ dhe, dheAgain, modern }: Survey): ServerDh[] {
	return [dhe, dheAgain, modern].flatMap((reply) =>
		isAgreement(reply) && reply.dh !== undefined ? [reply.dh] : [],
	);
}

function exportGrade({ exportDhe }: Survey): Finding[] {
	if (!isAgreement(exportDhe)) return [];
	return [
		{
			id: "export-dhe",
			verdict: "reject",
			message: `The server agrees to export-grade DHE (${exportDhe.suite}, ${exportDhe.dh?.params.bits} bits): whoever sits on the line can bring any client down to it and break the connection.`,
			advice:
				"Remove export cipher suites (!EXPORT in an OpenSSL cipher list) or, better, upgrade the TLS library: OpenSSL 1.1.0 and newer have none.",
			source: "CVE-2015-4000 (Logjam)",
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
				"The server's public value is not in 2 … p − 2: it hides no secret.",
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

function currentClients({ modern, dhe }: Survey): Finding[] {
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
	const found: Finding[] = [];
	if (!["TLSv1.2", "TLSv1.3"].includes(modern.version)) {
		found.push({
			id: "tls-version",
			verdict: "warn",
			message: `The best version on offer is ${modern.version}, which current clients refuse.`,
			advice:
				"Enable TLS 1.2 or 1.3; a server that has neither needs a newer TLS library.",
			source: "RFC 8996",
		});
	}
	if (modern.group === undefined && modern.dh === undefined) {
		found.push({
			id: "forward-secrecy",
			verdict: "warn",
			message:
				"A current client gets RSA key transport: who gets the server's key later reads all that was recorded.",
			advice: "Enable ECDHE suites and put them first.",
			source: "RFC 9325 section 4.1",
		});
	} else if (modern.dh !== undefined) {
		found.push({
			id: "no-ecdhe",
			verdict: "note",
			message: "Current clients get DHE too: this group protects everyone.",
			advice:
				"ECDHE is faster and needs no parameters; enable it where you can.",
			source: "RFC 9325 section 4.2",
		});
	}
	if (!isAgreement(dhe)) {
		found.push({
			id: "no-dhe",
			verdict: "note",
			message:
				"DHE is not on offer in TLS 1.0 to 1.2: a file with DH parameters has no effect on this service.",
			advice:
				"Nothing needs to be done for DH; if you expected your group here, the service has not read it or its cipher list leaves DHE out.",
			source: "RFC 5246 section 7.4.3",
		});
	}
	return found;
}
