import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import { policyOf } from "../validate/policy.js";
import type { ValidateOptions } from "../validate/validate.js";
import { checkFile, type Outcome } from "./check-file.js";
import { ExitCode, untilInterrupted } from "./exit.js";
import { readInput } from "./input.js";
import { ifGiven, once, wholeNumber, wholeNumberIfGiven } from "./options.js";
import { complain, jsonText, printDrained, printLines } from "./output.js";
import { reportLines } from "./report-text.js";

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
  --all              check every set of parameters in a FILE, such as
                     /etc/ssh/moduli; composite ones are reported first
  -g, --generator N  take a bare hexadecimal or decimal p, with this generator
  --seed TEXT        p must come from this seed (docs/seeds.md)
  --certificate FILE check that this certificate proves p a safe prime
                     (docs/proofs.md)
  --openssl          add what openssl dhparam -check would say
  --json             print reports as JSON (docs/report.schema.json)
  -q, --quiet        print nothing; see the exit status
  -v, --verbose      also print checks that passed

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
	readonly certificate?: string;
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
		.option("--certificate <file>", "", once("--certificate"))
		.option("--openssl")
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
	const paths = files.length > 0 ? files : ["-"];
	const options = {
		...validateOptions(flags),
		certificate: await certificateText(paths, flags),
	};
	policyOf(options);
	if (paths.filter((path) => path === "-").length > 1) {
		throw new InvalidArgumentError(
			'"-" is given twice, and standard input can be read once.',
		);
	}
	// One input is one report, as JSON; several are an array.
	const isArray = paths.length > 1 || flags.all === true;
	const json = new JsonReports(isArray);
	let status: number = ExitCode.OK;
	await untilInterrupted(async (signal) => {
		for (const path of paths) {
			const outcomes: Outcome[] = [];
			for await (const outcome of checkFile(path, flags, {
				...options,
				signal,
			})) {
				status = Math.max(status, statusOf(outcome));
				if (flags.json) outcomes.push(outcome);
				else if (!flags.quiet) await print(outcome, flags);
			}
			if (!flags.quiet) {
				for (const { name, report } of outcomes.sort((a, b) => a.at - b.at)) {
					await json.write({ file: name, ...report });
				}
			}
		}
	});
	if (flags.json && !flags.quiet) await json.end();
	process.exitCode = status;
}

/** @throws {@link InvalidArgumentError} for one certificate and several sets of parameters */
async function certificateText(
	paths: readonly string[],
	{ certificate, all }: CheckFlags,
): Promise<string | undefined> {
	if (certificate === undefined) return undefined;
	if (paths.length > 1 || all) {
		throw new InvalidArgumentError(
			"--certificate proves one p; give one file of parameters, without --all.",
		);
	}
	if (certificate === "-" && paths[0] === "-") {
		throw new InvalidArgumentError(
			"The parameters and the certificate cannot both come from standard input.",
		);
	}
	return Buffer.from(await readInput(certificate)).toString("utf8");
}

function statusOf({ unreadable, report }: Outcome): number {
	if (unreadable) return ExitCode.FAILED;
	return report.verdict === "reject" ? ExitCode.REJECTED : ExitCode.OK;
}

function validateOptions(flags: CheckFlags): ValidateOptions {
	const { policy, minBits, maxBits, generator, openssl, seed } = flags;
	return {
		policy,
		seed,
		minBits: wholeNumberIfGiven("--min-bits", minBits),
		maxBits: wholeNumberIfGiven("--max-bits", maxBits),
		generator: ifGiven(generator, (g) => BigInt(wholeNumber("--generator", g))),
		openssl,
	};
}

/** Writes reports as JSON as they come, an array or a single one, in the layout of JSON.stringify. */
class JsonReports {
	readonly #isArray: boolean;
	#count = 0;

	constructor(isArray: boolean) {
		this.#isArray = isArray;
	}

	async write(report: object): Promise<void> {
		const text = jsonText(report).trimEnd();
		const before = this.#count++ === 0 ? "[\n" : ",\n";
		await printDrained(
			this.#isArray ? `${before}${text.replace(/^/gm, "  ")}` : text,
		);
	}

	async end(): Promise<void> {
		await printDrained(this.#isArray ? "\n]\n" : "\n");
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
	printLines(...reportLines(name, report, { verbose }));
}
