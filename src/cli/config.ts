import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { Config, ConfigRequest } from "../guide/config.js";
import type { InstalledServer } from "../guide/installed.js";
import type { Server, Tls } from "../guide/servers/server.js";
import { asJson, asLines, type ConfigAnswer, verbatim } from "./config-text.js";
import { once } from "./options.js";
import { printJson, printLines, say } from "./output.js";
import { wrapped } from "./wrap.js";

const HELP = `Usage: gen-dhparams config [SERVER] [options]

Prints the lines of a server's configuration that name a file of DH parameters,
where they go, how to check and load them, how to see that the server serves the
group, and what its makers recommend. Without SERVER, lists the servers.

Where the version or the TLS library decides, the program that is installed here
is asked (only one that nobody but root or you can have put there). Without one,
all lines are printed, with what distinguishes them.

Options:
  --disable               how DHE is switched off, and what that breaks
  --path FILE             where the parameters are (a usual place)
  --server-version V      the server's version, such as 2.3, or what the server
                          prints about it, such as "2.3.19.1 (9b53102964)"
  --tls openssl|gnutls    the TLS library that the server was built with
  --all                   the lines of all versions, whatever is installed here
  --directive             print the lines for the configuration alone
  --json                  print JSON

Examples:
  gen-dhparams config sendmail
  gen-dhparams config nginx --disable
  gen-dhparams config dovecot --server-version 2.3 --path /etc/dovecot/dh.pem
`;

interface ConfigFlags {
	readonly disable?: boolean;
	readonly path?: string;
	readonly serverVersion?: string;
	readonly tls?: string;
	readonly all?: boolean;
	readonly directive?: boolean;
	readonly json?: boolean;
}

/** `gen-dhparams config [server]`. */
export function configCommand(): Command {
	const command = new Command("config")
		.argument("[server]")
		.option("--disable")
		.option("--path <file>", "", once("--path"))
		.option("--server-version <version>", "", once("--server-version"))
		.option("--tls <library>", "", once("--tls"))
		.option("--all")
		.option("--directive")
		.option("--json")
		.action(runConfig);
	command.helpInformation = () => HELP;
	return command;
}

async function runConfig(
	name: string | undefined,
	flags: ConfigFlags,
): Promise<void> {
	const tls = checkFlags(flags);
	if (name === undefined) {
		await list(flags);
		return;
	}
	const { configsFor, findServer } = await import("../guide/config.js");
	const server = findServer(name);
	const { path, serverVersion: version } = flags;
	const asked: ConfigRequest = { path, version, tls };
	const open =
		version === undefined &&
		tls === undefined &&
		flags.all !== true &&
		server.variants.length > 1;
	const installed = open ? await lookForServer(server) : undefined;
	// An installed version of which nothing is known leaves all lines possible.
	const configs = [{ ...asked, ...foundRequest(installed) }, asked].map(
		(request) => {
			try {
				return configsFor(server, request);
			} catch (error) {
				if (installed === undefined) throw error;
				return undefined;
			}
		},
	);
	const possible = configs[0] ?? configs[1] ?? configsFor(server, asked);
	const answer: ConfigAnswer = {
		configs: possible,
		disable: flags.disable === true,
		installed: installed ?? null,
		looked: open,
	};
	if (flags.directive) printDirective(answer);
	else if (flags.json) printJson(asJson(answer));
	else printLines(...asLines(answer));
}

function checkFlags(flags: ConfigFlags): Tls | undefined {
	const { tls, path = "" } = flags;
	if (/\p{C}/u.test(path)) {
		throw new InvalidArgumentError(
			"--path holds a control character, which a configuration cannot name; rename the file.",
		);
	}
	if (flags.all && (tls !== undefined || flags.serverVersion !== undefined)) {
		throw new InvalidArgumentError(
			"--all shows every version: it cannot be used with --server-version or --tls.",
		);
	}
	if (tls === undefined || tls === "openssl" || tls === "gnutls") return tls;
	throw new InvalidArgumentError(
		`--tls is "${tls}"; it must be openssl or gnutls.`,
	);
}

async function lookForServer(
	server: Server,
): Promise<InstalledServer | undefined> {
	if (server.program === undefined) return undefined;
	const { findInstalled } = await import("../guide/installed.js");
	return findInstalled(server.program);
}

function foundRequest(installed: InstalledServer | undefined): ConfigRequest {
	const { version, tls } = installed ?? {};
	return {
		...(version === undefined ? {} : { version }),
		...(tls === undefined ? {} : { tls }),
	};
}

async function list({ directive, disable, json }: ConfigFlags): Promise<void> {
	for (const [name, given] of Object.entries({ directive, disable })) {
		if (!given) continue;
		throw new InvalidArgumentError(
			`--${name} needs the name of a server, such as nginx.`,
		);
	}
	const { SERVERS } = await import("../guide/servers/servers.js");
	if (json) {
		const servers = SERVERS.map(({ id, name, aliases }) => ({
			id,
			name,
			aliases,
		}));
		printJson(servers);
		return;
	}
	const rows = SERVERS.map(
		({ id, name, variants }) =>
			`${id.padEnd(15)} ${name}${variants.length > 1 ? `: ${variants.map(({ applies }) => applies.replace(/ \(.*/, "")).join("; ")}` : ""}`,
	);
	printLines(...rows);
}

/** The lines alone; those of the newest version that has some where several are possible, with a word on stderr. */
function printDirective({ configs, disable }: ConfigAnswer): void {
	const linesOf = ({ directive, variant }: Config) =>
		disable ? (variant.disable.directive ?? null) : directive;
	const chosen = configs.find((config) => linesOf(config) !== null);
	const { server } = configs[0];
	if (chosen === undefined) {
		throw new InvalidArgumentError(
			disable
				? `${server.name} has no line that switches DHE off; gen-dhparams config ${server.id} --disable says what to do.`
				: `${server.name} has no line for a file of DH parameters; gen-dhparams config ${server.id} says what to do.`,
		);
	}
	if (configs.some((other) => linesOf(other) !== linesOf(chosen))) {
		say(
			...wrapped(
				`This is for ${server.name} ${chosen.variant.applies}. Others need another line, or none: see --server-version and --tls.`,
				"",
			),
		);
	}
	printLines(...String(linesOf(chosen)).split("\n").map(verbatim));
}
