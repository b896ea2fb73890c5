import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openUnitQueue } from "../../../src/machines/bull/open.js";
import { Coordinator, Machine, unit, units } from "./machines.js";
import { hasPostgres, PostgresServer } from "./postgres-server.js";
import { hasRedis, RedisServer } from "./redis-server.js";

// Short, so that the tests are.
const lockMs = 2000;

type Server = RedisServer | PostgresServer;

const SERVERS = [
	["Redis", hasRedis, () => RedisServer.start()],
	["PostgreSQL", hasPostgres, () => PostgresServer.start()],
] as const;

/** The jobs of units that a queue holds. */
function jobsIn(server: Server, prefix: string): string[] {
	const lines =
		server instanceof RedisServer
			? server.cli("keys", `${prefix}:units-1:*-*`)
			: server.sql(`SELECT id FROM ${prefix}.job WHERE queue = 'units-1'`);
	return lines
		.split("\n")
		.filter((line) => /[0-9a-f]{16}-[0-9a-f]{32}/.test(line));
}

describe.concurrent.each(SERVERS.filter(([, has]) => has))(
	"a queue on %s",
	(_, __, start) => {
		let server: Server;
		let prefixes = 0;
		beforeAll(async () => {
			server = await start();
		});
		afterAll(async () => server[Symbol.asyncDispose]());

		/** A prefix of its own for each test: other queues on the same server. */
		function setUp() {
			const options = { prefix: `test_${++prefixes}`, lockMs };
			return {
				options,
				coordinate: async (search = "a search", settles = true) =>
					new Coordinator(
						await openUnitQueue(server.url, { ...options, search }),
						settles,
					),
				machine: (name: string, more: object = {}, command: string[] = []) =>
					new Machine({ url: server.url, name, options, ...more }, command),
				jobs: () => jobsIn(server, options.prefix),
			};
		}

		test("units in order, their results with the machine and the time, the machines; nothing left behind", async () => {
			const { coordinate, machine, jobs } = setUp();
			await using coordinator = await coordinate();
			await using worker = machine("one", { ms: 20 });
			await coordinator.queue.add(units(5));
			await coordinator.queue.add(units(5));
			await coordinator.results(5);
			const began = worker.lines.flatMap(({ began }) => began ?? []);
			expect(began).toEqual([0, 1, 2, 3, 4]);
			expect(coordinator.windows.toSorted()).toEqual([0, 1, 2, 3, 4]);
			const [first] = coordinator.of("result");
			expect(first?.result).toEqual({ tested: 0, by: "one" });
			const one = {
				name: "one",
				threads: 2,
				sieveBound: 2 ** 31,
				version: "1.2.3",
			};
			expect(first?.machine).toEqual(one);
			expect(first?.elapsedMs).toBeGreaterThan(10);
			await coordinator.until(() =>
				coordinator
					.of("machines")
					.some(({ machines }) => machines.length === 1),
			);
			expect(coordinator.of("machines").at(-1)?.machines).toEqual([one]);
			await worker.end();
			expect(worker.lines.at(-1)).toEqual({ served: true });
			expect(worker.child.exitCode).toBe(0);
			await coordinator.until(
				() => coordinator.of("machines").at(-1)?.machines.length === 0,
			);
			expect(worker.errors).toBe("");
			expect(jobs()).toEqual([]);
		});

		test("a machine that is killed: its unit is reported and done by another", async () => {
			const { coordinate, machine } = setUp();
			await using coordinator = await coordinate();
			await coordinator.queue.add(units(1));
			const dying = machine("dying", { diesAt: 0 });
			await dying.ended;
			const died = performance.now();
			await using _worker = machine("other");
			await coordinator.results(1);
			expect(performance.now() - died).toBeLessThan(30_000);
			expect(coordinator.of("result")[0]?.result).toMatchObject({
				by: "other",
			});
			expect(coordinator.of("stalled")).toEqual([
				{ kind: "stalled", unit: unit(0) },
			]);
		});

		test("a coordinator that is gone: the next one finds its results, and adds nothing twice", async () => {
			const { coordinate, machine } = setUp();
			{
				await using first = await coordinate("a search", false);
				await using worker = machine("one", { ms: 10 });
				await first.queue.add(units(3));
				await first.results(3);
				await worker.end();
			}
			await using second = await coordinate("a search", false);
			await second.results(3);
			await second.queue.add(units(4));
			await using worker = machine("two", { ms: 10 });
			await second.results(4);
			expect(worker.lines.filter((line) => "began" in line)).toEqual([
				{ began: 3 },
			]);
		});

		test("two searches on one queue: each has its own results", async () => {
			const { coordinate, machine } = setUp();
			await using one = await coordinate("one");
			await using two = await coordinate("two");
			await one.queue.add(units(3, { seed: "one" }));
			await two.queue.add(units(3, { seed: "two" }));
			await using _worker = machine("both", { ms: 10 });
			await one.results(3);
			await two.results(3);
			await sleep(1000);
			for (const { unit } of one.of("result")) {
				expect(unit).toMatchObject({ seed: "one" });
			}
			expect(two.of("result")).toHaveLength(3);
		});

		test("withdrawn units: waiting ones vanish, begun ones are aborted within a second", async () => {
			const { coordinate, machine, jobs } = setUp();
			await using coordinator = await coordinate();
			await coordinator.queue.add(units(3));
			await using worker = machine("one", { ms: 20_000 });
			await worker.line("began", 0);
			const before = performance.now();
			await coordinator.queue.withdraw(units(3));
			await worker.line("aborted", 0);
			expect(performance.now() - before).toBeLessThan(5000);
			await sleep(1000);
			expect(
				coordinator.events.filter(({ kind }) => kind !== "machines"),
			).toEqual([]);
			expect(jobs()).toEqual([]);
			expect(worker.lines.some((line) => line.began === 1)).toBe(false);
		});
	},
);
