import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import { VERSION } from "../version.js";
import { closest } from "./closest.js";
import type { GenerateFlags } from "./generate.js";
import { HELP } from "./help.js";
import { opensslRequest, runOpenssl } from "./openssl-compat.js";
import { once } from "./options.js";
import { complain, printEncoded } from "./output.js";
import { takeSharedFlags } from "./queue-flags.js";
import { refuseLostBytes } from "./raw-arguments.js";
import { takeSearchFlags } from "./search-flags.js";
import { ROOT, spelled } from "./spelling.js";

/** The commands besides generating, each loaded where it is named: a module takes a millisecond. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
	["check", async () => (await import("./check.js")).checkCommand()],
	["convert", async () => (await import("./convert.js")).convertCommand()],
	["ensure", async () => (await import("./ensure.js")).ensureCommand()],
	["bench", async () => (await import("./bench.js")).benchCommand()],
	["explain", async () => (await import("./explain.js")).explainCommand()],
	["config", async () => (await import("./config.js")).configCommand()],
	["groups", async () => (await import("./groups.js")).groupsCommand()],
	["moduli", async () => (await import("./moduli.js")).moduliCommand()],
	["join", async () => (await import("./join.js")).joinCommand()],
	["work", async () => (await import("./work.js")).workCommand()],
	["probe", async () => (await import("./probe.js")).probeCommand()],
]);

/** Those whose operands are files to be read: a pattern of the shell may expand to any name. */
const TAKE_FILES: ReadonlySet<string> = new Set([
	"check",
	"convert",
	"moduli check",
	"moduli filter",
]);

/** Does what the command line says: `gen-dhparams [bits]`, or the command that comes first. */
export async function run(words: readonly string[]): Promise<void> {
	const [first = ""] = words;
	if (first === "help") return help(words.slice(1));
	const load = COMMANDS.get(first);
	const found =
		load === undefined
			? { command: generateCommand(), rest: words }
			: innermost(await load(), words.slice(1));
	const takesFiles = TAKE_FILES.has(nameOf(found.command));
	if (!takesFiles) refuseLostBytes(words);
	const command = speakPlainly(found.command);
	const { argv, ignored } = spelled(found.rest, command, { takesFiles });
	for (const option of ignored) {
		complain(
			`${option} has no effect: random numbers and algorithms come from Node and the system.`,
		);
	}
	const request = load === undefined ? opensslRequest(argv) : undefined;
	if (request !== undefined) process.exitCode = await runOpenssl(request);
	else await command.parseAsync(argv, { from: "user" });
}

/** The command that the words name, such as `moduli check`, and the words behind its name. */
function innermost(
	command: Command,
	words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
	const [first, ...rest] = words;
	const inner = command.commands.find((one) => one.name() === first);
	return inner === undefined
		? { command, rest: words }
		: innermost(inner, rest);
}

/** Such as "moduli check"; "" for the command that generates. */
function nameOf(command: Command): string {
	const names: string[] = [];
	for (let one: Command | null = command; one !== null; one = one.parent) {
		if (one.name() !== ROOT) names.unshift(one.name());
	}
	return names.join(" ");
}

/** `gen-dhparams help [command]` */
async function help([name, ...more]: readonly string[]): Promise<void> {
	if (name === undefined) {
		printEncoded(HELP);
		return;
	}
	const load = COMMANDS.get(name);
	const found = load && innermost(await load(), more);
	if (found === undefined || found.rest.length > 0) {
		throw new InvalidArgumentError(
			`help takes the name of one command, and "${[name, ...more].join(" ")}" is not one.${suggestion(name)} The commands are ${[...COMMANDS.keys()].join(", ")}.`,
		);
	}
	printEncoded(found.command.helpInformation());
}

function generateCommand(): Command {
	const root = takeSharedFlags(takeSearchFlags(new Command(ROOT)))
		.argument("[bits]")
		.option("-2")
		.option("-3")
		.option("-5")
		.option("-g, --generator <n>", "", once("--generator"))
		.option("-o, --out <file>", "", once("--out"))
		.option("-f, --force")
		.option("--outform <form>", "", once("--outform"))
		.option("--format <format>", "", once("--format"))
		.option("--text")
		.option("--noout")
		.option("--check")
		.option("--provable")
		.option("--certificate <file>", "", once("--certificate"))
		.option("--journal <file>", "", once("--journal"))
		.option("--resume <file>", "", once("--resume"))
		.option("--json")
		.option("--progress")
		.option("--no-progress")
		.option("-q, --quiet")
		.option("-v, --verbose")
		// Of openssl dhparam; see openssl-compat.ts.
		.option("--in <file>")
		.option("--inform <form>")
		.option("--dsaparam")
		.version(VERSION, "-V, --version")
		.helpCommand(false)
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
	root.helpInformation = () => HELP;
	return root;
}

/** What is neither a command nor digits was perhaps meant as a command. */
function onlySize(args: readonly string[]): string | undefined {
	const [size, second] = args;
	const command = args.find((word) => COMMANDS.has(word));
	if (command !== undefined) {
		throw new InvalidArgumentError(
			`The command comes first: gen-dhparams ${command}, then its options.`,
		);
	}
	if (size !== undefined && /^[a-z]/i.test(size)) {
		throw new InvalidArgumentError(
			`"${size}" is neither a command nor a size in bits.${suggestion(size)} See gen-dhparams --help.`,
		);
	}
	if (second !== undefined) {
		throw new InvalidArgumentError(
			`"${size}" and "${second}" are two sizes; give one, and --out FILE for a file.`,
		);
	}
	return size;
}

function suggestion(word: string): string {
	const near = closest(word.toLowerCase(), [...COMMANDS.keys(), "help"]);
	return near === undefined ? "" : ` Did you mean ${near}?`;
}

/** Commander's complaints as one line of ours; errors come to main.ts instead of ending the process. */
function speakPlainly(command: Command): Command {
	const help = `${ROOT} ${nameOf(command)}`.trimEnd();
	return command.exitOverride().configureOutput({
		writeOut: printEncoded,
		outputError: (text) => {
			const line = text
				.replace(/^error: /, "")
				.trim()
				.replace(/\n(?=\(Did you mean [^\n]*$)/, " ");
			complain(`${line.replace(/(?<![.?)])$/, ".")} See ${help} --help.`);
		},
	});
}
