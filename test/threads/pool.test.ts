import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkerError } from "../../src/errors.js";
import { WorkerPool } from "../../src/threads/pool.js";
import { WorkQueue } from "../../src/threads/work-queue.js";

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-pool-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A module whose `sieve` task is this one, as a file URL. */
function entry(name: string, task: string): string {
	const path = join(folder, `${name}.cjs`);
	writeFileSync(path, `exports.sieve = ${task};`);
	return pathToFileURL(path).href;
}

test.each([
	["exits", "process.exit(3);", "status 3"],
	["throws", 'throw new Error("out of luck");', "out of luck"],
	["throws what is not an error", "throw 5;", "5"],
	["rejects", 'return Promise.reject(new Error("later"));', "later"],
	[
		"fails outside of the task",
		'setTimeout(() => { throw new Error("later"); }); return new Promise(() => {});',
		"later",
	],
	[
		"runs out of memory",
		"const all = []; for (;;) all.push(new Array(1e6).fill(all.length));",
		"use fewer threads",
	],
	["cannot be loaded", "return import('./missing.mjs');", "missing.mjs"],
])(
	"a worker that %s is reported, while another never ends",
	async (name, body, words) => {
		// One thread fails; the other would run for ever if anyone waited for it.
		const dies = `(task) => {
			if (Atomics.add(new Int32Array(task), 0, 1) > 0) for (;;) ;
			${body}
		}`;
		await using pool = new WorkerPool(2, {
			entry: entry(name.replaceAll(" ", "-"), dies),
			resourceLimits: { maxOldGenerationSizeMb: 32 },
		});
		const task = new SharedArrayBuffer(4);
		const error = await pool.runOnAll("sieve", task).catch((e) => e);
		expect(error).toBeInstanceOf(WorkerError);
		expect(error.code).toBe("ERR_WORKER");
		expect(error.message).toContain("worker thread");
		expect(error.message).toContain(words);
	},
	20_000,
);

test("after a thread has died the next task runs on new ones", async () => {
	const dies = entry(
		"first",
		"(counter) => { if (Atomics.add(new Int32Array(counter), 0, 1) === 0) process.exit(1); return 7; }",
	);
	await using pool = new WorkerPool(2, { entry: dies });
	const counter = new SharedArrayBuffer(4);
	await expect(pool.runOnAll("sieve", counter)).rejects.toThrow(WorkerError);
	expect(await pool.runOnAll("sieve", counter)).toEqual([7, 7]);
});

test("destroying a pool ends tasks that run and wait, and nothing starts afterwards", async () => {
	const endless = entry("endless", "() => { for (;;) ; }");
	const pool = new WorkerPool(2, { entry: endless });
	const runs = [1, 2, 3].map(() =>
		pool.runOnAll("sieve", null).catch((error) => error),
	);
	await new Promise((resolve) => setTimeout(resolve, 100));
	await Promise.all([pool.destroy(), pool.destroy()]);
	for (const run of runs) expect(await run).toBeInstanceOf(WorkerError);
	await expect(pool.runOnAll("sieve", null)).rejects.toThrow(WorkerError);
	expect(pool.isRunning).toBe(false);
	await pool.destroy();
});

test("a task that can be halted gives way to one that waits, and goes on after it", async () => {
	const counting = entry(
		"counting",
		`async ({ queue, places }) => {
			const { WorkQueue } = await import(${JSON.stringify(pathToFileURL("build/src/threads/work-queue.js").href)});
			const own = new WorkQueue(queue);
			let taken = 0;
			while (own.take(1, places) !== undefined) {
				taken++;
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
			}
			return taken;
		}`,
	);
	await using pool = new WorkerPool(2, { entry: counting });
	const run = async (places: number) => {
		const queue = new WorkQueue();
		const task = { queue: queue.memory, places };
		let taken = 0;
		let turns = 0;
		do {
			queue.halted = false;
			const counts = await pool.runOnAll<object, number>("sieve", task, queue);
			taken += counts.reduce((a, b) => a + b);
			turns++;
		} while (queue.hasLeft(places));
		return { taken, turns, ended: ended++ };
	};
	let ended = 0;
	const [long, short] = await Promise.all([run(600), run(20)]);
	expect(long).toEqual({ taken: 600, turns: 2, ended: 1 });
	expect(short).toEqual({ taken: 20, turns: 1, ended: 0 });
});
