import { existsSync } from "node:fs";
import { arch } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openUnitQueue } from "../../../src/machines/bull/open.js";
import { Coordinator, Machine, unit, units } from "./machines.js";
import { hasRedis, RedisServer } from "./redis-server.js";

const lockMs = 2000;
const options = { prefix: "test", lockMs };
const FAKETIME = `/usr/lib/${arch() === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketimeMT.so.1`;
const JOB = /units-1:[0-9a-f]{16}-[0-9a-f]{32}$/;

async function coordinate(server: { readonly url: string }, search = "s") {
	return new Coordinator(
		await openUnitQueue(server.url, { ...options, search }),
	);
}

function machineAt(
	server: { readonly url: string },
	name: string,
	more: object = {},
	command: string[] = [],
): Machine {
	return new Machine({ url: server.url, name, options, ...more }, command);
}

/** The keys of the jobs. */
function jobs(server: RedisServer): string[] {
	return server
		.cli("keys", "test:units-1:*")
		.split("\n")
		.filter((key) => JOB.test(key));
}

describe.skipIf(!hasRedis).concurrent("what fails", () => {
	test("kill -9 of the coordinator: a new one finds the results", async () => {
		await using server = await RedisServer.start();
		const args = {
			url: server.url,
			count: 3,
			options: { ...options, search: "s" },
		};
		const first = new Machine(args as never, [], "coordinator");
		await first.line("kind", "machines");
		await first.end("SIGKILL");
		await using worker = machineAt(server, "one");
		await worker.line("ended", 2);
		await using second = await coordinate(server);
		await second.results(3);
		expect(second.windows.toSorted()).toEqual([0, 1, 2]);
	});

	test("a machine that fails: its unit goes to another, which the coordinator is told", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await using bad = machineAt(server, "bad", { does: "fail" });
		await bad.line("ready");
		await coordinator.queue.add(units(1));
		await bad.line("began");
		await using _good = machineAt(server, "good");
		await coordinator.results(1);
		const [failed] = coordinator.of("failed");
		expect(failed?.unit).toEqual(unit(0));
		expect(failed?.reason).toBe("Error: no memory");
		expect(failed?.machine).toMatchObject({ name: "bad" });
		expect(coordinator.of("result")[0]?.result).toMatchObject({ by: "good" });
	});

	test("a result that is too long is refused", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await using _worker = machineAt(server, "long", { does: "long" });
		await coordinator.queue.add(units(1));
		await coordinator.until(() => coordinator.of("failed").length > 0);
		expect(coordinator.of("failed")[0]?.reason).toMatch(
			/^The result has 1000002 characters; at most 262144 are sent/,
		);
	});

	test("a unit that was begun too often is abandoned, and not handed out again", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await coordinator.queue.add(units(2));
		const [job] = jobs(server).filter((key) =>
			server.cli("hget", key, "data").includes('"window":0'),
		);
		server.cli("hset", job as string, "ats", "15");
		await machineAt(server, "dying", { diesAt: 0 }).ended;
		await using worker = machineAt(server, "other");
		await coordinator.results(1);
		await coordinator.until(() => coordinator.of("abandoned").length > 0);
		expect(coordinator.of("abandoned")).toEqual([
			{ kind: "abandoned", unit: unit(0), starts: 16 },
		]);
		await sleep(lockMs);
		expect(worker.lines.filter(({ began }) => began === 0)).toEqual([]);
		expect(coordinator.windows).toEqual([1]);
	});

	test("a machine that is refused stops and says why; its unit goes on elsewhere", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await using bad = machineAt(server, "bad", { ms: 60_000 });
		await coordinator.queue.add(units(1));
		await bad.line("began");
		await coordinator.queue.refuse(["bad"]);
		expect(await bad.line("error")).toMatchObject({
			code: "ERR_QUEUE",
			error: expect.stringMatching(/^The coordinator refuses this machine/),
		});
		await using _good = machineAt(server, "good");
		await coordinator.results(1);
	});

	test("a machine that is stopped gives its unit back at once", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await coordinator.queue.add(units(1));
		const first = machineAt(server, "first", { ms: 60_000 });
		await first.line("began");
		await using second = machineAt(server, "second");
		await second.line("ready");
		const before = performance.now();
		await first.end();
		expect(first.lines.at(-1)).toEqual({ served: true });
		await second.line("began");
		expect(performance.now() - before).toBeLessThan(5000);
		await coordinator.results(1);
		expect(coordinator.of("stalled")).toEqual([]);
		expect(coordinator.of("failed")).toEqual([]);
	});

	test("kill -9 of redis-server with appendonly: all go on", async () => {
		await using server = await RedisServer.start(
			"--appendonly",
			"yes",
			"--appendfsync",
			"always",
		);
		await using coordinator = await coordinate(server);
		await using one = machineAt(server, "one", { ms: 300 });
		await using _two = machineAt(server, "two", { ms: 300 });
		await coordinator.queue.add(units(12));
		await coordinator.results(2);
		await server.kill();
		expect(await one.line("isUp", false)).toMatchObject({
			reason: expect.stringMatching(
				/closes the connection|refuses connections/,
			),
		});
		await sleep(1000);
		await server.restart();
		await coordinator.results(12);
		expect(new Set(coordinator.windows).size).toBe(12);
		expect(coordinator.of("connection").map(({ isUp }) => isUp)).toEqual([
			false,
			true,
		]);
		await one.line("isUp", true);
	});

	test.each(["SIGKILL", "SIGSTOP"] as const)(
		"without its Redis (%s) each end still ends",
		async (signal) => {
			await using server = await RedisServer.start();
			const coordinator = await coordinate(server);
			await using one = machineAt(server, "one", { ms: 60_000 });
			await using two = machineAt(server, "two", { ms: 60_000 });
			await Promise.all([one.line("ready"), two.line("ready")]);
			await coordinator.queue.add(units(1));
			await Promise.any([one.line("began"), two.line("began")]);
			process.kill(server.pid, signal);
			await sleep(500);
			const before = performance.now();
			// What the server does not answer is not waited for.
			void coordinator.queue.withdraw(units(1));
			await Promise.all([
				one.end(),
				two.end(),
				coordinator[Symbol.asyncDispose](),
			]);
			expect(performance.now() - before).toBeLessThan(30_000);
			for (const { lines, errors } of [one, two]) {
				expect(lines.at(-1)).toEqual({ served: true });
				expect(errors).toBe("");
			}
		},
	);

	test("a Redis that comes back empty gets the open units again", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await coordinator.queue.add(units(10));
		await using _one = machineAt(server, "one", { ms: 300 });
		await coordinator.results(2);
		await server.kill();
		await server.restart();
		await coordinator.until(() => new Set(coordinator.windows).size === 10);
		expect(coordinator.windows).toHaveLength(10);
	});

	test("a Redis that hangs for longer than the lock: each unit counts once", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await using one = machineAt(server, "one", { ms: 1500, does: "ignore" });
		await using two = machineAt(server, "two", { ms: 1500, does: "ignore" });
		await coordinator.queue.add(units(4));
		await Promise.all([one.line("began"), two.line("began")]);
		process.kill(server.pid, "SIGSTOP");
		await sleep(2 * lockMs);
		process.kill(server.pid, "SIGCONT");
		await coordinator.results(4);
		await sleep(2000);
		expect(coordinator.windows.toSorted()).toEqual([0, 1, 2, 3]);
	});

	test("a machine that hangs for longer than the lock: its late result does not count", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await using slow = machineAt(server, "slow", { ms: 1000, does: "ignore" });
		await coordinator.queue.add(units(1));
		await slow.line("began");
		process.kill(slow.child.pid as number, "SIGSTOP");
		await using fast = machineAt(server, "fast", { ms: 3000 });
		await fast.line("began");
		process.kill(slow.child.pid as number, "SIGCONT");
		await coordinator.results(1);
		await sleep(2000);
		expect(coordinator.of("result").map(({ result }) => result)).toEqual([
			{ tested: 0, by: "fast" },
		]);
		expect(coordinator.of("stalled")).toHaveLength(1);
		expect(slow.child.exitCode).toBeNull();
	});

	test("jobs of garbage are reported, and harm nobody", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await using worker = machineAt(server, "one");
		await worker.line("ready");
		for (const [id, data] of [
			["1", '{"unit":{"bits":1e9}}'],
			["nonsense", "null"],
			["not-json", "{"],
			["huge", JSON.stringify("x".repeat(600_000))],
		] as const) {
			server.cli(
				"hset",
				`test:units-1:${id}`,
				"name",
				"x",
				"data",
				data,
				"opts",
				"{}",
				"timestamp",
				"1",
			);
			server.cli("lpush", "test:units-1:wait", id);
		}
		await coordinator.queue.add(units(3));
		await coordinator.results(3);
		await coordinator.until(() => coordinator.of("failed").length >= 4);
		expect(coordinator.windows.toSorted()).toEqual([0, 1, 2]);
		await coordinator.until(
			() => server.cli("keys", "test:units-1:[1nh]*").trim() === "",
		);
		expect(worker.child.exitCode).toBeNull();
		expect(worker.errors).toBe("");
		expect(worker.lines.filter((line) => "isUp" in line)).toEqual([]);
	});

	test("what was left 30 days ago is removed, and nothing younger", async () => {
		await using server = await RedisServer.start();
		await using left = await coordinate(server, "left");
		await left.queue.add(units(3));
		const days = 24 * 60 * 60 * 1000;
		const [old, young] = jobs(server);
		const set = (key = "", age = 0) =>
			server.cli("hset", key, "timestamp", String(Date.now() - age * days));
		set(old, 31);
		set(young, 29);
		await left[Symbol.asyncDispose]();
		await using _other = await coordinate(server, "other");
		expect(jobs(server)).toHaveLength(2);
		expect(jobs(server)).not.toContain(old);
	});

	test("results that no machine of ours makes are reported, and the unit is done again", async () => {
		await using server = await RedisServer.start();
		await using coordinator = await coordinate(server);
		await coordinator.queue.add(units(3));
		const forged = ["[]", "{", JSON.stringify("y".repeat(600_000))];
		for (const [index, key] of jobs(server).entries()) {
			const id = key.replace(/.*:/, "");
			server.cli("lrem", "test:units-1:wait", "0", id);
			server.cli(
				"hset",
				key,
				"returnvalue",
				forged[index] as string,
				"finishedOn",
				"1",
			);
			server.cli("zadd", "test:units-1:completed", "1", id);
		}
		await coordinator.until(() => coordinator.of("failed").length === 3);
		await using _worker = machineAt(server, "one");
		await coordinator.results(3);
		expect(coordinator.windows.toSorted()).toEqual([0, 1, 2]);
	});

	test.skipIf(!existsSync(FAKETIME)).each(["+1d", "-1d"])(
		"a machine whose clock is wrong by %s",
		async (offset) => {
			await using server = await RedisServer.start();
			await using coordinator = await coordinate(server);
			await coordinator.queue.add(units(8));
			const faketime = [
				"env",
				`LD_PRELOAD=${FAKETIME}`,
				`FAKETIME=${offset}`,
				// A wrong clock runs as fast as any.
				"FAKETIME_DONT_FAKE_MONOTONIC=1",
			];
			await using wrong = machineAt(server, "wrong", { ms: 300 }, faketime);
			await using right = machineAt(server, "right", { ms: 300 });
			await coordinator.results(8);
			for (const { lines } of [wrong, right]) {
				expect(lines.filter((line) => "ended" in line)).not.toEqual([]);
			}
			// Longer than the lock, and then dead.
			await coordinator.queue.add([unit(8), unit(9)]);
			await sleep(1000);
			await wrong.end("SIGKILL");
			await coordinator.results(10);
			expect(coordinator.windows).toHaveLength(10);
		},
	);
});
