import { Command } from "commander";
import { moduliLines } from "../encoding/moduli-table.js";
import { InvalidArgumentError, UnreadableParametersError } from "../errors.js";
import type { DhParams } from "../params.js";
import type { Reading } from "../reading/reading.js";
import {
	bySize,
	encodeAll,
	encodeAs,
	FORMATS_HELP,
	type Format,
	formatOf,
} from "./formats.js";
import { STDIN } from "./input.js";
import { once, wholeNumber } from "./options.js";
import { complain } from "./output.js";
import {
	checkResultFile,
	type ResultFlags,
	writeResult,
} from "./result-file.js";

const HELP = `Usage: gen-dhparams convert [FILE...] --format FORMAT [options]

Writes the parameters of a file in another format. It reads what check reads,
and a Kubernetes Secret; without a FILE, or for "-", standard input. The values
are not checked: gen-dhparams check does that. Only for a line of moduli(5),
which says how its modulus was tested, are they tested; lines of OpenSSH's table
stay as they are.

Options:
${FORMATS_HELP}
  --all                write all sets to one file, as several blocks of PEM or an
                       array of JSON
  --line N             take the set that begins in line N, such as one of
                       /etc/ssh/moduli
  -o, --out FILE       write a file, atomically, mode 0644
  -f, --force          replace FILE if it exists
  -g, --generator N    take a bare hexadecimal or decimal p, with this generator
  -q, --quiet          do not say that the values were not checked

moduli and proftpd hold all sets of all files, sorted by size; PEM and JSON do
with --all; the other formats hold one set. Files whose names may begin with "-"
go behind "--".

Exit status: 0 written, 2 bad usage or a file that cannot be read or written.

Examples:
  gen-dhparams convert dhparams.pem --format openvpn
  gen-dhparams convert dh2048.pem dh3072.pem --format proftpd --out dh.pem
  gen-dhparams convert /etc/ssh/moduli --line 2 --format pem
`;

interface ConvertFlags extends ResultFlags {
	readonly format?: string;
	readonly json?: boolean;
	readonly generator?: string;
	readonly all?: boolean;
	readonly line?: string;
	readonly quiet?: boolean;
}

/** `gen-dhparams convert [file…]`. */
export function convertCommand(): Command {
	const command = new Command("convert")
		.argument("[file...]")
		.option("--format <format>", "", once("--format"))
		.option("--json")
		.option("--all")
		.option("--line <n>", "", once("--line"))
		.option("-o, --out <file>", "", once("--out"))
		.option("-f, --force")
		.option("-g, --generator <n>", "", once("--generator"))
		.option("-q, --quiet")
		.action(runConvert);
	command.helpInformation = () => HELP;
	return command;
}

async function runConvert(
	files: readonly string[],
	flags: ConvertFlags,
): Promise<void> {
	if ((flags.format === undefined) !== (flags.json ?? false)) {
		throw new InvalidArgumentError(
			"Name one format, such as --format pem; gen-dhparams convert --help lists them.",
		);
	}
	const format = formatOf(flags.format ?? "json");
	await checkResultFile(flags);
	if (flags.line !== undefined && (flags.all || files.length > 1)) {
		throw new InvalidArgumentError(
			"--line takes one set of one file; give one file, without --all.",
		);
	}
	const sets: Source[] = [];
	for (const file of files.length > 0 ? files : [STDIN]) {
		sets.push(...(await readSets(file, flags)));
	}
	await writeResult(await encoded(format, sets, flags), flags);
	if (!flags.quiet && format !== "moduli") {
		complain(
			"the values were converted, not checked; gen-dhparams check does that.",
		);
	}
}

/** One set of a file. */
interface Source {
	readonly params: DhParams;
	readonly bits: number;
	/** The line of OpenSSH's table that it came in, as sshd reads it. */
	readonly tableLine?: string;
}

async function encoded(
	format: Format,
	sets: readonly Source[],
	{ all }: ConvertFlags,
): Promise<string | Uint8Array> {
	const params = sets.map((set) => set.params);
	if (format !== "moduli") return (all ? encodeAll : encodeAs)(format, params);
	// A line of a table says truly when and how its modulus was tested; the others are tested now.
	const untested = sets.filter(({ tableLine }) => tableLine === undefined);
	const text = await encodeAs(
		"moduli",
		untested.map((set) => set.params),
	);
	const lines = String(text).split("\n");
	const written = bySize(untested);
	return bySize(sets)
		.map((set) => set.tableLine ?? `${lines[written.indexOf(set)]}\n`)
		.join("");
}

async function readSets(
	file: string,
	{ generator, line }: ConvertFlags,
): Promise<Source[]> {
	const { readInput } = await import("./input.js");
	const { withAsn1 } = await import("../encoding/asn1.js");
	const { readParameters } = await import("../reading/read.js");
	const name = file === STDIN ? "standard input" : file;
	const wanted = line === undefined ? undefined : wholeNumber("--line", line);
	const bytes = await readInput(file);
	const options =
		generator === undefined
			? {}
			: { generator: BigInt(wholeNumber("--generator", generator)) };
	try {
		const readings = await withAsn1(() =>
			readParameters(secretData(bytes) ?? bytes, options),
		);
		const chosen = readings.filter(
			(reading) => wanted === undefined || reading.line === wanted,
		);
		if (chosen.length === 0) {
			const lines = readings.slice(0, 5).map((reading) => reading.line ?? 1);
			throw new InvalidArgumentError(
				`No set of parameters begins in line ${wanted} of ${name}; the first ones begin in ${lines.join(", ")}.`,
			);
		}
		const lines = Buffer.from(bytes).toString("latin1").split("\n");
		return chosen.map((reading) => sourceOf(reading, lines));
	} catch (error) {
		if (!(error instanceof UnreadableParametersError)) throw error;
		throw new UnreadableParametersError(`${name}: ${error.message}`, {
			cause: error,
			reason: error.reason,
		});
	}
}

function sourceOf(
	{ params, format, line }: Reading,
	lines: readonly string[],
): Source {
	const { bits } = params;
	if (format !== "moduli" || line === undefined) return { params, bits };
	const [read] = moduliLines(`${lines[line - 1]}\n`);
	// What sshd would skip or overlook is written anew.
	return read?.kind === "group" && read.group.remarks.length === 0
		? { params, bits, tableLine: read.raw.replace(/\r?\n$/, "\n") }
		: { params, bits };
}

/** The value of dhparam.pem in a Kubernetes Secret in YAML, as kubectl and this command write it. */
function secretData(bytes: Uint8Array): Uint8Array | undefined {
	const text = Buffer.from(bytes).toString("latin1");
	if (!/^kind: Secret\r?$/m.test(text)) return undefined;
	const values = [
		...text.matchAll(/^ {1,8}dhparam\.pem: ([\w+/]+={0,2})\r?$/gm),
	];
	const [value] = values;
	if (value === undefined || values.length > 1) {
		throw new UnreadableParametersError(
			`The Secret has ${values.length} values of dhparam.pem in base64, and one is read.`,
		);
	}
	return Buffer.from(value[1] as string, "base64");
}
