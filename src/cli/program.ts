import { readFileSync } from "node:fs";
import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { GenerateFlags } from "./generate.js";
import { HELP } from "./help.js";
import { once } from "./options.js";
import { complain, printEncoded } from "./output.js";
import { takeSearchFlags } from "./search-flags.js";

/** The options of `openssl dhparam` that take one dash where ours take two. */
const ONE_DASH = new Set(
	"out outform text noout verbose quiet check in inform dsaparam".split(" "),
);

/** The commands besides generating, each loaded where it is named: a module takes a millisecond. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
	check: async () => (await import("./check.js")).checkCommand(),
	ensure: async () => (await import("./ensure.js")).ensureCommand(),
	bench: async () => (await import("./bench.js")).benchCommand(),
	explain: async () => (await import("./explain.js")).explainCommand(),
	config: async () => (await import("./config.js")).configCommand(),
	groups: async () => (await import("./groups.js")).groupsCommand(),
	probe: async () => (await import("./probe.js")).probeCommand(),
};

/** The command line: `gen-dhparams [bits]`, and those of its commands that the arguments name. */
export async function program(argv: readonly string[]): Promise<Command> {
	const root = takeSearchFlags(new Command("gen-dhparams"))
		.argument("[bits]")
		.option("-2")
		.option("-3")
		.option("-5")
		.option("-g, --generator <n>", "", once("--generator"))
		.option("-o, --out <file>", "", once("--out"))
		.option("-f, --force")
		.option("--outform <form>", "", once("--outform"))
		.option("--text")
		.option("--noout")
		.option("--check")
		.option("--json")
		.option("--progress")
		.option("--no-progress")
		.option("-q, --quiet")
		.option("-v, --verbose")
		.version(version(), "-V, --version")
		.helpCommand(false)
		.enablePositionalOptions()
		.allowExcessArguments()
		.action(
			async (
				_: string | undefined,
				flags: GenerateFlags,
				{ args }: Command,
			) => {
				const size = onlySize(args);
				const { runGenerate } = await import("./generate.js");
				await runGenerate(size, flags);
			},
		);
	for (const [name, load] of Object.entries(COMMANDS)) {
		if (argv.includes(name)) root.addCommand(await load());
	}
	root.helpInformation = () => HELP;
	return speakPlainly(root);
}

/** The arguments with OpenSSL's one-dash options written with two, and sizes told apart from options. */
export function normalize(argv: readonly string[]): string[] {
	return argv.map((argument) => {
		if (ONE_DASH.has(argument.slice(1)) && argument.startsWith("-")) {
			return `-${argument}`;
		}
		if (/^-\d+$/.test(argument) && !/^-[235]$/.test(argument)) {
			throw new InvalidArgumentError(
				`"${argument}" is no size; give a whole number of bits, such as 2048, or one of the generators -2, -3 and -5.`,
			);
		}
		return argument;
	});
}

/** What is neither a command nor digits was perhaps meant as a command. */
function onlySize(args: readonly string[]): string | undefined {
	const [size, second] = args;
	if (size !== undefined && /^[a-z]/i.test(size)) {
		throw new InvalidArgumentError(
			`"${size}" is neither a command nor a size in bits; see gen-dhparams --help.`,
		);
	}
	if (second !== undefined) {
		throw new InvalidArgumentError(
			`"${size}" and "${second}" are two sizes; give one, and --out FILE for a file.`,
		);
	}
	return size;
}

/** Commander's complaints as one line of ours; errors come to main.ts instead of ending the process. */
function speakPlainly(command: Command): Command {
	for (const each of [command, ...command.commands]) {
		each.exitOverride().configureOutput({
			writeOut: printEncoded,
			outputError: (text) => {
				const line = text
					.replace(/^error: /, "")
					.trim()
					.replace(/\n(?=\(Did you mean [^\n]*$)/, " ");
				complain(`${line} See gen-dhparams --help.`);
			},
		});
	}
	return command;
}

function version(): string {
	const file = new URL(import.meta.resolve("gen-dhparams/package.json"));
	return JSON.parse(readFileSync(file, "utf8")).version;
}
