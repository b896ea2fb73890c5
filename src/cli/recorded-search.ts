import {
	MODULI_CONSTRUCTION,
	PROVABLE_CONSTRUCTION,
} from "../encoding/seed.js";
import { FileError } from "../errors.js";
import { readJournal } from "../journal/journal.js";

/** The search for one group that a journal belongs to. */
export interface RecordedSearch {
	readonly bits: number;
	readonly generator: number;
	readonly provable: boolean;
}

/** @throws {@link FileError} for a file that is missing, or is not the journal of a search for one group */
export async function recordedSearchOf(path: string): Promise<RecordedSearch> {
	const { job } = await readJournal(path);
	const [bits] = job.sizes;
	if (job.construction === MODULI_CONSTRUCTION || bits === undefined) {
		throw new FileError(
			`${path} is the journal of a moduli file. Go on with it: gen-dhparams moduli --resume ${path}`,
		);
	}
	const provable = job.construction === PROVABLE_CONSTRUCTION;
	return { bits, generator: job.generator, provable };
}
