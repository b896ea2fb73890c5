/**
 * What more threads bring:
 *   npm run bench:scaling -- [--bits 3072] [--seconds 5] [--rounds 3]
 * First measured here, in turns: tests a second of one process with one thread, of two such processes at once, and of
 * one process with two threads. Then simulated for more processors than this machine has, from costs measured here.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { generate } from "../src/generate/generate.js";
import { expectedTests, plan, sieveMs, testMs } from "../src/search/plan.js";
import { sieveRanges } from "../src/search/sieve.js";
import { WorkerPool } from "../src/threads/pool.js";

const { values } = parseArgs({
	options: {
		bits: { type: "string", default: "3072" },
		seconds: { type: "string", default: "5" },
		rounds: { type: "string", default: "3" },
		worker: { type: "string" },
	},
});
const bits = Number(values.bits);

if (values.worker !== undefined) {
	const rate = await testsPerSecond(Number(values.worker));
	process.stdout.write(String(rate));
} else {
	await measureHere();
	await simulate();
}

/** Searches for so many seconds, one after the other, and counts the tests. */
async function testsPerSecond(threads: number): Promise<number> {
	const signal = AbortSignal.timeout(1000 * Number(values.seconds));
	let tested = 0;
	let testingMs = 0;
	while (!signal.aborted) {
		let last = { tested: 0, testsPerSecond: 1 };
		await generate(bits, {
			threads,
			signal,
			onProgress: (progress) => {
				if (progress.tested > 0) last = progress;
			},
		}).catch((error) => {
			if (!signal.aborted) throw error;
		});
		tested += last.tested;
		testingMs += (1000 * last.tested) / last.testsPerSecond;
	}
	return (1000 * tested) / testingMs;
}

async function measureHere(): Promise<void> {
	const run = async (threads: number) => {
		const file = fileURLToPath(import.meta.url);
		const args = [file, "--worker", String(threads), "--bits", values.bits];
		const { stdout } = await promisify(execFile)(process.execPath, [
			...args,
			"--seconds",
			values.seconds,
		]);
		return Number(stdout);
	};
	const best = { alone: 0, twoProcesses: 0, twoThreads: 0 };
	for (let round = 0; round < Number(values.rounds); round++) {
		const pair = await Promise.all([run(1), run(1)]);
		best.alone = Math.max(best.alone, await run(1));
		best.twoProcesses = Math.max(
			best.twoProcesses,
			pair.reduce((a, b) => a + b),
		);
		best.twoThreads = Math.max(best.twoThreads, await run(2));
	}
	const { alone, twoProcesses, twoThreads } = best;
	console.log(
		`${bits} bits, tests a second, best of ${values.rounds} rounds of ${values.seconds} s:\n` +
			`  one thread                 ${alone.toFixed(1)}\n` +
			`  two processes, one thread  ${twoProcesses.toFixed(1)}  (${(twoProcesses / alone).toFixed(2)} of one)\n` +
			`  two threads                ${twoThreads.toFixed(1)}  (${(twoThreads / alone).toFixed(2)} of one, ${(twoThreads / twoProcesses).toFixed(3)} of two processes)\n`,
	);
}

/** Costs in ms, of this machine. */
interface Costs {
	/** From the start of the process until its pool is made. */
	readonly start: number;
	/** The main thread's part in starting one worker. */
	readonly spawn: number;
	/** From then until the worker takes tasks. */
	readonly boot: number;
	/** Joining one worker's map of the window to the others. */
	readonly join: number;
	/** One power of the verification. */
	readonly confirmation: number;
}

async function measureCosts(size: number): Promise<Costs> {
	const workers = 4;
	const began = performance.now();
	const pool = new WorkerPool(workers);
	const made = performance.now();
	await pool.runOnAll("verify", {
		evidence: [],
		queue: new SharedArrayBuffer(64),
	});
	const up = performance.now();
	await pool.destroy();
	const { windowLength } = plan(size, 2, "kernel");
	return {
		start: 90, // Node itself takes 60
		spawn: (made - began) / workers,
		boot: (up - made) / workers,
		// Copied from the worker, read and written: about 1 ns a byte.
		join: windowLength / 8 / 1e6,
		confirmation: testMs(size, "bigint"),
	};
}

async function simulate(): Promise<void> {
	for (const size of [2048, 4096, 8192]) {
		const costs = await measureCosts(size);
		console.log(
			`${size} bits, simulated; costs in ms: ${JSON.stringify(costs, (_, v) => (typeof v === "number" ? Number(v.toFixed(2)) : v))}\n` +
				" threads  mean wall, s  speed-up  of the ideal",
		);
		const one = meanWall(size, 1, costs);
		for (const threads of [1, 2, 8, 32, 128]) {
			const wall = meanWall(size, threads, costs);
			console.log(
				`${String(threads).padStart(8)}${(wall / 1000).toFixed(2).padStart(14)}${(one / wall).toFixed(1).padStart(10)}${(one / wall / threads).toFixed(2).padStart(14)}`,
			);
		}
		console.log();
	}
}

/** The mean of many simulated searches, in ms. */
function meanWall(size: number, threads: number, costs: Costs): number {
	const runs = 4000;
	let sum = 0;
	for (let i = 0; i < runs; i++) sum += simulatedWall(size, threads, costs);
	return sum / runs;
}

/** Each worker takes the next piece of work when it is done with the last, as on the queue. */
function simulatedWall(size: number, threads: number, costs: Costs): number {
	const { sieveBound, firstBound } = plan(size, 2, "kernel");
	const free = Array.from(
		{ length: threads },
		(_, i) => costs.start + (i + 1) * costs.spawn + costs.boot,
	);
	const pieces = sieveRanges(firstBound, sieveBound);
	for (const [low, high] of pieces) {
		give(
			free,
			sieveMs(size, high, "kernel") -
				sieveMs(size, Math.max(low, 2 ** 14), "kernel"),
		);
	}
	const joined = Math.max(...free) + threads * costs.join;
	free.fill(joined);
	const tests = Math.ceil(
		-Math.log(Math.random()) * expectedTests(size, sieveBound),
	);
	// Two lanes: a worker tests two candidates at a time. The others end with the test that they are in.
	const test = 2 * testMs(size, "kernel");
	for (let i = 0; i < tests; i += 2) {
		if (i + 2 >= tests) free.fill(Math.min(...free) + test);
		else if (tests > 50 * threads && i === 0) {
			// The even part of a long search at once.
			const rounds = Math.floor(tests / 2 / threads) - 1;
			for (let w = 0; w < threads; w++)
				free[w] = (free[w] as number) + rounds * test;
			i += 2 * (rounds * threads - 1);
		} else give(free, test);
	}
	const powers = 9;
	return Math.max(...free) + Math.ceil(powers / threads) * costs.confirmation;
}

function give(free: number[], ms: number): void {
	const first = free.indexOf(Math.min(...free));
	free[first] = (free[first] as number) + ms;
}
