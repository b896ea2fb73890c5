import { withAsn1 } from "../encoding/asn1.js";
import { DhParamsError, InvalidArgumentError } from "../errors.js";
import { readOne, readParameters } from "../reading/read.js";
import type { Reading } from "../reading/reading.js";
import { unreadableReport } from "../validate/encoding.js";
import type { Report } from "../validate/report.js";
import { type ValidateOptions, validateReading } from "../validate/validate.js";
import { messageOf } from "./advice.js";
import { readInput } from "./input.js";
import { printLines } from "./output.js";

/** One set of parameters, or the error that stands in its place. */
export interface Outcome {
	readonly name: string;
	readonly report: Report;
	readonly unreadable: boolean;
	/** Where the set is among those of its file, counted from 0. */
	readonly at: number;
}

/** What of the options of check concerns a file. */
export interface FileFlags {
	readonly all?: boolean;
	readonly json?: boolean;
	readonly quiet?: boolean;
}

/** The outcomes of one file, one for each of its sets where all are asked for. */
export async function* checkFile(
	path: string,
	flags: FileFlags,
	options: ValidateOptions,
): AsyncGenerator<Outcome> {
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
		yield {
			name,
			report: unreadableReport(messageOf(error), options),
			unreadable: true,
			at: 0,
		};
		return;
	}
	for (const { format } of readings) {
		if (options.generator !== undefined && format !== "number") {
			throw new InvalidArgumentError(
				`--generator goes with a bare number; ${name} is ${format} and has a generator of its own.`,
			);
		}
	}
	const [first, ...others] = readings;
	if (first !== undefined && others.length === 0) {
		const report = await validateReading(first, options);
		yield { name, report, unreadable: false, at: 0 };
		return;
	}
	yield* checkSets(name, readings, flags, options);
}

/** Many sets of one file: what is found to be composite first, then the others; at the end a summary. */
async function* checkSets(
	name: string,
	readings: readonly Reading[],
	{ json, quiet }: FileFlags,
	options: ValidateOptions,
): AsyncGenerator<Outcome> {
	const { validateSets } = await import("../validate/sets.js");
	const { SetsProgressLine } = await import("./sets-progress.js");
	const line = new SetsProgressLine(process.stderr);
	const place = (index: number) => {
		const at = readings[index]?.line;
		return at === undefined ? name : `${name}, line ${at}`;
	};
	const count = { accept: 0, warn: 0, reject: 0 };
	let checked = 0;
	try {
		for await (const { index, report } of validateSets(readings, {
			...options,
			...(quiet ? {} : { onProgress: (progress) => line.show(progress) }),
		})) {
			line.erase();
			count[report.verdict]++;
			checked++;
			yield { name: place(index), report, unreadable: false, at: index };
		}
	} finally {
		line.erase();
	}
	if (!json && !quiet) {
		printLines(
			`${name}: ${checked} of ${readings.length} sets checked: ${count.accept} accepted, ${count.warn} accepted with warnings, ${count.reject} rejected`,
		);
	}
	if (checked < readings.length) {
		const message = `${place(checked)}: from here on ${readings.length - checked} of ${readings.length} sets are not checked, since a single file may not take longer than this. Split it into several files.`;
		yield {
			name: place(checked),
			report: unreadableReport(message, options),
			unreadable: true,
			at: checked,
		};
	}
}
