/**
 * Starts searches and stops each at a random time while its threads start, in one of the ways in which a caller can, and
 * writes what is left at the end as one line of JSON. Run by aborts.ts:
 *   node dist/test/stress/abort-child.js COUNT LATEST_MS
 */
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createPool, generate, WorkerError } from "../../src/index.js";

/** What a child saw. */
export interface AbortReport {
	/** From the abort to the promise's rejection, in ms. */
	readonly latencies: readonly number[];
	/** Threads of the process, after the first search and at the end; 0 without /proc. */
	readonly threads: readonly [before: number, after: number];
	/** Resident memory in MB. */
	readonly memory: readonly [before: number, after: number];
	/** What settled otherwise than it should have. */
	readonly faults: readonly string[];
}

const THREADS = [1, 2, 4, 8];

const [count = 50, latest = 250] = process.argv.slice(2).map(Number);
const latencies: number[] = [];
const faults: string[] = [];
let since = 0;

for (const stop of [byAbort, byClose, byCallback]) await stop(0);
const before = { threads: threadCount(), memory: memory() };
for (let i = 0; i < count; i++) {
	const stop = [byAbort, byAbort, byClose, byCallback][i % 4] as typeof byAbort;
	await stop(Math.random() * latest);
}
const report: AbortReport = {
	latencies,
	threads: [before.threads, threadCount()],
	memory: [before.memory, memory()],
	faults,
};
console.log(JSON.stringify(report));

async function byAbort(ms: number): Promise<void> {
	const abort = new AbortController();
	const reason = new Error("enough");
	const search = generate(4096, { threads: threads(), signal: abort.signal });
	await stopped(
		search,
		ms,
		() => abort.abort(reason),
		(error) => error === reason,
	);
}

async function byClose(ms: number): Promise<void> {
	const generator = createPool({ threads: threads() });
	const searches = [1, 2, 3].map(() => generator.generate(4096));
	for (const search of searches) search.catch(() => {});
	await stopped(
		Promise.any(searches).catch(({ errors }) => {
			throw errors[0];
		}),
		ms,
		() => void generator.close(),
		(error) => error instanceof WorkerError,
	);
	await generator.close();
}

/** The callback fails at its first, second or third call, which are all soon; the time counts from then on. */
async function byCallback(): Promise<void> {
	const reason = new Error("the callback's");
	let left = 1 + Math.floor(Math.random() * 3);
	const search = generate(4096, {
		threads: threads(),
		onProgress: () => {
			if (--left > 0) return;
			since = performance.now();
			throw reason;
		},
	});
	await stopped(
		search,
		0,
		() => {},
		(error) => error === reason,
	);
}

async function stopped(
	search: Promise<unknown>,
	ms: number,
	stop: () => void,
	isRight: (error: unknown) => boolean,
): Promise<void> {
	const settled = search.then(
		() => "found a group",
		(error) => (isRight(error) ? undefined : String(error)),
	);
	await sleep(ms);
	since = performance.now();
	stop();
	const fault = await settled;
	latencies.push(performance.now() - since);
	if (fault !== undefined) faults.push(fault);
}

function threads(): number {
	return THREADS[Math.floor(Math.random() * THREADS.length)] as number;
}

function threadCount(): number {
	if (process.platform !== "linux") return 0;
	return readdirSync("/proc/self/task").length;
}

function memory(): number {
	return Math.round(process.memoryUsage.rss() / 2 ** 20);
}
