import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { FilterModuliOptions } from "../moduli/filter.js";
import { untilInterrupted } from "./exit.js";
import { STDIN } from "./input.js";
import { once, wholeNumber } from "./options.js";
import { complain } from "./output.js";
import {
	checkResultFile,
	type ResultFlags,
	writeResult,
} from "./result-file.js";

const HELP = `Usage: gen-dhparams moduli filter [FILE] [options]

Writes the lines of OpenSSH's table of groups that have the sizes asked for, byte
for byte and in their order; comments stay. Without a FILE, or for "-", standard
input is read. The groups are not tested: gen-dhparams moduli check does that.

Options:
  --sizes N,N...       keep these sizes, in bits of the modulus: 3072, not the
                       3071 that the file says
  --min-bits N         keep groups of N bits and more
  --drop-unused        drop what sshd does not use: lines that it skips, and
                       sizes outside 2048 to 8192 bits
  --drop-duplicates    drop groups whose modulus stands in a line before
  -o, --out FILE       write a file, atomically, mode 0644
  -f, --force          replace FILE if it exists
  -q, --quiet          do not say how many groups were kept

A client that takes only sizes which the table lacks gets a built-in group of
sshd. With --sizes or --min-bits, lines that sshd skips are dropped too. A table
without a group is an error, and nothing is written: sshd would take a built-in
group for every client.

Exit status: 0 written, 2 bad usage, no group left, or a file that cannot be
read or written.

Examples:
  gen-dhparams moduli filter /etc/ssh/moduli --min-bits 3072 > moduli.new
  gen-dhparams moduli filter moduli --sizes 3072,8192 --out moduli --force
`;

interface FilterFlags extends ResultFlags {
	readonly sizes?: string;
	readonly minBits?: string;
	readonly dropUnused?: boolean;
	readonly dropDuplicates?: boolean;
	readonly quiet?: boolean;
}

/** `gen-dhparams moduli filter [file]`. */
export function moduliFilterCommand(): Command {
	const command = new Command("filter")
		.argument("[file]")
		.option("--sizes <list>", "", once("--sizes"))
		.option("--min-bits <n>", "", once("--min-bits"))
		.option("--drop-unused")
		.option("--drop-duplicates")
		.option("-o, --out <file>", "", once("--out"))
		.option("-f, --force")
		.option("-q, --quiet")
		.allowExcessArguments(false)
		.action(runFilter);
	command.helpInformation = () => HELP;
	return command;
}

async function runFilter(
	file: string | undefined,
	flags: FilterFlags,
): Promise<void> {
	const options = filterOptions(flags);
	await checkResultFile(flags);
	const { readTableFile } = await import("./moduli-file.js");
	const { filterModuli } = await import("../moduli/filter.js");
	const bytes = await untilInterrupted((signal) =>
		readTableFile(file ?? STDIN, signal),
	);
	const { table, kept, groups, skipped, missing } = filterModuli(
		bytes,
		options,
	);
	await writeResult(table, flags);
	if (flags.quiet) return;
	const bad =
		skipped === 0
			? ""
			: `; sshd skips ${skipped} malformed ${skipped === 1 ? "line" : "lines"} of the input, which gen-dhparams moduli check shows`;
	if (missing.length > 0) {
		complain(`the table has no group of ${missing.join(", ")} bits.`);
	}
	complain(`${kept} of ${groups} groups were kept${bad}.`);
}

/** @throws {@link InvalidArgumentError} where nothing says what to keep, and for sizes that make no sense */
function filterOptions({
	sizes,
	minBits,
	dropUnused,
	dropDuplicates,
}: FilterFlags): FilterModuliOptions {
	if (
		[sizes, minBits, dropUnused, dropDuplicates].every(
			(flag) => flag === undefined,
		)
	) {
		throw new InvalidArgumentError(
			"Say what to keep: --sizes, --min-bits, --drop-unused or --drop-duplicates.",
		);
	}
	const list = sizes?.split(",").map((size) => wholeNumber("--sizes", size));
	const repeated = list?.find((size, i) => list.indexOf(size) !== i);
	if (repeated !== undefined) {
		throw new InvalidArgumentError(`--sizes names ${repeated} twice.`);
	}
	return {
		sizes: list,
		minBits:
			minBits === undefined ? undefined : wholeNumber("--min-bits", minBits),
		dropUnused,
		dropDuplicates,
	};
}
