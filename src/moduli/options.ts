import {
	BOOLEAN,
	checkArgument,
	FUNCTION,
	type Kind,
	type KindsOf,
	NUMBER,
	SIGNAL,
	STRING,
} from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";
import {
	checkOneRecord,
	checkRequest,
	QUEUE,
	type QueueOptions,
	type SearchOptions,
	THREAD_OPTIONS,
	type ThreadOptions,
} from "../generate/options.js";
import type { ModuliProgress } from "./progress.js";

/**
 * What a moduli file is to hold, and how it is made.
 *
 * @example
 * const options: ModuliOptions = { sizes: [3072, 4096], perSize: 20, nice: 10 };
 */
export interface ModuliOptions extends ThreadOptions {
	/** The sizes of p in bits, each 512 … 16384 and once. sshd uses those from 2048 to 8192. */
	readonly sizes: readonly number[];
	/** How many groups of each size, 1 … 10000. */
	readonly perSize: number;
	/** The generator g of all groups, 2 … 255; its order is q. Default 2. */
	readonly generator?: number | undefined;
	/**
	 * The text that all groups are derived from, 1 … 1024 bytes of UTF-8: the same seed and generator give the same groups
	 * everywhere. Default: that of the journals, or else one that is drawn.
	 */
	readonly seed?: string | undefined;
	/** Needed for sizes below 1024 bits. Default false. */
	readonly allowWeak?: boolean | undefined;
	/**
	 * A file that notes what is decided: the same call goes on from it after an interruption, and gives the same bytes as
	 * without one. The file is made where it does not exist, and stays. Default: none.
	 */
	readonly journal?: string | undefined;
	/** Journals of other runs with the same seed and generator, whose work is used; they are only read. Default: none. */
	readonly resume?: readonly string[] | undefined;
	/** As for `generate`: a queue at which other machines take parts of the search. */
	readonly queue?: string | QueueOptions | undefined;
	/** As for `generate`: a file of the results of units of work, which is added to. */
	readonly units?: string | undefined;
	/** As for `generate`: told of machines that die, fail or compute wrongly. */
	readonly onIncident?: SearchOptions["onIncident"];
	/** Stops the search; the promise then rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
	/** Called at the start of each phase and ten times a second while candidates are tested. */
	readonly onProgress?: ((progress: ModuliProgress) => void) | undefined;
}

const LIST: Kind = { accepts: Array.isArray, expected: "an array" };

export const MODULI_OPTIONS: KindsOf<ModuliOptions> = {
	sizes: LIST,
	perSize: NUMBER,
	generator: NUMBER,
	seed: STRING,
	allowWeak: BOOLEAN,
	journal: STRING,
	resume: {
		accepts: (value) =>
			Array.isArray(value) && value.every((one) => typeof one === "string"),
		expected: "an array of names of files",
	},
	queue: QUEUE,
	units: STRING,
	onIncident: FUNCTION,
	signal: SIGNAL,
	onProgress: FUNCTION,
	...THREAD_OPTIONS,
};

const MAX_PER_SIZE = 10_000;

/**
 * @throws {@link InvalidArgumentError} for sizes that repeat, numbers out of range, and what `generate` refuses
 * @throws {@link WeakSizeError} for a size below 1024 bits without `allowWeak`
 */
export function checkModuliOptions({
	sizes,
	perSize,
	generator,
	seed,
	allowWeak,
	threads,
	nice,
	cpuShare,
	journal,
	queue,
	units,
}: ModuliOptions): void {
	checkOneRecord({ journal, queue, units });
	checkArgument("sizes", sizes, LIST);
	checkArgument("perSize", perSize, NUMBER);
	if (sizes.length === 0) {
		throw new InvalidArgumentError(
			"No size is given; give at least one, such as 3072.",
		);
	}
	const repeated = sizes.find((bits, i) => sizes.indexOf(bits) !== i);
	if (repeated !== undefined) {
		throw new InvalidArgumentError(
			`The size ${repeated} is given twice; give each size once.`,
		);
	}
	if (!Number.isInteger(perSize) || perSize < 1 || perSize > MAX_PER_SIZE) {
		throw new InvalidArgumentError(
			`The number of groups of each size is ${perSize}; it must be a whole number from 1 to ${MAX_PER_SIZE}.`,
		);
	}
	for (const bits of sizes) {
		checkRequest(bits, {
			generator,
			seed,
			allowWeak,
			threads,
			nice,
			cpuShare,
		});
	}
}
