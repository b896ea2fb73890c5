import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { arch } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openUnitQueue } from "../../../src/machines/bull/open.js";
import { Coordinator, Machine, unit, units } from "./machines.js";
import { hasPostgres, PostgresServer } from "./postgres-server.js";
import { hasRedis, RedisServer } from "./redis-server.js";

const lockMs = 2000;
const options = { prefix: "test", lockMs };
const FAKETIME = `/usr/lib/${arch() === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/faketime/libfaketimeMT.so.1`;

const ip = (command: string) =>
	spawnSync("ip", command.split(" "), { encoding: "utf8" }).status === 0;

/** A namespace of its own with one cable to this one: 10.231.N.1 here, 10.231.N.2 there. */
class Namespace implements Disposable {
	readonly #name = `gen-dhparams-${process.pid}`;
	readonly #cable = `gdh${process.pid % 100_000}`;
	readonly address = `10.231.${process.pid % 250}`;
	readonly isThere: boolean;

	constructor() {
		const inside = `netns exec ${this.#name} ip`;
		this.isThere =
			process.getuid?.() === 0 &&
			ip(`netns add ${this.#name}`) &&
			ip(
				`link add ${this.#cable} type veth peer name inside netns ${this.#name}`,
			) &&
			ip(`addr add ${this.address}.1/24 dev ${this.#cable}`) &&
			ip(`link set ${this.#cable} up`) &&
			ip(`${inside} addr add ${this.address}.2/24 dev inside`) &&
			ip(`${inside} link set inside up`);
	}

	get command(): readonly string[] {
		return ["ip", "netns", "exec", this.#name];
	}

	/** Without the cable what is sent vanishes: no end of the connection is told. */
	plug(isPlugged: boolean): void {
		ip(`link set ${this.#cable} ${isPlugged ? "up" : "down"}`);
	}

	[Symbol.dispose](): void {
		ip(`link del ${this.#cable}`);
		ip(`netns del ${this.#name}`);
	}
}

test.skipIf(!hasRedis)(
	"a network that drops everything: the unit goes on elsewhere, and the machine comes back",
	async (context) => {
		using namespace = new Namespace();
		if (!namespace.isThere) context.skip("no network namespaces here");
		const bind = `127.0.0.1 ${namespace.address}.1`;
		await using server = await RedisServer.start(
			"--bind",
			bind,
			"--protected-mode",
			"no",
		);
		await using coordinator = new Coordinator(
			await openUnitQueue(server.url, { ...options, search: "s" }),
		);
		await using far = new Machine(
			{
				url: server.url.replace("127.0.0.1", `${namespace.address}.1`),
				name: "far",
				ms: 3000,
				options,
			},
			namespace.command,
		);
		await far.line("ready");
		await coordinator.queue.add(units(1));
		await far.line("began", 0);
		namespace.plug(false);
		await using near = new Machine({
			url: server.url,
			name: "near",
			ms: 100,
			options,
		});
		await coordinator.results(1);
		expect(coordinator.of("result")[0]?.result).toMatchObject({ by: "near" });
		expect(coordinator.of("stalled")).toHaveLength(1);
		await near.end();
		// As long as it takes to be noticed without an answer.
		await far.line("isUp", false);
		namespace.plug(true);
		await far.line("isUp", true);
		await coordinator.queue.add([unit(1)]);
		await coordinator.results(2);
		expect(coordinator.windows).toEqual([0, 1]);
		expect(coordinator.of("result")[1]?.result).toMatchObject({ by: "far" });
	},
);

describe.skipIf(!hasPostgres)("PostgreSQL that fails", () => {
	let server: PostgresServer;
	beforeAll(async () => {
		server = await PostgresServer.start();
	});
	afterAll(async () => server[Symbol.asyncDispose]());

	test("kill -9 and a restart: all go on", async () => {
		await using coordinator = new Coordinator(
			await openUnitQueue(server.url, { ...options, search: "s" }),
		);
		const at = { url: server.url, ms: 300, options };
		await using one = new Machine({ ...at, name: "one" });
		await using _two = new Machine({ ...at, name: "two" });
		await coordinator.queue.add(units(12));
		await coordinator.results(2);
		await server.kill();
		await one.line("isUp", false);
		await sleep(1000);
		await server.restart();
		await coordinator.results(12);
		expect(new Set(coordinator.windows).size).toBe(12);
		await one.line("isUp", true);
		expect(coordinator.of("connection").map(({ isUp }) => isUp)).toEqual([
			false,
			true,
		]);
		expect(one.errors).toBe("");
	});

	test("tables that are emptied: the open units are added again", async () => {
		const started = { ...options, search: "empty" };
		await using coordinator = new Coordinator(
			await openUnitQueue(server.url, started),
		);
		await coordinator.queue.add(units(3));
		server.sql("TRUNCATE test.job CASCADE");
		const at = { url: server.url, ms: 10, options };
		await using _one = new Machine({ ...at, name: "one" });
		await coordinator.results(3);
		expect(coordinator.windows.toSorted()).toEqual([0, 1, 2]);
	});

	test.skipIf(!existsSync(FAKETIME)).each([
		["+1d", "86400 s ahead of"],
		["-1d", "86400 s behind"],
	])(
		"a machine whose clock is wrong by %s is not let in",
		async (offset, says) => {
			const machine = new Machine({ url: server.url, name: "wrong", options }, [
				...["env", `LD_PRELOAD=${FAKETIME}`, `FAKETIME=${offset}`],
				"FAKETIME_DONT_FAKE_MONOTONIC=1",
			]);
			const { code, error } = await machine.line("error");
			expect(code).toBe("ERR_QUEUE");
			expect(error).toContain(`The clock of this machine is ${says} that`);
			await machine.ended;
		},
	);
});
