import { drawSeed } from "../journal/job.js";
import { coordinate } from "../machines/coordinator.js";
import type { CutSearch } from "../machines/cut.js";
import { LocalQueue } from "../machines/local-queue.js";
import { ownMachine } from "../machines/own-machine.js";
import type { UnitQueue, UnitSource } from "../machines/queue.js";
import type { Recompute } from "../machines/second-opinion.js";
import { checkUnit } from "../machines/unit-json.js";
import { UnitsFile } from "../machines/units-file.js";
import type { SearchState } from "../search/collect.js";
import type { Unit, UnitResult } from "../search/unit.js";
import type { GroupsRequest } from "./groups-request.js";
import type { QueueOptions, SharedOptions } from "./options.js";
import type { UnitOptions } from "./searcher.js";
import { SharedClock } from "./shared-clock.js";

/** What does the units of this process. */
export interface UnitWorker {
	readonly threads: number;
	/** How far its sieve goes. */
	highestBound(): Promise<number>;
	work(unit: Unit, options?: UnitOptions): Promise<UnitResult>;
}

/** The two ends of a queue that this process holds. */
interface Ends extends AsyncDisposable {
	readonly queue: UnitQueue;
	readonly source: UnitSource;
}

/**
 * Decides a search together with the machines at a queue, and with what a file says of units that were done before.
 *
 * @param expectedTests how many tests one group takes on average
 * @returns what a search on this machine alone would have decided
 * @throws {@link QueueError} for a queue that cannot be used, and for a unit that no machine can do
 * @throws {@link FileError} for a file that is not of this search, or cannot be written
 */
export async function decideShared(
	worker: UnitWorker,
	request: GroupsRequest,
	shared: SharedOptions,
	expectedTests: number,
): Promise<SearchState> {
	const { construction, seed, bits, generator, wanted, state } = request;
	const search: CutSearch = { construction, seed, bits, generator };
	const own = ownMachine(worker.threads, await worker.highestBound());
	const stop = new AbortController();
	const signal = AbortSignal.any([
		stop.signal,
		...(request.signal === undefined ? [] : [request.signal]),
	]);
	const recompute: Recompute = (unit, part) =>
		worker.work({ ...unit, ...part }, { parts: [part], signal });
	await using file =
		shared.units === undefined ? undefined : await UnitsFile.open(shared.units);
	const records = (await file?.confirmedRecordsOf(search, recompute)) ?? [];
	await using ends = await openEnds(shared.queue, search);

	const clock = new SharedClock(
		expectedTests * wanted,
		shared.queue !== undefined,
		request.onProgress,
	);
	const serving = ends.source.serve(
		(unit, needless) =>
			worker.work(checkUnit(unit), {
				signal: needless,
				onProgress: (progress) => clock.own(progress),
			}),
		{ machine: own, signal },
	);
	// An end that cannot go on ends the search.
	serving.catch((error: unknown) => stop.abort(error));
	try {
		return await coordinate(ends.queue, {
			search,
			wanted,
			start: state,
			records,
			own,
			recompute,
			onRecord: (record) => file?.add(record),
			onRefused: (machine) => file?.refuse(machine),
			onIncident: shared.onIncident,
			onProgress: (progress) => {
				request.onState?.(progress.state);
				clock.all(progress);
			},
			signal,
		});
	} finally {
		stop.abort(new Error("The search has ended."));
		await serving.catch(() => {});
	}
}

/** The seed of a search: the one that is given, that of the file's results, or a new one. */
export async function sharedSeed(
	given: string | undefined,
	{ units }: SharedOptions,
): Promise<string> {
	if (given !== undefined) return given;
	await using file =
		units === undefined ? undefined : await UnitsFile.open(units);
	return file?.records[0]?.unit.seed ?? drawSeed();
}

async function openEnds(
	queue: SharedOptions["queue"],
	search: CutSearch,
): Promise<Ends> {
	if (queue === undefined) {
		const local = new LocalQueue();
		return {
			queue: local,
			source: local,
			[Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
		};
	}
	const { openUnitQueue, openUnitSource } = await import(
		"../machines/bull/open.js"
	);
	const { url, ...options } = queueOptions(queue);
	const opened = await openUnitQueue(url, {
		...options,
		search: JSON.stringify([
			search.construction,
			search.seed.normalize(),
			search.bits,
			search.generator,
		]),
	});
	try {
		const source = await openUnitSource(url, options);
		return {
			queue: opened,
			source,
			[Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
		};
	} catch (error) {
		await opened[Symbol.asyncDispose]();
		throw error;
	}
}

/** A queue that was given as its address alone, too. */
export function queueOptions(queue: string | QueueOptions): QueueOptions {
	return typeof queue === "string" ? { url: queue } : queue;
}
