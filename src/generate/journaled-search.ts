import { drawSeed, type Job } from "../journal/job.js";
import { Journal } from "../journal/journal.js";
import type { Found } from "../search/search.js";
import type { GroupsRequest } from "./groups-request.js";

/** A search whose seed may be left to its journal. */
export interface JournaledRequest
	extends Omit<GroupsRequest, "seed" | "wanted" | "state" | "onState"> {
	readonly seed: string | undefined;
}

/**
 * Finds the group that a search without interruptions would find, and notes in a journal what is decided.
 *
 * @param path of the journal, which is gone on with where it exists
 * @param collect searches; it is called once
 * @throws {@link FileError} for a file that is not the journal of this search, or that cannot be written
 */
export async function searchWithJournal(
	path: string,
	{ seed, ...request }: JournaledRequest,
	collect: (request: GroupsRequest) => Promise<Found[]>,
): Promise<Found & { readonly seed: string }> {
	const { bits, generator, construction } = request;
	const jobOf = (recorded: Job | undefined): Job => ({
		construction,
		seed: seed ?? recorded?.seed ?? drawSeed(),
		generator,
		sizes: [bits],
		perSize: 1,
	});
	await using journal = await Journal.open(path, jobOf);
	const found = await collectWithJournal(
		journal,
		{ ...request, seed: journal.job.seed, wanted: 1 },
		collect,
	);
	return { ...(found[0] as Found), seed: journal.job.seed };
}

/**
 * Goes on with a search from what its journal says, and notes in it what is decided, also when the search is stopped.
 *
 * @throws {@link FileError} when the journal cannot be written
 */
export async function collectWithJournal(
	journal: Journal,
	request: GroupsRequest,
	collect: (request: GroupsRequest) => Promise<Found[]>,
): Promise<Found[]> {
	const { bits } = request;
	try {
		return await collect({
			...request,
			state: journal.states.get(bits),
			onState: (state) => {
				request.onState?.(state);
				return journal.record(bits, state);
			},
		});
	} finally {
		await journal.flush();
	}
}
