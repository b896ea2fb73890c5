import { Command } from "commander";
import { FileError, InvalidArgumentError, ProbeError } from "../errors.js";
import type { ProbeOptions, ProbeReport } from "../probe/probe.js";
import type { ServedGroup } from "../probe/served-groups.js";
import type { SshProbeReport } from "../probe/ssh/probe-ssh.js";
import type { Starttls } from "../probe/target.js";
import { messageOf } from "./advice.js";
import { ExitCode, errorJson } from "./exit.js";
import { ifGiven, once, wholeNumberIfGiven } from "./options.js";
import { complain, printJson, printLines } from "./output.js";
import { checkResultFile, writeResult } from "./result-file.js";

/** The options of `gen-dhparams probe` as Commander hands them over. */
interface ProbeFlags {
	readonly starttls?: string;
	readonly servername?: string;
	readonly ip?: string;
	readonly timeout?: string;
	readonly policy?: string;
	readonly minBits?: string;
	readonly pem?: string;
	readonly force?: boolean;
	readonly json?: boolean;
	readonly quiet?: boolean;
}

const HELP = `Usage: gen-dhparams probe HOST[:PORT]... [options]

Reads the Diffie-Hellman group that a TLS server really serves, runs all checks
of \`gen-dhparams check\` on it, and says what current clients get. With
ssh://HOST[:PORT], the groups that an SSH server gives for small, common and
large requests, and the other key exchanges that it offers. Up to nine
connections to each host, one after the other; none goes beyond the server's
first answers, and nothing is logged in to.

Options:
  --starttls PROTOCOL  how the service gets to TLS: smtp, lmtp, imap, pop3, ftp,
                       ldap, xmpp, postgres, mysql, sieve, nntp, or none for TLS
                       from the first byte (guessed from the port)
  --servername NAME    the name to ask for, where a server has several sites
                       (HOST)
  --ip ADDRESS         connect to this address instead of looking HOST up
  --timeout SECONDS    for each connection as a whole (10)
  --policy NAME        as for \`gen-dhparams check\`
  --min-bits N         reject groups of fewer bits (2048)
  --pem FILE           save the served group, to look at or to compare; of an
                       SSH server, all groups of its group exchange
  -f, --force          replace FILE if it exists
  --json               print JSON (docs/probe.schema.json)
  -q, --quiet          print nothing; see the exit status

HOST PORT and a URL such as https://HOST/ work too. Without a port it is the one
of PROTOCOL, else 443; 22 with ssh://. Several hosts are asked one after the
other.

Exit status: 0 the groups are good, or there is no finite-field Diffie-Hellman
and nothing else is wrong; 1 the server serves a group that is to be rejected,
export-grade DHE, or a key exchange without a certificate; 2 bad usage or a file
that cannot be written; 3 the host cannot be reached or speaks neither TLS nor,
with ssh://, SSH. Of several hosts, the highest.

Examples:
  gen-dhparams probe mail.example.org:25
  gen-dhparams probe www.example.org --ip 192.0.2.7
  gen-dhparams probe [2001:db8::7]:2525 --starttls smtp --json
  gen-dhparams probe ssh://git.example.org:2222
`;

/** `gen-dhparams probe HOST[:PORT]…` */
export function probeCommand(): Command {
	const command = new Command("probe")
		.argument("<host[:port]...>")
		.option("--starttls <protocol>", "", once("--starttls"))
		.option("--servername <name>", "", once("--servername"))
		.option("--ip <address>", "", once("--ip"))
		.option("--timeout <seconds>", "", once("--timeout"))
		.option("--policy <name>", "", once("--policy"))
		.option("--min-bits <n>", "", once("--min-bits"))
		.option("--pem <file>", "", once("--pem"))
		.option("-f, --force")
		.option("--json")
		.option("-q, --quiet")
		.action(runProbe);
	command.helpInformation = () => HELP;
	return command;
}

