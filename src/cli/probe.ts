import { Command } from "commander";
import { FileError, InvalidArgumentError } from "../errors.js";
import type { Starttls } from "../probe/target.js";
import { ExitCode } from "./exit.js";
import { once, wholeNumber } from "./options.js";
import { printJson, printLines } from "./output.js";

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
}

const HELP = `Usage: gen-dhparams probe HOST[:PORT] [options]

Reads the Diffie-Hellman group that a TLS server really serves, judges it with
all checks of \`gen-dhparams check\`, and says what current clients get. Up to
six connections to the one host, one after the other; none goes beyond the
server's first answer, and nothing is logged in to.

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
  --pem FILE           save the served group, to look at or to compare
  -f, --force          replace FILE if it exists
  --json               print JSON

Without a port it is the one of PROTOCOL, else 443.

Exit status: 0 the group is good, or there is no DHE and nothing else is wrong;
1 the server serves a group that is to be rejected, or export-grade DHE; 2 bad
usage or a file that cannot be written; 3 the host cannot be reached or does not
speak TLS.

Examples:
  gen-dhparams probe mail.example.org:25
  gen-dhparams probe www.example.org --ip 192.0.2.7
  gen-dhparams probe [2001:db8::7]:2525 --starttls smtp --json
`;

/** `gen-dhparams probe HOST[:PORT]` */
export function probeCommand(): Command {
	const command = new Command("probe")
		.argument("<host[:port]>")
		.option("--starttls <protocol>", "", once("--starttls"))
		.option("--servername <name>", "", once("--servername"))
		.option("--ip <address>", "", once("--ip"))
		.option("--timeout <seconds>", "", once("--timeout"))
		.option("--policy <name>", "", once("--policy"))
		.option("--min-bits <n>", "", once("--min-bits"))
		.option("--pem <file>", "", once("--pem"))
		.option("-f, --force")
		.option("--json")
		.action(runProbe);
	command.helpInformation = () => HELP;
	return command;
}

async function runProbe(target: string, flags: ProbeFlags): Promise<void> {
	const { starttls, servername, ip, policy, minBits, pem } = flags;
	const overwrite = flags.force ?? false;
	const { probe } = await import("../probe/probe.js");
	const { checkWritable, writeFileAtomically } = await import(
		"../atomic-file.js"
	);
	if (pem !== undefined) await checkWritable(pem, { overwrite });
	const report = await probe(target, {
		// Any text: what it may be is said in one place, and checked there.
		...(starttls === undefined ? {} : { starttls: starttls as Starttls }),
		...(servername === undefined ? {} : { servername }),
		...(ip === undefined ? {} : { ip }),
		...(flags.timeout === undefined
			? {}
			: { timeout: milliseconds(flags.timeout) }),
		...(policy === undefined ? {} : { policy }),
		...(minBits === undefined
			? {}
			: { minBits: wholeNumber("--min-bits", minBits) }),
	});
	if (flags.json) {
		printJson(report);
	} else {
		const { probeLines } = await import("./probe-text.js");
		printLines(...probeLines(report));
	}
	if (report.verdict === "reject") process.exitCode = ExitCode.REJECTED;
	if (pem === undefined) return;
	const [group] = report.groups;
	if (group === undefined) {
		throw new FileError(
			`${pem} is not written: the server offers no DHE, so there is no group to save.`,
		);
	}
	await writeFileAtomically(pem, group.params.toPem(), { overwrite });
}

function milliseconds(seconds: string): number {
	if (!/^\d{1,3}(\.\d{1,3})?$/.test(seconds)) {
		throw new InvalidArgumentError(
			`--timeout is "${seconds}"; it must be a number of seconds, such as 10 or 2.5.`,
		);
	}
	return Number(seconds) * 1000;
}
