import { spawn } from "node:child_process";
import { Command } from "commander";
import type { EnsureOptions } from "../ensure/options.js";
import type { EnsureResult } from "../ensure/result.js";
import { type EnsureFlags, optionsOf } from "./ensure-flags.js";
import { ExitCode, untilInterrupted } from "./exit.js";
import { once } from "./options.js";
import { complain, printJson, printLines } from "./output.js";
import { searchLine } from "./progress-line.js";
import { SEARCH_HELP, takeSearchFlags } from "./search-flags.js";

const HELP = `Usage: gen-dhparams ensure FILE [options]

Makes sure that a file holds good Diffie-Hellman parameters: accepted by the
checks of \`gen-dhparams check\` and large enough. Such a file is left alone.
Otherwise fresh parameters are made, and take the file's place at once and as a
whole, with its owner and mode. Made for provisioning, cron and containers: runs
at the same time wait for each other, and a killed one leaves no damage.

Options:
  --bits N             the least size of p, and the size to make (2048)
  --max-age DAYS       replace a file that is older, such as 90 or 90d
  -f, --force          replace a good file too, and text that is not recognised;
                       never what looks like a key
  --backup             keep the old file as FILE.YYYYMMDDTHHMMSSZ
  --mode MODE          the permissions of the file, such as 0640 (those of the
                       old file; 0644 for a new one)
  --owner USER         the user that the file is to belong to, name or number
  --group GROUP        the group that the file is to belong to, name or number
  --reload COMMAND     run this in the shell if the file was changed, and again
                       with each next run until it has succeeded
  --provisional GROUP    where FILE is missing or rejected, write this standard
                       group at once, such as ffdhe2048, then make a fresh one;
                       a file with just this group gets a fresh one too
  --background         with --provisional: return as soon as FILE can be used, and
                       make the fresh group in a process of its own
  --wait SECONDS       give up when another run is not done by then (no limit)
  --state absent       remove FILE instead; also --absent
  --check-mode         only say what would be done; also --dry-run
  -g, --generator N    the generator of fresh parameters, 2 to 255 (2)
${SEARCH_HELP}
  --allow-weak         accept and make 512 to 2047 bits, which clients refuse
  --json               print JSON, for errors too (docs/ensure.schema.json)
  --return-content     with --json: add the parameters as PEM
  --progress           show progress even where stderr is not a terminal
  --no-progress        show none
  -q, --quiet          print nothing but errors and what COMMAND prints

Exit status: 0 the file is good, or was made so; 1 with --check-mode: it would
be changed; 2 bad usage, or a file that cannot be read, written or waited for;
4 the file is good, but COMMAND failed, and the next run repeats it;
130 interrupted (143 by SIGTERM).

Examples:
  gen-dhparams ensure /etc/ssl/dhparams.pem
  gen-dhparams ensure dhparams.pem --max-age 90 --reload '/usr/sbin/nginx -s reload'
  gen-dhparams ensure dhparams.pem --provisional ffdhe2048 --background
`;

/** `gen-dhparams ensure FILE`. */
export function ensureCommand(): Command {
	const command = new Command("ensure")
		.argument("<file>")
		.option("--bits <n>", "", once("--bits"))
		.option("--max-age <days>", "", once("--max-age"))
		.option("-f, --force")
		.option("--backup")
		.option("--mode <mode>", "", once("--mode"))
		.option("--owner <user>", "", once("--owner"))
		.option("--group <group>", "", once("--group"))
		.option("--reload <command>", "", once("--reload"))
		.option("--provisional <group>", "", once("--provisional"))
		.option("--background")
		.option("--wait <seconds>", "", once("--wait"))
		.option("--state <state>", "", once("--state"))
		.option("--absent")
		.option("--check-mode")
		.option("--dry-run")
		.option("-g, --generator <n>", "", once("--generator"))
		.option("--json")
		.option("--return-content")
		.option("--progress")
		.option("--no-progress")
		.option("-q, --quiet")
		.action(runEnsure);
	command.helpInformation = () => HELP;
	return takeSearchFlags(command);
}

