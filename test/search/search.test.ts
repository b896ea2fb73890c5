import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
	chooseEngine,
	type EngineChoice,
} from "../../src/arithmetic/choose-engine.js";
import { UnconfirmedResultError } from "../../src/errors.js";
import { type DrawBytes, draw } from "../../src/search/draw.js";
import { type Plan, plan } from "../../src/search/plan.js";
import { search } from "../../src/search/search.js";
import { chooseSieve, type SieveChoice } from "../../src/search/sieve.js";
import { WorkerPool } from "../../src/threads/pool.js";
import { passesBailliePsw } from "../primality/baillie-psw.js";

const bigint: EngineChoice = { name: "bigint", reason: "a test asks for it" };

let compiled: SieveChoice;
let pool: WorkerPool;
beforeAll(async () => {
	compiled = chooseSieve(bigint);
	pool = new WorkerPool(2);
});
afterAll(() => pool.destroy());

/** The same bytes for the same seed. */
function seeded(seed: string): DrawBytes {
	return (window, length) =>
		createHash("shake256", { outputLength: length })
			.update(`${seed}/${window}`)
			.digest();
}

/** Small enough that a window holds few safe primes and a search takes milliseconds. */
const small: Plan = {
	...plan(512, 2, "bigint"),
	bits: 64,
	windowLength: 2048,
	firstBound: 64,
	firstTests: 4,
	sieveBound: 512,
};

test("the window that is searched many times yields each of its safe primes equally often", async () => {
	const fixedStart = seeded("window");
	const { first, step } = draw(small, 0, fixedStart).window;
	const safePrimes = Array.from(
		{ length: small.windowLength },
		(_, k) => first + BigInt(step) * BigInt(k),
	).filter((p) => passesBailliePsw(p) && passesBailliePsw((p - 1n) / 2n));
	expect(safePrimes.length).toBeGreaterThanOrEqual(4);

	const found = new Map(safePrimes.map((p) => [p, 0]));
	const runs = 60 * safePrimes.length;
	for (let run = 0; run < runs; run++) {
		// The start is always the same, the order never.
		const order = seeded(`order ${run}`);
		const { p } = await search({
			plan: small,
			pool,
			engine: bigint,
			sieve: compiled,
			bytesOf: (window, length) =>
				Buffer.concat([
					fixedStart(window, length).subarray(0, -32),
					order(window, 32),
				]),
		});
		expect(found.has(p)).toBe(true);
		found.set(p, (found.get(p) ?? 0) + 1);
	}
	const expected = runs / safePrimes.length;
	const chiSquare = [...found.values()].reduce(
		(sum, seen) => sum + (seen - expected) ** 2 / expected,
		0,
	);
	// A mean of k − 1 with a standard deviation of √(2(k − 1)); the seeds are fixed, so this cannot fail by chance.
	const freedom = safePrimes.length - 1;
	expect(chiSquare).toBeLessThan(freedom + 3.5 * Math.sqrt(2 * freedom));
});

test("the result does not depend on the threads, the engine or the sieve's depth", async () => {
	const planned = { ...plan(256, 2, "bigint"), bits: 256 };
	const results = new Set<bigint>();
	const kernel = chooseEngine();
	for (const threads of [1, 2, 4]) {
		await using other = new WorkerPool(threads);
		for (const [firstBound, firstTests, sieveBound, engine, sieve] of [
			[2 ** 10, 0, 2 ** 10, bigint, compiled],
			[2 ** 10, 0, 2 ** 12, bigint, "plain"],
			[2 ** 8, 7, 2 ** 16, kernel, chooseSieve(kernel)],
			[2 ** 14, 7, 2 ** 20, bigint, compiled],
			// This thread finds it before the workers do.
			[2 ** 14, 1e6, 2 ** 20, bigint, compiled],
		] as const) {
			const deep = { ...planned, firstBound, firstTests, sieveBound };
			const request = { plan: deep, pool: other, engine, sieve };
			const { p } = await search({ ...request, bytesOf: seeded("x") });
			results.add(p);
		}
	}
	expect(results.size).toBe(1);
});

test("a sieve that takes long reports how far it is", async () => {
	const controller = new AbortController();
	const sieved: number[] = [];
	const result = search({
		plan: { ...plan(512, 2, "bigint"), firstTests: 0, sieveBound: 2 ** 30 },
		pool,
		engine: bigint,
		sieve: compiled,
		bytesOf: seeded("deep"),
		signal: controller.signal,
		onProgress: (progress) => {
			if (progress.sieved === undefined) return;
			expect(progress.phase).toBe("sieve");
			sieved.push(progress.sieved);
			if (sieved.length === 3) controller.abort();
		},
	});
	await expect(result).rejects.toThrow();
	expect(sieved.length).toBeGreaterThanOrEqual(3);
	expect(sieved).toEqual([...sieved].sort((a, b) => a - b));
	expect(sieved[0]).toBeGreaterThanOrEqual(0);
	expect(sieved.at(-1)).toBeGreaterThan(0);
	expect(sieved.at(-1)).toBeLessThan(1);
});

test("where a window holds no safe prime, the next one is searched", async () => {
	const tiny = { ...small, windowLength: 32 };
	let sieved = 0;
	let tested = 0;
	const { p, window } = await search({
		plan: tiny,
		pool,
		engine: bigint,
		sieve: compiled,
		bytesOf: seeded("empty windows"),
		onProgress: (progress) => {
			if (progress.phase === "sieve") sieved++;
			expect(progress.tested).toBeGreaterThanOrEqual(tested);
			tested = progress.tested;
		},
	});
	expect(window).toBeGreaterThan(0);
	expect(passesBailliePsw(p)).toBe(true);
	expect(sieved).toBeGreaterThan(1);
});

test("two searches give two primes", async () => {
	const [a, b] = [
		await search({ plan: small, pool, engine: bigint, sieve: compiled }),
		await search({ plan: small, pool, engine: bigint, sieve: compiled }),
	];
	expect(a.p).not.toBe(b.p);
});

test("what a broken kernel takes for a safe prime is not confirmed, and never handed out", async () => {
	// Passes the first candidate that the sieve left over, prime or not.
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-broken-"));
	const file = join(folder, "entry.cjs");
	writeFileSync(
		file,
		`const tasks = require(${JSON.stringify(resolve("dist/workers/entry.cjs"))});
		exports.sieve = tasks.sieve;
		exports.verify = tasks.verify;
		exports.fermat = async ({ queue }) => {
			const { WorkQueue } = await import(${JSON.stringify(pathToFileURL("build/src/threads/work-queue.js").href)});
			new WorkQueue(queue).report(0);
		};`,
	);
	await using pool = new WorkerPool(2, { entry: pathToFileURL(file).href });
	const error = await search({
		// The main thread, which is not broken, tests none.
		plan: { ...plan(512, 2, "bigint"), firstTests: 0 },
		pool,
		engine: bigint,
		sieve: compiled,
	})
		.then(() => undefined)
		.catch((reason) => reason)
		.finally(() => rmSync(folder, { recursive: true }));
	expect(error).toBeInstanceOf(UnconfirmedResultError);
	expect(error.message).toContain("verification does not confirm");
});
