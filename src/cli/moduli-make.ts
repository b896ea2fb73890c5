import { rm } from "node:fs/promises";
import { InvalidArgumentError } from "../errors.js";
import type { Job } from "../journal/job.js";
import { readJournal } from "../journal/journal.js";
import type { Moduli } from "../moduli/moduli.js";
import type { ModuliOptions } from "../moduli/options.js";
import { describeModuli } from "./describe-moduli.js";
import { Interruption, untilInterrupted } from "./exit.js";
import { describeEngine } from "./generate.js";
import { wholeNumber } from "./options.js";
import { jsonText, say } from "./output.js";
import { duration, ProgressLine } from "./progress-line.js";
import { type SharedFlags, sharedOptions } from "./queue-flags.js";
import { checkResultFile, writeResult } from "./result-file.js";
import { type SearchFlags, searchOptions } from "./search-flags.js";

/** The options of `gen-dhparams moduli` as Commander hands them over. */
export interface MakeFlags extends SearchFlags, SharedFlags {
	readonly sizes?: string;
	readonly perSize?: string;
	readonly generator?: string;
	readonly out?: string;
	readonly force?: boolean;
	/** false: --no-journal */
	readonly journal?: string | boolean;
	readonly resume?: readonly string[];
	readonly json?: boolean;
	readonly progress?: boolean;
	readonly quiet?: boolean;
	readonly verbose?: boolean;
}

/** Makes a moduli file: the result to stdout or --out, messages to stderr. */
export async function makeModuli(flags: MakeFlags): Promise<void> {
	const { out, quiet = false, verbose = false, resume = [] } = flags;
	const [first] = resume;
	const recorded =
		first === undefined ? undefined : (await readJournal(first)).job;
	const journal = journalOf(flags);
	const options: ModuliOptions = {
		...searchOptions(flags),
		...wanted(flags, recorded),
		journal,
		resume,
		...(await sharedOptions(flags, { quiet })),
	};
	const { checkModuliOptions } = await import("../moduli/options.js");
	checkModuliOptions(options);
	await checkResultFile(flags);
	if (!quiet) await warnOfSizes(options.sizes);

	const moduli = await search(options, flags);
	await writeResult(flags.json ? moduliJson(moduli) : moduli.text, flags);
	// Its work is done; one that was asked for by name stays.
	if (journal !== undefined && flags.journal === undefined) {
		await rm(journal, { force: true });
	}
	if (!quiet && out !== undefined) {
		say(
			`${moduli.groups.length} groups, verified. Next: gen-dhparams config openssh shows how sshd gets to use ${out}.`,
		);
	}
	if (!quiet && verbose) say(`Seed: ${moduli.seed}`);
}

async function search(
	options: ModuliOptions,
	{ progress, quiet = false, verbose = false }: MakeFlags,
): Promise<Moduli> {
	const { generateModuli } = await import("../moduli/moduli.js");
	const shown = (progress ?? process.stderr.isTTY) && !quiet;
	const line = new ProgressLine(describeModuli, process.stderr);
	const began = performance.now();
	let engine = "";
	try {
		const moduli = await untilInterrupted((signal) =>
			generateModuli({
				...options,
				signal,
				onProgress: (each) => {
					engine = describeEngine(each);
					if (shown) line.show(each);
				},
			}),
		);
		line.erase();
		if (!quiet && verbose) say(engine);
		if (shown) say(`Done in ${duration(performance.now() - began)}.`);
		return moduli;
	} catch (error) {
		line.erase();
		const { journal } = options;
		if (error instanceof Interruption && journal !== undefined && !quiet) {
			say(
				`What is decided is in ${journal}. Run the same command again to go on.`,
			);
		}
		throw error;
	}
}

/** @throws {@link InvalidArgumentError} for two answers to one question */
function journalOf({
	journal,
	out,
	queue,
	units,
}: MakeFlags): string | undefined {
	if (journal === false) return undefined;
	// Units that machines have done are noted in a file of their own.
	if (journal === undefined && (queue ?? units) !== undefined) return undefined;
	if (typeof journal === "string") return journal;
	return out === undefined ? undefined : `${out}.journal`;
}

/** @throws {@link InvalidArgumentError} for what is missing or not a number */
function wanted(
	{ sizes, perSize, generator, seed }: MakeFlags,
	recorded: Job | undefined,
): Pick<ModuliOptions, "sizes" | "perSize" | "generator" | "seed"> {
	const list = sizes
		?.split(",")
		.map((size) => wholeNumber("A size of --sizes", size.trim()));
	const count =
		perSize === undefined ? undefined : wholeNumber("--per-size", perSize);
	const base =
		generator === undefined ? undefined : wholeNumber("--generator", generator);
	const all = list ?? recorded?.sizes;
	const each = count ?? recorded?.perSize;
	if (all === undefined || each === undefined) {
		throw new InvalidArgumentError(
			"Give the sizes and the number of groups of each, such as --sizes 3072,4096,6144,7680,8192 --per-size 20.",
		);
	}
	return {
		sizes: all,
		perSize: each,
		generator: base ?? recorded?.generator,
		seed: seed ?? recorded?.seed,
	};
}

async function warnOfSizes(sizes: readonly number[]): Promise<void> {
	const { isUsedSize, LARGEST_GROUP, SMALLEST_GROUP } = await import(
		"../moduli/sshd-choice.js"
	);
	const unused = sizes.filter((bits) => !isUsedSize(bits));
	if (unused.length === 0) return;
	say(
		`gen-dhparams: warning: sshd uses groups of ${SMALLEST_GROUP} to ${LARGEST_GROUP} bits and never those of ${unused.join(", ")} bits.`,
	);
}

/** What `--json` prints: docs/moduli-file.schema.json. */
function moduliJson({ seed, generator, groups }: Moduli): string {
	return jsonText({
		version: 1,
		seed,
		generator,
		groups: groups.map((params) => params.toJSON()),
	});
}
