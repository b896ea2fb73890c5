import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkerError } from "../../src/errors.js";
import { Board } from "../../src/threads/board.js";
import { WorkerPool } from "../../src/threads/pool.js";

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-pool-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function worker(name: string, source: string): (task: string) => string {
	const path = join(folder, `${name}.mjs`);
	writeFileSync(path, source);
	return () => pathToFileURL(path).href;
}

test.each([
	["exits", "export default () => process.exit(3);"],
	["throws", 'export default () => { throw new Error("out of luck"); };'],
	[
		"runs out of memory",
		"export default () => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); };",
	],
	["cannot be loaded", "import './missing.mjs';"],
])(
	"a worker that %s is reported, while another never ends",
	async (name, source) => {
		// One thread fails; the other would run for ever if anyone waited for it.
		const dies = `
		import { isMainThread, threadId } from "node:worker_threads";
		const counter = (task) => Atomics.add(new Int32Array(task), 0, 1);
		${source.replace("export default", "const fail =").replace("import './missing.mjs';", "const fail = () => import('./missing.mjs');")}
		export default async (task) => { if (counter(task) === 0) await fail(); else for (;;) ; };`;
		const pool = new WorkerPool(2, {
			filename: worker(name.replaceAll(" ", "-"), dies),
			resourceLimits: { maxOldGenerationSizeMb: 32 },
		});
		try {
			const task = new SharedArrayBuffer(4);
			const error = await pool.runOnAll("sieve", task).catch((e) => e);
			expect(error).toBeInstanceOf(WorkerError);
			expect(error.code).toBe("ERR_WORKER");
			expect(error.message).toContain("worker thread");
		} finally {
			await pool.destroy();
		}
	},
	20_000,
);

test("destroying a pool ends a task that never ends, and its caller hears of it", async () => {
	const filename = worker("endless", "export default () => { for (;;) ; };");
	const pool = new WorkerPool(2, { filename });
	const run = pool.runOnAll("sieve", null).catch((error) => error);
	await new Promise((resolve) => setTimeout(resolve, 100));
	await pool.destroy();
	expect(await run).toBeInstanceOf(WorkerError);
});

test("a task that can be halted gives way to one that waits, and goes on after it", async () => {
	const filename = worker(
		"counting",
		`import { Board } from ${JSON.stringify(pathToFileURL("dist/src/threads/board.js").href)};
		export default ({ board, places }) => {
			const own = new Board(board);
			let taken = 0;
			while (own.take(1, places) !== undefined) {
				taken++;
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
			}
			return taken;
		};`,
	);
	await using pool = new WorkerPool(2, { filename });
	const run = async (places: number) => {
		const board = new Board();
		const task = { board: board.memory, places };
		let taken = 0;
		let turns = 0;
		do {
			board.halted = false;
			const counts = await pool.runOnAll<object, number>("sieve", task, board);
			taken += counts.reduce((a, b) => a + b);
			turns++;
		} while (board.hasLeft(places));
		return { taken, turns, ended: ended++ };
	};
	let ended = 0;
	const [long, short] = await Promise.all([run(600), run(20)]);
	expect(long).toEqual({ taken: 600, turns: 2, ended: 1 });
	expect(short).toEqual({ taken: 20, turns: 1, ended: 0 });
});