async function runProbe(
	words: readonly string[],
	flags: ProbeFlags,
): Promise<void> {
	const { pem, ip, json, quiet } = flags;
	const targets = targetsOf(words);
	const options = probeOptions(flags);
	if (targets.length > 1 && (pem !== undefined || ip !== undefined)) {
		throw new InvalidArgumentError(
			`${pem === undefined ? "--ip" : "--pem"} goes with one host, and ${targets.length} are given.`,
		);
	}
	await checkResultFile({ ...flags, out: pem });
	const { isSshUrl, parseSshTarget, parseTarget } = await import(
		"../probe/target.js"
	);
	const { policyOf } = await import("../validate/policy.js");
	// A host that is misspelled ends the run before the first is asked.
	for (const target of targets) {
		if (!isSshUrl(target)) parseTarget(target, options.starttls);
		else {
			parseSshTarget(target);
			refuseTlsFlags(target, flags);
		}
	}
	policyOf(options);
	const results: unknown[] = [];
	let status: number = ExitCode.OK;
	for (const target of targets) {
		try {
			const report = isSshUrl(target)
				? await probeSshServer(target, options, flags)
				: await probeTlsServer(target, options, flags);
			results.push({ version: 1, ...report });
			if (report.verdict === "reject") {
				status = Math.max(status, ExitCode.REJECTED);
			}
		} catch (error) {
			if (targets.length === 1 || !(error instanceof ProbeError)) throw error;
			complain(messageOf(error));
			results.push({ target, ...errorJson(error) });
			status = Math.max(status, ExitCode.UNREACHABLE);
		}
	}
	if (json && !quiet) printJson(targets.length === 1 ? results[0] : results);
	process.exitCode = status;
}

/** STARTTLS and server names belong to TLS. */
function refuseTlsFlags(
	target: string,
	{ starttls, servername }: ProbeFlags,
): void {
	if (starttls === undefined && servername === undefined) return;
	throw new InvalidArgumentError(
		`--${starttls === undefined ? "servername" : "starttls"} is for TLS, and ${target} is an SSH server.`,
	);
}

async function probeTlsServer(
	target: string,
	options: ProbeOptions,
	flags: ProbeFlags,
): Promise<ProbeReport> {
	const { probe } = await import("../probe/probe.js");
	const report = await probe(target, options);
	if (isTextWanted(flags)) {
		const { probeLines } = await import("./probe-text.js");
		printLines(...probeLines(report));
	}
	await savePem(report.groups.slice(0, 1), "DHE", flags);
	return report;
}

async function probeSshServer(
	target: string,
	{ starttls: _, servername: __, ...options }: ProbeOptions,
	flags: ProbeFlags,
): Promise<SshProbeReport> {
	const { probeSsh } = await import("../probe/ssh/probe-ssh.js");
	const report = await probeSsh(target, options);
	if (isTextWanted(flags)) {
		const { sshProbeLines } = await import("./probe-ssh-text.js");
		printLines(...sshProbeLines(report));
	}
	const given = report.groups.filter(({ params }) =>
		report.groupExchange?.replies.some(
			({ reply }) => "params" in reply && reply.params.p === params.p,
		),
	);
	await savePem(given, "group exchange", flags);
	return report;
}

function isTextWanted({ json, quiet }: ProbeFlags): boolean {
	return !json && !quiet;
}

/** @param exchange what the server would need to offer */
async function savePem(
	groups: readonly ServedGroup[],
	exchange: string,
	{ pem, force }: ProbeFlags,
): Promise<void> {
	if (pem === undefined) return;
	if (groups.length === 0) {
		throw new FileError(
			`${pem} is not written: the server offers no ${exchange}, so there is no group to save.`,
		);
	}
	const text = groups.map(({ params }) => params.toPem()).join("");
	await writeResult(text, { out: pem, force });
}

/** One host for each word; a word of digits is the port of the one before it, as with telnet and nc. */
function targetsOf(words: readonly string[]): string[] {
	const targets: string[] = [];
	for (const word of words) {
		const host = targets.at(-1);
		if (!/^\d{1,5}$/.test(word) || host === undefined) {
			targets.push(word);
			continue;
		}
		if (host.includes("://") || /^[^:]*:\d+$|\]:/.test(host)) {
			throw new InvalidArgumentError(
				`"${host}" has a port or a scheme already, and "${word}" is another port; give one of them.`,
			);
		}
		const bracketed = host.includes(":") && !host.startsWith("[");
		targets[targets.length - 1] = `${bracketed ? `[${host}]` : host}:${word}`;
	}
	return targets;
}

function probeOptions(flags: ProbeFlags): ProbeOptions {
	const { starttls, servername, ip, timeout, policy, minBits } = flags;
	return {
		// Any text: what it may be is said in one place, and checked there.
		starttls: starttls as Starttls | undefined,
		servername,
		ip,
		timeout: ifGiven(timeout, milliseconds),
		policy,
		minBits: wholeNumberIfGiven("--min-bits", minBits),
	};
}

function milliseconds(seconds: string): number {
	const ms = /^\d{1,3}(\.\d{1,3})?$/.test(seconds) ? Number(seconds) * 1000 : 0;
	if (ms < 1 || ms > 600_000) {
		throw new InvalidArgumentError(
			`--timeout is "${seconds}"; it must be a number of seconds from 0.001 to 600, such as 10 or 2.5.`,
		);
	}
	return ms;
}
