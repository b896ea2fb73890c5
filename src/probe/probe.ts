import { domainToASCII } from "node:url";
import {
	checkArgument,
	checkOptions,
	type KindsOf,
	NUMBER,
	SIGNAL,
	STRING,
} from "../arguments.js";
import { InvalidArgumentError, ProbeError } from "../errors.js";
import {
	POLICY_OPTIONS,
	type PolicyOptions,
	policyOf,
} from "../validate/policy.js";
import { type Finding, findings, servedKeys } from "./findings.js";
import type { Agreement } from "./handshake.js";
import { checkAddress, checkTimeout, DEFAULT_TIMEOUT } from "./options.js";
import {
	type ServedGroup,
	validateGroups,
	worstVerdict,
} from "./served-groups.js";
import { isAgreement, type NoAnswer, type Refusal, survey } from "./survey.js";
import {
	formatTarget,
	parseTarget,
	type Starttls,
	type Target,
} from "./target.js";

/**
 * Options of {@link probe}: where to go and how, and the policy that a group is checked against.
 *
 * @example
 * const options: ProbeOptions = { starttls: "smtp", servername: "mail.example.org", timeout: 5000 };
 */
export interface ProbeOptions extends PolicyOptions {
	/** How the service gets to TLS; the port decides unless given. */
	readonly starttls?: Starttls | undefined;
	/** The name to ask for (SNI, and the domain of XMPP); the host unless given. */
	readonly servername?: string | undefined;
	/** An address to connect to instead of the host's own. */
	readonly ip?: string | undefined;
	/** For each connection, in ms: 1 to 600,000; 10,000 unless given. */
	readonly timeout?: number | undefined;
	/** Ends the probe; it then rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

/** A key exchange that the server agreed to. */
export interface AgreedExchange {
	/** SSLv3, TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3. */
	readonly version: string;
	/** OpenSSL's name of the cipher suite. */
	readonly suite: string;
	/** The curve, the RFC 7919 group, or `DH, 2048 bits`; none with RSA key transport. */
	readonly temporaryKey?: string;
}

/** What was found at a host. */
export interface ProbeReport {
	readonly host: string;
	readonly port: number;
	/** The address that was reached. */
	readonly address: string;
	readonly starttls: Starttls;
	/** The server's first words, which often name its software. */
	readonly greeting?: string;
	/** The worst of the groups' verdicts and the findings; `accept` where there are only notes. */
	readonly verdict: "accept" | "warn" | "reject";
	/** DHE in TLS 1.0 to 1.2, when nothing else is on offer. */
	readonly dhe: AgreedExchange | Refusal;
	/** The groups that came with it: one, or more where it changes between connections. */
	readonly groups: readonly ServedGroup[];
	readonly exportDhe: AgreedExchange | Refusal | NoAnswer;
	/** A key exchange without a certificate. */
	readonly anonymous: AgreedExchange | Refusal | NoAnswer;
	/** What a current client gets; a refusal also where the server has nothing newer than TLS 1.1. */
	readonly modern: AgreedExchange | Refusal;
	/** What a client of that age gets, where the server has nothing newer than TLS 1.1. */
	readonly outdated?: AgreedExchange;
	/** TLS 1.3 with RFC 7919 groups only; absent where the server has no TLS 1.3. */
	readonly ffdhe?: AgreedExchange | Refusal | NoAnswer;
	readonly findings: readonly Finding[];
}

const PROBE_OPTIONS: KindsOf<ProbeOptions> = {
	...POLICY_OPTIONS,
	starttls: STRING,
	servername: STRING,
	ip: STRING,
	timeout: NUMBER,
	signal: SIGNAL,
};

/**
 * Reads the DH group that a server really serves, and validates it. Makes up to eight connections to one host,
 * one after the other, and leaves each before a key is agreed on.
 *
 * @param target HOST, HOST:PORT or a URL, such as `mail.example.org:25`, `[2001:db8::7]:443` or `ldaps://example.org`
 * @param options where to go and how, and the policy; see {@link ProbeOptions}
 * @returns what the server offers, with a report on each group; its verdict is the worst of them
 * @throws {@link InvalidArgumentError} for a target or an option that no probe can be made with
 * @throws {@link ProbeError} where the host is not reached, does not speak TLS, or refuses every handshake
 * @throws the signal's reason when it is aborted
 *
 * @example
 * const report = await probe("mail.example.org:25", { timeout: 5000 });
 * console.log(report.verdict, report.groups[0]?.params.bits);
 */
export async function probe(
	target: string,
	options: ProbeOptions = {},
): Promise<ProbeReport> {
	const {
		starttls,
		servername,
		ip,
		timeout = DEFAULT_TIMEOUT,
		signal,
		...policy
	}: ProbeOptions = checkOptions("an option of probe", options, PROBE_OPTIONS);
	checkArgument("target", target, STRING);
	const parsed = parseTarget(target, starttls);
	const way = {
		servername: checkServername(servername, parsed),
		ip: checkAddress(ip),
		timeout: checkTimeout(timeout),
		signal,
	};
	policyOf(policy);
	try {
		signal?.throwIfAborted();
		const result = await survey(parsed, way);
		const groups = await validateGroups(
			servedKeys(result).map(({ params }) => params),
			{ ...policy, signal },
		);
		const found = findings(result, {
			starttls: parsed.starttls,
			hasOwnGroup: groups.some(({ validation }) => validation.group === null),
		});
		const { address, greeting, ffdhe, outdated } = result;
		return {
			...parsed,
			address,
			...(greeting === undefined ? {} : { greeting }),
			verdict: worstVerdict(groups, found),
			dhe: exchange(result.dhe),
			groups,
			exportDhe: exchange(result.exportDhe),
			anonymous: exchange(result.anonymous),
			modern: exchange(result.modern),
			...(outdated === undefined ? {} : { outdated: agreed(outdated) }),
			...(ffdhe === undefined ? {} : { ffdhe: exchange(ffdhe) }),
			findings: found,
		};
	} catch (error) {
		signal?.throwIfAborted();
		if (!(error instanceof ProbeError)) throw error;
		throw new ProbeError(
			error.failure,
			`${formatTarget(parsed)} ${error.message}`,
			{ cause: error },
		);
	}
}

function exchange<Other extends Refusal | NoAnswer>(
	reply: Agreement | Other,
): AgreedExchange | Other {
	return isAgreement(reply) ? agreed(reply) : reply;
}

function agreed({ version, suite, group, dh }: Agreement): AgreedExchange {
	const temporaryKey = dh === undefined ? group : `DH, ${dh.params.bits} bits`;
	return {
		version,
		suite,
		...(temporaryKey === undefined ? {} : { temporaryKey }),
	};
}

function checkServername(
	servername: string | undefined,
	target: Target,
): string {
	if (servername === undefined) return target.host;
	const ascii = domainToASCII(servername).replace(/\.$/, "");
	if (!/^[a-z0-9_.-]{1,253}$/i.test(ascii)) {
		throw new InvalidArgumentError(
			`servername is "${servername}"; it must be a host name.`,
		);
	}
	return ascii;
}
