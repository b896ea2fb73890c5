import { UnreadableParametersError } from "../../src/errors.js";
import { readParameters } from "../../src/reading/read.js";
import type { Reading } from "../../src/reading/reading.js";
import { Random } from "../fuzz/random.js";
import type { Loaded, Loaders } from "./loaders.js";
import { strangers } from "./materials.js";
import { oddFile } from "./mutations.js";

/** A file that we accept, and a loader that finds another group in it. */
export interface Fault {
	readonly file: Buffer;
	readonly loaded: Loaded;
}

export interface Comparison {
	readonly files: number;
	/** How many of the files we read. */
	readonly accepted: number;
	/** How many of the accepted files at least one loader reads. */
	readonly loaded: number;
	readonly faults: readonly Fault[];
}

const BATCH = 2000;

/**
 * Makes odd files from a seed, and compares what we read from each with what every loader loads: whatever a loader
 * loads has to be among our readings. A loader that refuses the file is in order.
 */
export function compare(
	loaders: Loaders,
	files: number,
	seed: number,
	onProgress: (comparison: Comparison) => void = () => {},
): Comparison {
	const random = new Random(seed);
	const beside = strangers();
	let [made, accepted, loaded] = [0, 0, 0];
	const faults: Fault[] = [];
	while (made < files) {
		const batch: { file: Buffer; readings: readonly Reading[] }[] = [];
		for (; made < files && batch.length < BATCH; made++) {
			const file = oddFile(random, beside);
			const readings = accept(file);
			if (readings !== undefined) batch.push({ file, readings });
		}
		const results = loaders.load(batch.map(({ file }) => file));
		for (const [i, { file, readings }] of batch.entries()) {
			const groups = results[i] as Loaded[];
			accepted++;
			if (groups.length > 0) loaded++;
			const stray = groups.find(
				({ p, g }) =>
					!readings.some(({ params }) => params.p === p && params.g === g),
			);
			if (stray !== undefined) faults.push({ file, loaded: stray });
		}
		onProgress({ files: made, accepted, loaded, faults });
	}
	return { files: made, accepted, loaded, faults };
}

function accept(file: Buffer): Reading[] | undefined {
	try {
		return readParameters(file);
	} catch (error) {
		if (error instanceof UnreadableParametersError) return undefined;
		throw error;
	}
}
