import {
	checkArgument,
	checkOptions,
	type KindsOf,
	NUMBER,
	SIGNAL,
	STRING,
} from "../../arguments.js";
import { ProbeError } from "../../errors.js";
import {
	POLICY_OPTIONS,
	type PolicyOptions,
	policyOf,
} from "../../validate/policy.js";
import type { Finding } from "../findings.js";
import { checkAddress, checkTimeout, DEFAULT_TIMEOUT } from "../options.js";
import {
	type ServedGroup,
	validateGroups,
	worstVerdict,
} from "../served-groups.js";
import { formatTarget, parseSshTarget } from "../target.js";
import { sshFindings } from "./findings.js";
import {
	answeredRequests,
	groupSourceOf,
	type SshGroupSource,
} from "./group-source.js";
import { fixedGroupsOf, type SshKeyExchange } from "./key-exchanges.js";
import { type SshGroupReply, surveySsh } from "./survey.js";

/**
 * Options of {@link probeSsh}: where to go, and the policy that the groups are checked against.
 *
 * @example
 * const options: SshProbeOptions = { ip: "192.0.2.7", timeout: 5000, minBits: 3072 };
 */
export interface SshProbeOptions extends PolicyOptions {
	/** An address to connect to instead of the host's own. */
	readonly ip?: string | undefined;
	/** For each connection, in ms: 1 to 600,000; 10,000 unless given. */
	readonly timeout?: number | undefined;
	/** Ends the probe; it then rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

/** What a group exchange gives: RFC 4419. */
export interface SshGroupExchange {
	/** The key exchange that was asked, such as diffie-hellman-group-exchange-sha256. */
	readonly name: string;
	/** Absent where no request was answered with a group. */
	readonly source?: SshGroupSource;
	/** What the server gave for the requests that clients make. */
	readonly replies: readonly SshGroupReply[];
}

/** What was found at an SSH server. */
export interface SshProbeReport {
	readonly protocol: "ssh";
	readonly host: string;
	readonly port: number;
	/** The address that was reached. */
	readonly address: string;
	/** The server's identification line, which names its software. */
	readonly greeting: string;
	/** The worst of the groups' verdicts and the findings; `accept` where there are only notes. */
	readonly verdict: "accept" | "warn" | "reject";
	/** What the server offers, in its order of preference. */
	readonly keyExchanges: readonly SshKeyExchange[];
	/** Absent where the server offers none. */
	readonly groupExchange?: SshGroupExchange;
	/** Each group once: those of the group exchange, then those of fixed-group exchanges. */
	readonly groups: readonly ServedGroup[];
	readonly findings: readonly Finding[];
}

const SSH_PROBE_OPTIONS: KindsOf<SshProbeOptions> = {
	...POLICY_OPTIONS,
	ip: STRING,
	timeout: NUMBER,
	signal: SIGNAL,
};

/**
 * Reads the DH groups that an SSH server really serves, and validates them. Makes up to nine connections to one host,
 * one after the other, and leaves each before a key is agreed on.
 *
 * @param target HOST, HOST:PORT, [IPv6]:PORT or ssh://HOST:PORT; port 22 unless given
 * @param options an address, a timeout and the policy; see {@link SshProbeOptions}
 * @returns what the server offers, with a report on each group
 * @throws {@link InvalidArgumentError} for a target or an option that no probe can be made with.
 * @throws {@link ProbeError} where the host is not reached, does not speak SSH 2.0, or breaks its rules.
 * @example
 * const report = await probeSsh("ssh.example.org");
 * console.log(report.verdict, report.groupExchange?.source);
 */
export async function probeSsh(
	target: string,
	options: SshProbeOptions = {},
): Promise<SshProbeReport> {
	const {
		ip,
		timeout = DEFAULT_TIMEOUT,
		signal,
		...policy
	}: SshProbeOptions = checkOptions(
		"an option of probeSsh",
		options,
		SSH_PROBE_OPTIONS,
	);
	checkArgument("target", target, STRING);
	const { host, port } = parseSshTarget(target);
	const way = { ip: checkAddress(ip), timeout: checkTimeout(timeout), signal };
	policyOf(policy);
	try {
		signal?.throwIfAborted();
		const survey = await surveySsh({ host, port, ...way });
		const { address, identification, keyExchanges, replies } = survey;
		const answered = answeredRequests(replies);
		const groups = await validateGroups(
			[...answered, ...fixedGroupsOf(keyExchanges)].map(({ params }) => params),
			{ ...policy, signal },
		);
		const findings = sshFindings(survey);
		const source = groupSourceOf(answered);
		return {
			protocol: "ssh",
			host,
			port,
			address,
			greeting: identification,
			verdict: worstVerdict(groups, findings),
			keyExchanges,
			...(survey.groupExchange === undefined
				? {}
				: {
						groupExchange: {
							name: survey.groupExchange.name,
							...(source === undefined ? {} : { source }),
							replies,
						},
					}),
			groups,
			findings,
		};
	} catch (error) {
		signal?.throwIfAborted();
		if (!(error instanceof ProbeError)) throw error;
		throw new ProbeError(
			error.failure,
			`${formatTarget({ host, port })} ${error.message}`,
			{ cause: error },
		);
	}
}
