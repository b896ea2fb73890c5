/**
 * Starts searches and stops each at a random time while its threads start, in one of the ways in which a caller can, and
 * writes what is left at the end as one line of JSON. Run by aborts.ts:
 *   node build/test/stress/abort-child.js COUNT
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
	/** Resident memory in MB after the first searches, after each tenth of the aborts, and at the end. */
	readonly memory: readonly number[];
	/** What settled otherwise than it should have. */
	readonly faults: readonly string[];
}

const THREADS = [1, 2, 4, 8];

const count = Number(process.argv[2] ?? 50);
const latencies: number[] = [];
const faults: string[] = [];
let since = 0;

/** How long a short search takes with so many threads, most of it their start, in ms: it depends on the machine's load. */
const startTimes = new Map<number, number>();
for (const threads of THREADS) {
	const began = performance.now();
	await generate(512, { threads, allowWeak: true });
	startTimes.set(threads, performance.now() - began);
}
const before = threadCount();
const memory = [megabytes()];
for (let i = 1; i <= count; i++) {
	const threads = THREADS[Math.floor(Math.random() * THREADS.length)] ?? 1;
	const ms = Math.random() * (startTimes.get(threads) ?? 0);
	if (i % 4 === 0) await byCallback(threads);
	else if (i % 4 === 1) await byClose(threads, ms);
	else await byAbort(threads, ms);
	if (i % Math.ceil(count / 10) === 0) memory.push(megabytes());
}
const report: AbortReport = {
	latencies,
	threads: [before, threadCount()],
	memory,
	faults,
};
console.log(JSON.stringify(report));

async function byAbort(threads: number, ms: number): Promise<void> {
	const abort = new AbortController();
	const reason = new Error("enough");
	const search = generate(4096, { threads, signal: abort.signal });
	await stopped(
		search,
		ms,
		() => abort.abort(reason),
		(error) => error === reason,
	);
}

async function byClose(threads: number, ms: number): Promise<void> {
	const pool = createPool({ threads });
	const searches = [1, 2, 3].map(() => pool.generate(4096));
	for (const search of searches) search.catch(() => {});
	await stopped(
		Promise.any(searches).catch(({ errors }) => {
			throw errors[0];
		}),
		ms,
		() => void pool.close(),
		(error) => error instanceof WorkerError,
	);
	await pool.close();
}

/** The callback fails at its first, second or third call, which are all soon; the time counts from then on. */
async function byCallback(threads: number): Promise<void> {
	const reason = new Error("the callback's");
	let left = 1 + Math.floor(Math.random() * 3);
	const search = generate(4096, {
		threads,
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

function threadCount(): number {
	if (process.platform !== "linux") return 0;
	return readdirSync("/proc/self/task").length;
}

function megabytes(): number {
	return Math.round(process.memoryUsage.rss() / 2 ** 20);
}
