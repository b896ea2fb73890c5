import { Command } from "commander";
import { SEED_CONSTRUCTION } from "../encoding/seed.js";
import { InvalidArgumentError } from "../errors.js";
import type { Progress } from "../search/progress.js";
import type { Unit } from "../search/unit.js";
import { untilInterrupted } from "./exit.js";
import { describeEngine } from "./generate.js";
import { once, wholeNumber, wholeNumberIfGiven } from "./options.js";
import { say } from "./output.js";
import { type ProgressLine, searchLine } from "./progress-line.js";
import {
	checkResultFile,
	type ResultFlags,
	writeResult,
} from "./result-file.js";
import {
	THREAD_HELP,
	type ThreadFlags,
	takeThreadFlags,
	threadOptions,
} from "./search-flags.js";

const HELP = `Usage: gen-dhparams work --bits N --seed TEXT --part I/N [options]

Does one part of a search and prints what came of it as one line of JSON. The
same part gives the same line on every machine, but for the machine's name.
Collect the lines of all machines in a file, and give it to the search:

  gen-dhparams BITS --seed TEXT --units FILE

docs/machines.md has recipes for GNU parallel, Slurm and Kubernetes.

Part options:
  --bits N             the size of p in bits
  --seed TEXT          what the search is derived from
  -g, --generator N    the generator, 2 to 255 (2)
  --window W           the window of the seed, counted from 0 (0)
  --part I/N           the I-th of N equal parts of the window, I from 1 to N
  --from A             instead of --part: the first rank, from 0
  --to B               and the rank behind the last one, up to 2^32
  --sieve-bound N      strike out candidates with a factor below N (chosen by
                       the size); all parts of a window are to have the same
  --construction NAME  of what the seed gives ("${SEED_CONSTRUCTION}")

Options:
  --out FILE           write the line to a file, atomically
  --force              replace FILE if it exists
${THREAD_HELP}
  --progress           show progress even where stderr is not a terminal
  --no-progress        show none
  -q, --quiet          no progress
  -v, --verbose        say which engine tests, and why

Exit status: 0 done, 2 bad usage, 130 interrupted.

Examples:
  gen-dhparams work --bits 8192 --seed "example.org 2026" --part 3/64
`;

interface WorkFlags extends ThreadFlags, ResultFlags {
	readonly bits?: string;
	readonly seed?: string;
	readonly generator?: string;
	readonly window?: string;
	readonly part?: string;
	readonly from?: string;
	readonly to?: string;
	readonly sieveBound?: string;
	readonly construction?: string;
	readonly progress?: boolean;
	readonly quiet?: boolean;
	readonly verbose?: boolean;
}

export function workCommand(): Command {
	const command = takeThreadFlags(new Command("work"))
		.option("--bits <n>", "", once("--bits"))
		.option("--seed <text>", "", once("--seed"))
		.option("-g, --generator <n>", "", once("--generator"))
		.option("--window <n>", "", once("--window"))
		.option("--part <i/n>", "", once("--part"))
		.option("--from <rank>", "", once("--from"))
		.option("--to <rank>", "", once("--to"))
		.option("--sieve-bound <n>", "", once("--sieve-bound"))
		.option("--construction <name>", "", once("--construction"))
		.option("--out <file>", "", once("--out"))
		.option("--force")
		.option("--progress")
		.option("--no-progress")
		.option("-q, --quiet")
		.option("-v, --verbose")
		.action(work);
	command.helpInformation = () => HELP;
	return command;
}

async function work(flags: WorkFlags): Promise<void> {
	const { computeUnit } = await import("../generate/compute-unit.js");
	const { encodeRecord } = await import("../machines/units-file.js");
	const { ownMachine } = await import("../machines/own-machine.js");
	const { availableProcessors } = await import("../threads/processors.js");
	const unit = await unitOf(flags);
	await checkResultFile(flags);
	const { quiet = false, verbose = false } = flags;
	const shown = (flags.progress ?? process.stderr.isTTY) && !quiet;
	const line: ProgressLine<Progress> = searchLine(unit.bits, process.stderr);
	const options = threadOptions(flags);
	let engine = "";
	try {
		const result = await untilInterrupted((signal) =>
			computeUnit(unit, {
				...options,
				signal,
				onProgress: (progress) => {
					engine = describeEngine(progress);
					if (shown) line.show(progress);
				},
			}),
		);
		const machine = ownMachine(
			options.threads ?? availableProcessors(),
			unit.sieveBound,
		);
		line.erase();
		await writeResult(encodeRecord({ unit, result, machine }), flags);
	} finally {
		line.erase();
	}
	if (verbose && !quiet) say(engine);
}

/** @throws {@link InvalidArgumentError} for what is missing, not a number or out of range */
async function unitOf(flags: WorkFlags): Promise<Unit> {
	const { bits, seed, construction = SEED_CONSTRUCTION } = flags;
	if (bits === undefined || seed === undefined) {
		throw new InvalidArgumentError(
			"Give the search and the part: --bits N --seed TEXT, and --part I/N or --from A --to B.",
		);
	}
	const { checkUnit } = await import("../machines/unit-json.js");
	const { commonBound } = await import("../machines/cut.js");
	const search = {
		construction,
		seed,
		bits: wholeNumber("--bits", bits),
		generator: wholeNumberIfGiven("--generator", flags.generator) ?? 2,
		window: wholeNumberIfGiven("--window", flags.window) ?? 0,
		...ranksOf(flags),
	};
	const sieveBound = wholeNumberIfGiven("--sieve-bound", flags.sieveBound);
	// Checked before its size chooses the bound.
	const unit = checkUnit({ ...search, sieveBound: sieveBound ?? 2 ** 20 });
	return sieveBound === undefined
		? { ...unit, sieveBound: commonBound(unit) }
		: unit;
}

/** @throws {@link InvalidArgumentError} for two answers to one question, or none */
function ranksOf({ part, from, to }: WorkFlags): Pick<Unit, "from" | "to"> {
	const RANKS = 2 ** 32;
	if (part === undefined) {
		if (from === undefined || to === undefined) {
			throw new InvalidArgumentError(
				"Give the part: --part I/N, or both --from A and --to B.",
			);
		}
		return { from: wholeNumber("--from", from), to: wholeNumber("--to", to) };
	}
	if ((from ?? to) !== undefined) {
		throw new InvalidArgumentError(
			"--part and --from or --to both choose the ranks; give one or the other.",
		);
	}
	const [, i, n] = /^(\d{1,9})\/(\d{1,9})$/.exec(part) ?? [];
	const [at, count] = [Number(i), Number(n)];
	if (!(at >= 1 && at <= count && count <= 1e6)) {
		throw new InvalidArgumentError(
			`--part is "${part}"; it must be I/N with I from 1 to N, and N at most 1000000, such as 3/64.`,
		);
	}
	return {
		from: Math.floor((RANKS * (at - 1)) / count),
		to: Math.floor((RANKS * at) / count),
	};
}
