import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { Config } from "../guide/config.js";
import { once } from "./options.js";
import { printJson, printLines } from "./output.js";
import type { Line } from "./terminal-text.js";
import { wrapped } from "./wrap.js";

const HELP = `Usage: gen-dhparams config [SERVER] [options]

Prints the line of a server's configuration that names a file of DH parameters,
where it goes, how to test and load it, how to see that the server serves it,
and what its makers recommend. Without SERVER, lists the servers.

Options:
  --path FILE             where the parameters are (a usual place)
  --server-version V      the server's version, such as 2.3 (the newest)
  --tls openssl|gnutls    the TLS library that the server was built with
  --directive             print the line for the configuration alone
  --json                  print JSON

Examples:
  gen-dhparams config sendmail
  gen-dhparams config dovecot --server-version 2.3 --path /etc/dovecot/dh.pem
`;

interface ConfigFlags {
	readonly path?: string;
	readonly serverVersion?: string;
	readonly tls?: string;
	readonly directive?: boolean;
	readonly json?: boolean;
}

/** `gen-dhparams config [server]`. */
export function configCommand(): Command {
	const command = new Command("config")
		.argument("[server]")
		.option("--path <file>", "", once("--path"))
		.option("--server-version <version>", "", once("--server-version"))
		.option("--tls <library>", "", once("--tls"))
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
	const { path, serverVersion: version, tls } = flags;
	if (tls !== undefined && tls !== "openssl" && tls !== "gnutls") {
		throw new InvalidArgumentError(
			`--tls is "${tls}"; it must be openssl or gnutls.`,
		);
	}
	if (path !== undefined && /\p{C}/u.test(path)) {
		throw new InvalidArgumentError(
			"--path holds a control character, which a configuration cannot name; rename the file.",
		);
	}
	if (name === undefined) {
		await list(flags);
		return;
	}
	const { configFor, findServer } = await import("../guide/config.js");
	const config = configFor(findServer(name), {
		...(path === undefined ? {} : { path }),
		...(version === undefined ? {} : { version }),
		...(tls === undefined ? {} : { tls }),
	});
	print(config, flags);
}

async function list({ directive, json }: ConfigFlags): Promise<void> {
	if (directive) {
		throw new InvalidArgumentError(
			"--directive needs the name of a server, such as nginx.",
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
			`${id.padEnd(12)} ${name}${variants.length > 1 ? `: ${variants.map(({ applies }) => applies.replace(/ \(.*/, "")).join("; ")}` : ""}`,
	);
	printLines(...rows);
}

function print(config: Config, flags: ConfigFlags): void {
	const { server, directive } = config;
	if (flags.directive) {
		if (directive === null) {
			throw new InvalidArgumentError(
				`${server.name} has no line for a file of DH parameters; gen-dhparams config ${server.id} says what to do.`,
			);
		}
		printLines(...directive.split("\n").map(verbatim));
	} else if (flags.json) printJson(asJson(config));
	else printLines(...asLines(config));
}

function asJson({ server, variant, path, directive }: Config) {
	return {
		server: server.id,
		name: server.name,
		applies: variant.applies,
		path,
		directive,
		file: variant.file,
		make: variant.make ?? null,
		test: variant.test ?? null,
		reload: variant.reload ?? null,
		probe: server.probe ?? null,
		notes: variant.notes,
		sources: server.sources,
	};
}

function asLines({
	server,
	variant,
	path,
	directive,
}: Config): (string | Line)[] {
	const others = server.variants.filter((other) => other !== variant);
	const make =
		variant.make ??
		(directive === null ? undefined : `gen-dhparams 2048 --out ${path}`);
	const steps = [
		make,
		variant.test,
		variant.reload,
		server.probe && `gen-dhparams probe ${server.probe}`,
	].filter((step) => step !== undefined);
	return [
		`${server.name}, ${variant.applies}`,
		...(directive === null
			? []
			: [
					"",
					...directive.split("\n").map((line) => verbatim(`  ${line}`)),
					"",
					...wrapped(`goes into ${variant.file}.`, "  "),
				]),
		...(make === undefined
			? []
			: ["", "As root:", ...steps.map((step) => verbatim(`  ${step}`))]),
		"",
		...variant.notes.flatMap((note) => wrapped(note, "  ", "- ")),
		...(others.length > 0
			? [
					"",
					...wrapped(
						`Other versions: ${others.map(({ applies }) => applies).join("; ")}. See --server-version and --tls.`,
						"",
					),
				]
			: []),
		"",
		...server.sources,
	];
}

/** People copy it. */
function verbatim(text: string): Line {
	return { parts: [text], verbatim: true };
}
