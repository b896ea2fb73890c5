import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	computeUnit,
	generate,
	generateModuli,
	type Incident,
} from "../../src/index.js";
import { openUnitSource } from "../../src/machines/bull/open.js";
import { checkUnit } from "../../src/machines/unit-json.js";
import { hasRedis, RedisServer } from "./bull/redis-server.js";
import { Running } from "./processes.js";

describe.skipIf(!hasRedis)(
	"a search at a queue on a real Redis",
	{ timeout: 180_000 },
	() => {
		let redis: RedisServer;
		let folder: string;
		const running: Running[] = [];
		beforeAll(async () => {
			redis = await RedisServer.start();
			folder = mkdtempSync(join(tmpdir(), "gen-dhparams-queue-"));
		});
		afterAll(async () => {
			await Promise.all(running.map((one) => one.kill()));
			await redis[Symbol.asyncDispose]();
			rmSync(folder, { recursive: true });
		});

		function start(...args: string[]): Running {
			const one = new Running([...args, "--queue", redis.url]);
			running.push(one);
			return one;
		}
		const worker = () => start("join", "--threads", "1", "--json");

		test("gives the group of the seed while a worker is killed and another joins", async () => {
			const seed = "a worker dies";
			const first = worker();
			const units = join(folder, "units.jsonl");
			const search = start(
				"2048",
				"--threads",
				"1",
				"--json",
				"--seed",
				seed,
				"--units",
				units,
			);
			await until(() => first.stdout !== "" || search.hasEnded);
			await first.kill();
			const second = worker();
			expect(await search.ended, search.stderr).toBe(0);
			const { p } = await generate(2048, { seed });
			expect(BigInt(`0x${JSON.parse(search.stdout).p}`)).toBe(p);
			await second.kill();
			const doers = new Set(
				readFileSync(units, "utf8")
					.trim()
					.split("\n")
					.map((line) => JSON.parse(line).machine.name),
			);
			expect(doers.size).toBeGreaterThan(1);
		});

		test("makes the same moduli file", async () => {
			const other = worker();
			const file = join(folder, "moduli");
			const args = [
				"moduli",
				"--sizes",
				"768,800",
				"--per-size",
				"6",
				"--allow-weak",
				"-q",
			];
			const search = start(
				...args,
				"--threads",
				"1",
				"--seed",
				"same",
				"--out",
				file,
			);
			expect(await search.ended, search.stderr).toBe(0);
			const { text } = await generateModuli({
				sizes: [768, 800],
				perSize: 6,
				seed: "same",
				allowWeak: true,
			});
			expect(readFileSync(file, "utf8")).toBe(text);
			expect(existsSync(`${file}.journal`)).toBe(false);
			await other.kill();
		});

		test("stops its workers within seconds when it is stopped, and leaves nothing to do", async () => {
			const other = worker();
			const search = start(
				"8192",
				"--threads",
				"1",
				"--seed",
				"stopped",
				"--progress",
			);
			// A sieve of this size takes many seconds of one thread.
			await until(() => /2 machines/.test(search.stderr));
			await sleep(1000);
			const stopped = performance.now();
			expect(await search.kill("SIGINT")).toBe(130);
			expect(performance.now() - stopped).toBeLessThan(15_000);
			// The worker is free for another search.
			const next = start(
				"1024",
				"--threads",
				"1",
				"--json",
				"-q",
				"--seed",
				"next",
			);
			expect(await next.ended, next.stderr).toBe(0);
			await until(() => other.stdout.includes('"next"') || next.hasEnded);
			expect(await other.kill("SIGTERM")).toBe(143);
		});

		test("is not changed by a worker that finds nothing, which is reported", async () => {
			const seed = "a liar";
			const stop = new AbortController();
			let lies = 0;
			const source = await openUnitSource(redis.url);
			const lying = source
				.serve(
					async (value) => {
						lies++;
						const unit = checkUnit(value);
						const result = await computeUnit(unit, { threads: 1 });
						return {
							...result,
							hits: [],
							digests: result.digests.map(() => "0123456789abcdef"),
						};
					},
					{
						machine: {
							name: "liar",
							threads: 1,
							sieveBound: 2 ** 31,
							version: "0.1.0",
						},
						signal: stop.signal,
					},
				)
				// It is told that it is refused, or stopped before.
				.catch((error: Error) =>
					expect(error.message).toMatch(/refuses this machine/),
				);
			const incidents: Incident[] = [];
			const { p } = await generate(2048, {
				seed,
				threads: 1,
				queue: redis.url,
				onIncident: (incident) => incidents.push(incident),
			});
			stop.abort();
			await lying;
			expect((await generate(2048, { seed })).p).toBe(p);
			expect(lies).toBeGreaterThan(0);
			for (const { message } of incidents) expect(message).toContain("liar");
			expect(incidents.map(({ kind }) => kind)).toContain("wrong");
		});

		test("of two searches at once, each gets its own", async () => {
			const other = worker();
			const seeds = ["left", "right"];
			const groups = await Promise.all(
				seeds.map((seed) =>
					generate(1024, { seed, threads: 1, queue: redis.url }),
				),
			);
			for (const [i, seed] of seeds.entries()) {
				expect((await generate(1024, { seed })).p).toBe(groups[i]?.p);
			}
			await other.kill();
		});
	},
);

async function until(isSo: () => boolean): Promise<void> {
	const end = performance.now() + 60_000;
	while (!isSo()) {
		if (performance.now() > end)
			throw new Error("It takes more than a minute.");
		await sleep(50);
	}
}
