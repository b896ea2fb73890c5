import { checkOptions } from "../arguments.js";
import { MODULI_CONSTRUCTION } from "../encoding/seed.js";
import type { GroupsRequest } from "../generate/groups-request.js";
import { collectWithJournal } from "../generate/journaled-search.js";
import type { SearchPool } from "../generate/search-pool.js";
import { onSharedThreads } from "../generate/shared-pool.js";
import { sharedSeed } from "../generate/shared-search.js";
import { drawSeed, type Job } from "../journal/job.js";
import {
	checkSame,
	isAhead,
	Journal,
	readJournal,
} from "../journal/journal.js";
import type { JournalContent } from "../journal/lines.js";
import { DhParams } from "../params.js";
import type { SearchState } from "../search/collect.js";
import { availableProcessors } from "../threads/processors.js";
import {
	checkModuliOptions,
	MODULI_OPTIONS,
	type ModuliOptions,
} from "./options.js";
import { ModuliClock } from "./progress.js";
import { seededTable } from "./seeded-table.js";

/** Groups for sshd. */
export interface Moduli {
	/** The text that all groups were derived from. */
	readonly seed: string;
	readonly generator: number;
	/** In ascending order of their sizes, and in the seed's order within a size. */
	readonly groups: readonly DhParams[];
	/** The content of the file, in the format of moduli(5). */
	readonly text: string;
}

/**
 * Finds the groups of a moduli file, OpenSSH's table for the Diffie-Hellman group exchange (RFC 4419). One deep sieve
 * serves many groups of a size, which makes each cheaper than a search of its own. Every group is verified with a second
 * engine. The same seed, generator, sizes and numbers give the same bytes everywhere.
 *
 * @param options sizes and numbers of groups, a seed, journals, threads; see {@link ModuliOptions}
 * @returns the groups, and the text of the file
 * @throws {@link InvalidArgumentError} for sizes that repeat, numbers out of range, a bad seed
 * @throws {@link WeakSizeError} for a size below 1024 bits without `allowWeak`
 * @throws {@link FileError} for a journal that is of another search, was changed, or cannot be written
 * @throws {@link WorkerError} when a worker thread cannot start or dies
 * @throws the signal's reason when it is aborted, and what `onProgress` throws
 *
 * @example
 * const { text } = await generateModuli({
 *   sizes: [3072, 4096],
 *   perSize: 20,
 *   journal: "moduli.journal",
 * });
 * await writeFile("moduli", text);
 */
export async function generateModuli(options: ModuliOptions): Promise<Moduli> {
	const given: ModuliOptions = checkOptions(
		"an option of generateModuli",
		options,
		MODULI_OPTIONS,
	);
	checkModuliOptions(given);
	given.signal?.throwIfAborted();
	const { threads = availableProcessors(), nice = 0, cpuShare = 1 } = given;
	await using record = await openRecord(given);
	return await onSharedThreads(threads, { nice, cpuShare }, (pool) =>
		make(pool, given, record),
	);
}

/** What is known before the search, and where it is noted. */
interface Recorded extends AsyncDisposable {
	readonly job: Job;
	readonly journal: Journal | undefined;
	readonly states: ReadonlyMap<number, SearchState>;
}

async function openRecord({
	units,
	sizes,
	perSize,
	generator = 2,
	seed,
	journal: path,
	resume = [],
}: ModuliOptions): Promise<Recorded> {
	const others: JournalContent[] = [];
	for (const file of resume) others.push(await readJournal(file));
	const otherSeed =
		others[0]?.job.seed ?? (units && (await sharedSeed(undefined, { units })));
	const jobOf = (recorded: Job | undefined): Job => ({
		construction: MODULI_CONSTRUCTION,
		seed: seed ?? recorded?.seed ?? otherSeed ?? drawSeed(),
		generator,
		sizes: ascending(sizes),
		perSize,
	});
	const journal =
		path === undefined ? undefined : await Journal.open(path, jobOf);
	try {
		const job = journal?.job ?? jobOf(undefined);
		const states = new Map(journal?.states);
		for (const [i, other] of others.entries()) {
			checkSame(resume[i] as string, other.job, job);
			for (const [bits, state] of other.states) {
				if (isAhead(state, states.get(bits))) states.set(bits, state);
			}
		}
		await journal?.merge(states);
		return {
			job,
			journal,
			states,
			[Symbol.asyncDispose]: async () => journal?.[Symbol.asyncDispose](),
		};
	} catch (error) {
		await journal?.[Symbol.asyncDispose]();
		throw error;
	}
}

async function make(
	pool: SearchPool,
	{ signal, onProgress, ...shared }: ModuliOptions,
	{ job, journal, states }: Recorded,
): Promise<Moduli> {
	const { seed, generator, sizes, perSize } = job;
	const clock = new ModuliClock(sizes, perSize, pool.threads);
	for (const bits of sizes) {
		clock.found(bits, states.get(bits)?.hits.length ?? 0);
	}
	const isShared = (shared.queue ?? shared.units) !== undefined;
	const groups: DhParams[] = [];
	for (const bits of sizes) {
		const request: GroupsRequest = {
			bits,
			generator,
			seed,
			construction: MODULI_CONSTRUCTION,
			wanted: perSize,
			state: states.get(bits),
			onState: ({ hits }) => clock.found(bits, hits.length),
			onProgress: (progress) => onProgress?.(clock.report(bits, progress)),
			signal,
		};
		const found = isShared
			? await pool.collectShared(request, shared)
			: journal === undefined
				? await pool.collect(request)
				: await collectWithJournal(journal, request, (each) =>
						pool.collect(each),
					);
		const g = BigInt(generator);
		groups.push(...found.map(({ p }) => new DhParams({ p, g })));
	}
	const text = seededTable({ seed, generator }, groups);
	return { seed, generator, groups, text };
}

function ascending(sizes: readonly number[]): number[] {
	return [...sizes].sort((a, b) => a - b);
}
