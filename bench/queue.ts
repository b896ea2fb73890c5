/*
 * The load that the queue puts on Redis: commands and bytes for each unit, what idle and working machines and coordinators
 * ask for, and how long an empty unit takes from the coordinator and back. Starts a redis-server of its own on loopback.
 *   npm run bench:queue
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openUnitQueue, openUnitSource } from "../src/machines/bull/open.js";
import { Coordinator, units } from "../test/machines/bull/machines.js";
import { RedisServer } from "../test/machines/bull/redis-server.js";

const UNITS = 1000;
const WATCHED_S = 20;
/** The digests and counts of a unit of 20 s at 8192 bits; see src/search/unit.ts. */
const RESULT = {
	tested: 1000,
	hits: [],
	digests: Array(16).fill("0123456789abcdef"),
};

interface Load {
	/** Also those inside of scripts. */
	readonly commands: number;
	readonly received: number;
	readonly sent: number;
	readonly cpuMs: number;
}

function loadOf(server: RedisServer): Load {
	const info = server.cli("info", "everything");
	const field = (name: string) =>
		Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
	return {
		commands: field("total_commands_processed"),
		received: field("total_net_input_bytes"),
		sent: field("total_net_output_bytes"),
		cpuMs: 1000 * (field("used_cpu_user") + field("used_cpu_sys")),
	};
}

/** What the server did meanwhile, divided by a number of units, or of seconds. */
async function measure(
	server: RedisServer,
	divisor: number,
	work: () => Promise<unknown>,
): Promise<string[]> {
	const before = loadOf(server);
	// Asking is a command too.
	const asked = 1;
	await work();
	const after = loadOf(server);
	const per = (name: keyof Load, less = 0) =>
		Math.max(0, (after[name] - before[name] - less) / divisor);
	return [
		per("commands", asked).toFixed(1),
		per("received").toFixed(0),
		per("sent").toFixed(0),
		per("cpuMs").toFixed(2),
	];
}

interface Served extends AsyncDisposable {
	/** Aborted at the end. */
	readonly began: Promise<void>;
}

async function serve(url: string, name: string, ms: number): Promise<Served> {
	const source = await openUnitSource(url);
	const ending = new AbortController();
	let noteBegan = () => {};
	const began = new Promise<void>((resolve) => {
		noteBegan = resolve;
	});
	const served = source.serve(
		async (_, signal) => {
			noteBegan();
			if (ms > 0) await sleep(ms, undefined, { signal });
			return RESULT;
		},
		{
			machine: { name, threads: 1, sieveBound: 2 ** 31, version: "0" },
			signal: ending.signal,
		},
	);
	return {
		began,
		async [Symbol.asyncDispose]() {
			ending.abort();
			await served;
		},
	};
}

async function coordinate(url: string): Promise<Coordinator> {
	return new Coordinator(await openUnitQueue(url, { search: "bench" }));
}

const rows: [string, ...string[]][] = [];
await using server = await RedisServer.start("--appendonly", "yes");
const { url } = server;
const watch = () => sleep(1000 * WATCHED_S);
{
	await using _machine = await serve(url, "idle", 0);
	await sleep(2000);
	const row = await measure(server, WATCHED_S, watch);
	rows.push(["an idle machine, each second", ...row]);
}
{
	await using _coordinator = await coordinate(url);
	await sleep(2000);
	const row = await measure(server, WATCHED_S, watch);
	rows.push(["an idle coordinator, each second", ...row]);
}
{
	const first = await openUnitQueue(url, { search: "bench" });
	await using machine = await serve(url, "working", 1000 * (WATCHED_S + 5));
	const [one] = units(1);
	if (one !== undefined) await first.add([one]);
	await first[Symbol.asyncDispose]();
	await machine.began;
	const row = await measure(server, WATCHED_S, watch);
	rows.push(["a working machine, each second", ...row]);
	server.cli("flushall");
}
const trips: number[] = [];
{
	await using coordinator = await coordinate(url);
	await using _machine = await serve(url, "fast", 0);
	await sleep(2000);
	const all = units(UNITS, { seed: "throughput" });
	const started = performance.now();
	const row = await measure(server, UNITS, async () => {
		await coordinator.queue.add(all);
		await coordinator.results(UNITS);
	});
	const ms = (performance.now() - started) / UNITS;
	rows.push([`an empty unit (of ${UNITS}, ${ms.toFixed(1)} ms each)`, ...row]);
	for (const unit of units(20, { seed: "trip" })) {
		const before = performance.now();
		const known = coordinator.windows.length;
		await coordinator.queue.add([unit]);
		await coordinator.until(() => coordinator.windows.length > known);
		trips.push(performance.now() - before);
	}
}
trips.sort((a, b) => a - b);
const HEAD = ["", "commands", "bytes in", "bytes out", "CPU ms"];
console.log(`| ${HEAD.join(" | ")} |\n|${" --- |".repeat(HEAD.length)}`);
for (const row of rows) console.log(`| ${row.join(" | ")} |`);
console.log(
	`\nOne unit, from add to its result: median ${trips[10]?.toFixed(0)} ms, longest ${trips.at(-1)?.toFixed(0)} ms.`,
);
