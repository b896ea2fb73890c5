import { Command } from "commander";
import { InvalidArgumentError, UnreadableParametersError } from "../errors.js";
import type { DhParams } from "../params.js";
import { encodeAs, FORMATS_HELP, formatOf } from "./formats.js";
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
are not checked: gen-dhparams check does that.

Options:
${FORMATS_HELP}
  -o, --out FILE       write a file, atomically, mode 0644
  -f, --force          replace FILE if it exists
  -g, --generator N    take a bare hexadecimal or decimal p, with this generator
  -q, --quiet          do not say that the values were not checked

moduli and proftpd hold all sets of all files; the other formats hold one set.
Files whose names may begin with "-" go behind "--".

Exit status: 0 written, 2 bad usage or a file that cannot be read or written.

Examples:
  gen-dhparams convert dhparams.pem --format openvpn
  gen-dhparams convert dh2048.pem dh3072.pem --format proftpd --out dh.pem
`;

interface ConvertFlags extends ResultFlags {
	readonly format?: string;
	readonly json?: boolean;
	readonly generator?: string;
	readonly quiet?: boolean;
}

/** `gen-dhparams convert [file…]`. */
export function convertCommand(): Command {
	const command = new Command("convert")
		.argument("[file...]")
		.option("--format <format>", "", once("--format"))
		.option("--json")
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
	const sets: DhParams[] = [];
	for (const file of files.length > 0 ? files : ["-"]) {
		sets.push(...(await readSets(file, flags)));
	}
	await writeResult(encodeAs(format, sets), flags);
	if (!flags.quiet) {
		complain(
			"the values were converted, not checked; gen-dhparams check does that.",
		);
	}
}

async function readSets(
	file: string,
	{ generator }: ConvertFlags,
): Promise<DhParams[]> {
	const { readInput } = await import("./input.js");
	const { withAsn1 } = await import("../encoding/asn1.js");
	const { readParameters } = await import("../reading/read.js");
	const bytes = await readInput(file);
	const options =
		generator === undefined
			? {}
			: { generator: BigInt(wholeNumber("--generator", generator)) };
	try {
		const readings = await withAsn1(() =>
			readParameters(secretData(bytes) ?? bytes, options),
		);
		return readings.map(({ params }) => params);
	} catch (error) {
		if (!(error instanceof UnreadableParametersError)) throw error;
		const name = file === "-" ? "standard input" : file;
		throw new UnreadableParametersError(`${name}: ${error.message}`, {
			cause: error,
			reason: error.reason,
		});
	}
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
