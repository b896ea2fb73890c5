import { Command } from "commander";
import { DhParamsError, InvalidArgumentError } from "../errors.js";
import type { Reading } from "../reading/reading.js";
import type { Report } from "../validate/report.js";
import type { ValidateOptions } from "../validate/validate.js";
import { ExitCode } from "./exit.js";
import { once, wholeNumber } from "./options.js";
import { complain, printJson, printLines } from "./output.js";

const HELP = `Usage: gen-dhparams check [FILE...] [options]

Says whether Diffie-Hellman parameters can be trusted, as if an attacker had
made them: size, primality of p and (p-1)/2, generator, subgroup, encoding, and
what is known of the group. Without a FILE, or for "-", standard input is read.

A FILE holds PEM or DER (PKCS #3 or X9.42), what openssl dhparam -text prints,
OpenSSH moduli, JSON of gen-dhparams, or a bare number with --generator. In a
bundle with certificates and keys only the DH parameters are looked at.

Options:
  --policy NAME      default, legacy (from 1024 bits), strict (from 3072 bits,
                     standard groups only), openssl-level-0 to -5
  --min-bits N       reject fewer bits (2048)
  --max-bits N       refuse more bits (10000; at most 32768)
  --all              check every set of parameters in a FILE
  -g, --generator N  take a bare hexadecimal or decimal p, with this generator
  --seed TEXT        p must come from this seed (docs/seeds.md)
  --openssl          add what openssl dhparam -check would say
  --json             print reports as JSON (docs/report.schema.json)
  -q, --quiet        print nothing; the exit status tells
  -v, --verbose      print also what the checks found to be right

Exit status: 0 accepted (perhaps with warnings), 1 rejected, 2 bad usage or a
file that cannot be read; the worst of all files. docs/checks.md explains each
check and each policy. Where others choose the names of files, put them behind
"--": gen-dhparams check --min-bits 3072 -- *

Examples:
  gen-dhparams check /etc/ssl/dhparams.pem
  gen-dhparams 2048 | gen-dhparams check --json
`;

interface CheckFlags {
	readonly policy?: string;
	readonly minBits?: string;
	readonly maxBits?: string;
	readonly all?: boolean;
	readonly generator?: string;
	readonly seed?: string;
	readonly openssl?: boolean;
	readonly json?: boolean;
	readonly quiet?: boolean;
	readonly verbose?: boolean;
}

/** `gen-dhparams check [file…|-]`. */
export function checkCommand(): Command {
	const command = new Command("check")
		.argument("[file...]")
		.option("--policy <name>", "", once("--policy"))
		.option("--min-bits <n>", "", once("--min-bits"))
		.option("--max-bits <n>", "", once("--max-bits"))
		.option("--all")
		.option("-g, --generator <n>", "", once("--generator"))
		.option("--seed <text>", "", once("--seed"))
		.option("--openssl")
		.option("--json")
		.option("-q, --quiet")
		.option("-v, --verbose")
		.action(runCheck);
	command.helpInformation = () => HELP;
	return command;
}

/** One set of parameters, or the error that stands in its place. */
interface Outcome {
	readonly name: string;
	readonly report: Report;
	readonly unreadable: boolean;
}

async function runCheck(
	files: readonly string[],
	flags: CheckFlags,
): Promise<void> {
	const { policyOf } = await import("../validate/policy.js");
	const options = validateOptions(flags);
	policyOf(options);
	const paths = files.length > 0 ? files : ["-"];
	if (paths.filter((path) => path === "-").length > 1) {
		throw new InvalidArgumentError(
			'"-" is given twice, and standard input can be read once.',
		);
	}
	const outcomes: Outcome[] = [];
	for (const path of paths) {
		for await (const outcome of checkFile(path, flags, options)) {
			outcomes.push(outcome);
			if (!flags.json && !flags.quiet) await print(outcome, flags);
		}
	}
	if (flags.json && !flags.quiet) {
		const reports = outcomes.map(({ name, report }) => ({
			file: name,
			...report,
		}));
		const single = paths.length === 1 && !flags.all ? reports[0] : reports;
		printJson(single);
	}
	process.exitCode = Math.max(
		...outcomes.map(({ unreadable, report }) =>
			unreadable
				? ExitCode.FAILED
				: report.verdict === "reject"
					? ExitCode.REJECTED
					: ExitCode.OK,
		),
	);
}

function validateOptions(flags: CheckFlags): ValidateOptions {
	const { policy, minBits, maxBits, generator, openssl, seed } = flags;
	return {
		...(policy === undefined ? {} : { policy }),
		...(seed === undefined ? {} : { seed }),
		...(minBits === undefined
			? {}
			: { minBits: wholeNumber("--min-bits", minBits) }),
		...(maxBits === undefined
			? {}
			: { maxBits: wholeNumber("--max-bits", maxBits) }),
		...(generator === undefined
			? {}
			: { generator: BigInt(wholeNumber("--generator", generator)) }),
		...(openssl === undefined ? {} : { openssl }),
	};
}

async function* checkFile(
	path: string,
	flags: CheckFlags,
	options: ValidateOptions,
): AsyncGenerator<Outcome> {
	const { readInput } = await import("./input.js");
	const { withAsn1 } = await import("../encoding/asn1.js");
	const { readOne, readParameters } = await import("../reading/read.js");
	const { unreadableReport, validateReading } = await import(
		"../validate/validate.js"
	);
	const name = path === "-" ? "standard input" : path;
	let readings: Reading[];
	try {
		const bytes = await readInput(path);
		readings = await withAsn1(() =>
			flags.all ? readParameters(bytes, options) : [readOne(bytes, options)],
		);
	} catch (error) {
		// Not a bug of ours: the next file may be better.
		if (!(error instanceof DhParamsError)) throw error;
		yield { name, report: unreadableReport(error, options), unreadable: true };
		return;
	}
	for (const reading of readings) {
		const { line, format } = reading;
		if (options.generator !== undefined && format !== "number") {
			throw new InvalidArgumentError(
				`--generator goes with a bare number; ${name} is ${format} and has a generator of its own.`,
			);
		}
		yield {
			name: readings.length > 1 && line ? `${name}, line ${line}` : name,
			report: await validateReading(reading, options),
			unreadable: false,
		};
	}
}

async function print(
	{ name, report, unreadable }: Outcome,
	{ verbose = false }: CheckFlags,
): Promise<void> {
	if (unreadable) {
		const [check] = report.checks;
		const message = check?.message ?? "";
		// The messages about files name them already.
		const subject = message.startsWith(name) ? "" : `${name}: `;
		complain(subject + message);
		return;
	}
	const { reportLines } = await import("./report-text.js");
	printLines(...reportLines(name, report, { verbose }));
}