async function runEnsure(file: string, flags: EnsureFlags): Promise<void> {
	const options = optionsOf(flags);
	const { ensure, ensureProvisional } = await import("../ensure/ensure.js");
	if (!flags.background) {
		const result = await interruptible(flags, options, (all) =>
			ensure(file, all),
		);
		report(result, flags);
		return;
	}
	const { result, pending } = await interruptible(flags, options, (all) =>
		ensureProvisional(file, all),
	);
	report(result, flags, pending ? continueInBackground() : undefined);
}

/** The same command without --background, in a session of its own: it outlives the shell that started this one. */
function continueInBackground(): number | undefined {
	const [script = "", ...args] = process.argv.slice(1);
	const child = spawn(
		process.execPath,
		[
			...process.execArgv,
			script,
			...args.filter((argument) => !/^--?background$/.test(argument)),
		],
		// What goes wrong later must be seen somewhere: in a container's log, in cron's mail.
		{ detached: true, stdio: ["ignore", "ignore", "inherit"] },
	);
	child.unref();
	return child.pid;
}

/** Runs with a progress line where one is wanted, until done or told to stop by a signal. */
async function interruptible<T>(
	{ progress, quiet, json }: EnsureFlags,
	options: EnsureOptions,
	work: (options: EnsureOptions) => Promise<T>,
): Promise<T> {
	const shown = (progress ?? process.stderr.isTTY) && !quiet;
	const line = searchLine(options.bits ?? 2048, process.stderr);
	try {
		return await untilInterrupted((signal) =>
			work({
				...options,
				signal,
				...(shown && {
					onProgress: (progress) => {
						if (progress.phase === "verify") line.erase();
						else line.show(progress);
					},
				}),
				...(!quiet &&
					!json && {
						onWait: (message) => complain(message),
					}),
			}),
		);
	} finally {
		line.erase();
	}
}

function report(
	result: EnsureResult,
	{ json, quiet }: EnsureFlags,
	background?: number,
): void {
	if (json && !quiet) {
		printJson({ version: 1, ...result, ...(background && { background }) });
	} else if (!quiet) {
		printLines(...lines(result, background));
	}
	const { checkMode, changed } = result;
	if (checkMode && changed) process.exitCode = ExitCode.REJECTED;
	reportReload(result, quiet ?? false);
}

function reportReload(
	{ path, changed, reload, reloadPending }: EnsureResult,
	quiet: boolean,
): void {
	if (reload === undefined && reloadPending && !quiet) {
		complain(
			`the server has not been reloaded since ${path} was changed; a run with --reload does it.`,
		);
	}
	if (reload === undefined || reload.succeeded) return;
	const how =
		reload.signal === null
			? `exit status ${reload.exitCode ?? "unknown"}`
			: `signal ${reload.signal}`;
	const state = changed ? "is changed" : "was changed by an earlier run";
	complain(
		`${path} ${state}, but the reload command failed with ${how}: ${reload.command}`,
	);
	process.exitCode = ExitCode.RELOAD_FAILED;
}

function lines(result: EnsureResult, background: number | undefined): string[] {
	const { path, message, backupFile } = result;
	const all = [`${path}: ${outcome(result)} ${message}`];
	if (backupFile !== undefined) all.push(`The old file is ${backupFile}.`);
	if (background !== undefined) {
		all.push(`Process ${background} makes a fresh group.`);
	}
	if (!result.changed && result.reload?.succeeded) {
		all.push("The server is reloaded, which an earlier run had not done.");
	}
	return all;
}

function outcome({
	changed,
	checkMode,
	reason,
	bits,
	group,
}: EnsureResult): string {
	if (!changed) return "unchanged.";
	if (reason === "removed") return checkMode ? "would be removed." : "removed.";
	if (reason === "mode") {
		return checkMode ? "its mode would be changed." : "its mode was changed.";
	}
	if (reason === "owner") {
		return checkMode ? "its owner would be changed." : "its owner was changed.";
	}
	if (checkMode) return "would be replaced.";
	return `now holds ${group ?? "fresh parameters"} of ${bits} bits.`;
}
