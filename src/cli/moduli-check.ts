import { Command } from "commander";
import { DhParamsError, InvalidArgumentError } from "../errors.js";
import type { ModuliFinding, ModuliReport } from "../moduli/report.js";
import { messageOf } from "./advice.js";
import { ExitCode, untilInterrupted } from "./exit.js";
import { STDIN } from "./input.js";
import { once, wholeNumber } from "./options.js";
import { complain, jsonText, printDrained, printLines } from "./output.js";

const HELP = `Usage: gen-dhparams moduli check [FILE...] [options]

Checks OpenSSH's table of groups: each line as sshd reads it, each modulus and
generator, duplicates, where the groups are from, and which size sshd picks for
a client. Without a FILE, or for "-", standard input is read.

The fast test does 9 rounds of Miller-Rabin with secret random bases for each
(p-1)/2. A composite passes it with a chance of at most 2^-18, even if it was
made to pass. --full does all checks of gen-dhparams check, where that chance
is 2^-128, and looks for special forms.

Options:
  --full               all checks, some three times the time
  --threads N          threads that work (one for each processor)
  --json               print the report as JSON (docs/moduli.schema.json)
  -q, --quiet          print nothing; see the exit status
  -v, --verbose        also print notes on single lines

Exit status: 0 accepted (perhaps with warnings), 1 rejected, 2 bad usage or a
file that cannot be read, 130 interrupted. A line that sshd skips is an error.
docs/moduli.md explains each finding.

Examples:
  gen-dhparams moduli check /etc/ssh/moduli
  gen-dhparams moduli check --full --json moduli.new
`;

interface CheckFlags {
	readonly full?: boolean;
	readonly threads?: string;
	readonly json?: boolean;
	readonly quiet?: boolean;
	readonly verbose?: boolean;
}

/** `gen-dhparams moduli check [file…]`. */
export function moduliCheckCommand(): Command {
	const command = new Command("check")
		.argument("[file...]")
		.option("--full")
		.option("--threads <n>", "", once("--threads"))
		.option("--json")
		.option("-q, --quiet")
		.option("-v, --verbose")
		.action(runCheck);
	command.helpInformation = () => HELP;
	return command;
}

async function runCheck(
	files: readonly string[],
	flags: CheckFlags,
): Promise<void> {
	const paths = files.length > 0 ? files : [STDIN];
	if (paths.filter((path) => path === STDIN).length > 1) {
		throw new InvalidArgumentError(
			'"-" is given twice, and standard input can be read once.',
		);
	}
	const threads =
		flags.threads === undefined
			? undefined
			: wholeNumber("--threads", flags.threads);
	let status: number = ExitCode.OK;
	const reports: object[] = [];
	await untilInterrupted(async (signal) => {
		for (const path of paths) {
			const file = path === STDIN ? "standard input" : path;
			try {
				const report = await checkFile(path, file, flags, { signal, threads });
				if (report.verdict === "reject") {
					status = Math.max(status, ExitCode.REJECTED);
				}
				reports.push({ file, ...report });
			} catch (error) {
				// Not a bug of ours, and the next file may be better. A single one is an error like any other.
				if (!(error instanceof DhParamsError) || paths.length === 1)
					throw error;
				status = ExitCode.FAILED;
				complain(messageOf(error));
			}
		}
	});
	if (flags.json && !flags.quiet) {
		await printDrained(jsonText(paths.length > 1 ? reports : reports[0]));
	}
	process.exitCode = status;
}

async function checkFile(
	path: string,
	name: string,
	{ full, json, quiet, verbose }: CheckFlags,
	options: {
		readonly signal: AbortSignal;
		readonly threads: number | undefined;
	},
): Promise<ModuliReport> {
	const { readTableFile } = await import("./moduli-file.js");
	const table = await readTableFile(path, options.signal);
	const { checkModuli } = await import("../moduli/check.js");
	const { SetsProgressLine } = await import("./sets-progress.js");
	const { findingLine, summaryLines } = await import("./moduli-text.js");
	const line = new SetsProgressLine(process.stderr);
	const isShown = (finding: ModuliFinding) =>
		!json &&
		!quiet &&
		(verbose || finding.verdict !== "note" || finding.line === null);
	try {
		const report = await checkModuli(table, {
			...options,
			full,
			onProgress: quiet ? undefined : (progress) => line.show(progress),
			onFinding: (finding) => {
				if (!isShown(finding)) return;
				line.erase();
				printLines(findingLine(name, finding));
			},
		});
		line.erase();
		if (!json && !quiet) printLines(...summaryLines(name, report));
		return report;
	} finally {
		line.erase();
	}
}
