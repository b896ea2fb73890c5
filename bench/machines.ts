/**
 * What more machines bring:
 *   npm run bench:machines -- [--bits 3072] [--groups 4] [--rounds 1]
 * First measured here: a part of a moduli file, where no work is needless, by one process and by several at a queue on a
 * real redis-server; all with as many threads together. Then simulated for machines of 32 cores, with the coordinator's
 * own code that cuts units and puts results together, and with costs that were measured.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
	MODULI_CONSTRUCTION,
	SEED_CONSTRUCTION,
} from "../src/encoding/seed.js";
import { Cutter } from "../src/machines/cut.js";
import { Decided } from "../src/machines/decided.js";
import { RANKS } from "../src/search/order.js";
import { expectedTests, plan, sieveMs, testMs } from "../src/search/plan.js";
import type { Unit, UnitHit } from "../src/search/unit.js";
import { RedisServer } from "../test/machines/bull/redis-server.js";
import { Running } from "../test/machines/processes.js";

const { values } = parseArgs({
	options: {
		bits: { type: "string", default: "3072" },
		groups: { type: "string", default: "4" },
		rounds: { type: "string", default: "1" },
		"simulate-only": { type: "boolean", default: false },
	},
});

/** Processor time of a process and its children so far, in seconds. */
async function measured(
	run: () => Promise<unknown>,
): Promise<{ wall: number; cpu: number }> {
	const began = performance.now();
	const cpuBefore = childCpu();
	await run();
	return {
		wall: (performance.now() - began) / 1000,
		cpu: childCpu() - cpuBefore,
	};
}

/** Of the children that have ended, in seconds: the fields cutime and cstime of proc_pid_stat(5), in clock ticks of 10 ms. */
function childCpu(): number {
	const stat = readFileSync("/proc/self/stat", "latin1");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return (Number(fields[13]) + Number(fields[14])) / 100;
}

async function measureHere(): Promise<void> {
	await using redis = await RedisServer.start();
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-machines-"));
	const moduli = [
		...["moduli", "--sizes", values.bits, "--per-size", values.groups],
		...["--no-journal", "-q", "--seed", "bench machines"],
	];
	const search = (threads: number, ...more: string[]) =>
		new Running([...moduli, "--threads", String(threads), ...more]);
	const shared = async (processes: number) => {
		const workers = Array.from(
			{ length: processes - 1 },
			() => new Running(["join", "-q", "--threads", "1", "--queue", redis.url]),
		);
		const coordinator = search(1, "--queue", redis.url);
		await coordinator.ended;
		await Promise.all(workers.map((worker) => worker.kill("SIGTERM")));
		return coordinator.stdout;
	};
	console.log(
		`${values.groups} groups of ${values.bits} bits, on this machine, in seconds:`,
	);
	let expected: string | undefined;
	for (let round = 0; round < Number(values.rounds); round++) {
		for (const processes of [1, 2, 4]) {
			const alone = await measured(async () => {
				const one = search(processes);
				await one.ended;
				expected ??= one.stdout;
			});
			const many = await measured(async () => {
				if ((await shared(processes)) !== expected)
					throw new Error("The results differ.");
			});
			console.log(
				`  one process, ${processes} threads: ${alone.cpu.toFixed(1)} CPU, ${alone.wall.toFixed(1)} wall;  ${processes} processes at a queue: ${many.cpu.toFixed(1)} CPU (${(many.cpu / alone.cpu).toFixed(3)}), ${many.wall.toFixed(1)} wall (${(many.wall / alone.wall).toFixed(3)})`,
			);
		}
	}
	rmSync(folder, { recursive: true });
}

// Costs in ms, by `npm run bench:queue` and by hand on an AMD EPYC, Node 20.20.
const COSTS = {
	/** Until a free machine has the next unit that waits. */
	take: 10,
	/** How often the coordinator looks for results, and machines whether a unit is withdrawn. */
	look: 500,
	/** Of the coordinator, for each result: it takes one after the other. */
	result: 1,
	/** Of a machine, for each unit: its threads begin and end together. */
	begin: 5,
	/** Ranking a window's candidates by one thread, for each million of them. */
	rankMillion: 9,
};

const CORES = 32;

interface Case {
	readonly bits: number;
	readonly groups: number;
}

function simulateAll(): void {
	const cases: Case[] = [
		{ bits: 8192, groups: 1 },
		{ bits: 8192, groups: 100 },
		{ bits: 16384, groups: 1 },
	];
	for (const each of cases) {
		const runs = each.groups === 1 ? 60 : 6;
		console.log(
			`\nSimulated: ${each.groups === 1 ? "one group" : `${each.groups} groups`} of ${each.bits} bits, machines of ${CORES} cores, mean of ${runs} searches:`,
		);
		const alone = meanOf(runs, (run) => timeAlone(each, run));
		console.log(`  1 machine, without a queue: ${seconds(alone)}`);
		for (const machines of [1, 8, 16, 32, 64, 128, 256, 1000]) {
			let units = 0;
			const wall = meanOf(runs, (run) => {
				const result = simulate(each, machines, run);
				units += result.units;
				return result.wall;
			});
			console.log(
				`  ${String(machines).padStart(4)} machines: ${seconds(wall)}, ${(alone / wall / machines).toFixed(3)} of linear, ${Math.round(units / runs)} units, ${(units / runs / (wall / 1000)).toFixed(0)} a second`,
			);
		}
	}
}

function constructionOf({ groups }: Case) {
	return groups === 1 ? SEED_CONSTRUCTION : MODULI_CONSTRUCTION;
}

/** The safe primes of a window: they are as dense as in the mean, and at random. */
class MadeUpWindows {
	readonly #gaps: number;
	readonly #random: () => number;
	readonly #windows: UnitHit[][] = [];

	constructor(gaps: number, random: () => number) {
		this.#gaps = gaps;
		this.#random = random;
	}

	hits(window: number): readonly UnitHit[] {
		while (this.#windows.length <= window) {
			const hits: UnitHit[] = [];
			for (let at = this.#next(); at < 1; at += this.#next()) {
				hits.push({ rank: Math.floor(at * RANKS), candidate: hits.length });
			}
			this.#windows.push(hits);
		}
		return this.#windows[window] as UnitHit[];
	}

	/** The distance to the next one, as a share of the window. */
	#next(): number {
		return -Math.log(1 - this.#random()) / this.#gaps;
	}
}

/** What one machine takes without a queue, in ms. */
function timeAlone(search: Case, run: number): number {
	const { bits, groups } = search;
	const planned = plan(bits, 2, "kernel", {
		construction: constructionOf(search),
		shares: groups,
	});
	const gaps = planned.windowLength / planned.gap;
	const windows = new MadeUpWindows(gaps, randomFrom(run));
	const window =
		sieveMs(bits, planned.sieveBound, "kernel") / CORES +
		rankingMs(planned.windowLength);
	const wholeWindow =
		(gaps * planned.expectedTests * testMs(bits, "kernel")) / CORES;
	let [ms, found] = [0, 0];
	for (let number = 0; ; number++) {
		ms += window;
		const hits = windows.hits(number);
		const last = hits[groups - found - 1];
		if (last !== undefined) return ms + (last.rank / RANKS) * wholeWindow;
		found += hits.length;
		ms += wholeWindow;
	}
}

interface Worker {
	/** Its speed by that of the mean machine. */
	readonly speed: number;
	window: number;
	unit: Unit | undefined;
	readyAt: number;
}

/** What so many machines take at a queue, in ms, and how many units. */
function simulate(
	search: Case,
	machines: number,
	run: number,
): { wall: number; units: number } {
	const { bits, groups } = search;
	const construction = constructionOf(search);
	const { windowLength, gap } = plan(bits, 2, "kernel", { construction });
	const gaps = windowLength / gap;
	const random = randomFrom(run);
	const windows = new MadeUpWindows(gaps, random);
	const speeds = randomFrom(1000 + run);
	const decided = new Decided(groups);
	const cutter = new Cutter(
		{ construction, seed: "simulated", bits, generator: 2 },
		CORES,
	);
	const workers: Worker[] = Array.from({ length: machines }, () => ({
		speed: 0.8 + 0.4 * speeds(),
		window: -1,
		unit: undefined,
		readyAt: 0,
	}));
	const open = new Set<Unit>();
	const waiting: Unit[] = [];
	let units = 0;
	for (let tick = 0; ; tick += COSTS.look) {
		// For each machine a unit and the next one.
		while (open.size < 2 * machines) {
			const ranks = decided.next([...open]);
			if (ranks === undefined) break;
			const unit = cutter.cut(
				ranks,
				{ count: machines, sieveBound: 2 ** 36 },
				decided.missing,
			);
			open.add(unit);
			waiting.push(unit);
		}
		const done: { unit: Unit; speed: number }[] = [];
		for (;;) {
			for (const worker of workers) {
				if (worker.unit !== undefined || waiting.length === 0) continue;
				const unit = waiting.shift() as Unit;
				worker.unit = unit;
				worker.readyAt =
					Math.max(worker.readyAt, tick) +
					COSTS.take +
					workMs(worker, unit, gaps, windowLength);
				worker.window = unit.window;
				units++;
			}
			const busy = workers.filter(({ unit }) => unit !== undefined);
			const next = busy.reduce((a, b) => (b.readyAt < a.readyAt ? b : a));
			if (next.readyAt > tick + COSTS.look) break;
			done.push({ unit: next.unit as Unit, speed: next.speed });
			next.unit = undefined;
			if (busy.length === 1 && waiting.length === 0) break;
		}
		const now = tick + COSTS.look + COSTS.result * done.length;
		for (const { unit, speed } of done) {
			open.delete(unit);
			decided.add(
				unit,
				windows
					.hits(unit.window)
					.filter(({ rank }) => rank >= unit.from && rank < unit.to),
			);
			cutter.measured(unit, testsMs(unit, gaps) / speed / CORES);
		}
		if (decided.isDone) return { wall: now, units };
		for (const other of workers) {
			if (other.unit === undefined || !decided.isNeedless(other.unit)) continue;
			open.delete(other.unit);
			other.unit = undefined;
			other.readyAt = now + COSTS.look / 2 + testMs(bits, "kernel");
		}
		for (let k = waiting.length - 1; k >= 0; k--) {
			const one = waiting[k] as Unit;
			if (!decided.isNeedless(one)) continue;
			waiting.splice(k, 1);
			open.delete(one);
		}
	}
}

/** The time of a worker for a unit, with the sieve where its window is another one. */
function workMs(
	worker: Worker,
	unit: Unit,
	gaps: number,
	windowLength: number,
): number {
	const sieve =
		worker.window === unit.window
			? 0
			: sieveMs(unit.bits, unit.sieveBound, "kernel") / CORES +
				rankingMs(windowLength);
	// At the end of a unit threads wait for the last test of the others: half a test in the mean.
	const end = testMs(unit.bits, "kernel") / 2;
	return (
		COSTS.begin + end + (sieve + testsMs(unit, gaps) / CORES) / worker.speed
	);
}

/** Of one thread. */
function testsMs({ bits, from, to, sieveBound }: Unit, gaps: number): number {
	const tests = gaps * expectedTests(bits, sieveBound) * ((to - from) / RANKS);
	return tests * testMs(bits, "kernel");
}

function rankingMs(windowLength: number): number {
	return (COSTS.rankMillion * windowLength) / 1e6;
}

/** Numbers from 0 to 1 that repeat with each run: mulberry32. */
function randomFrom(run: number): () => number {
	let state = run * 0x9e3779b9;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

function meanOf(runs: number, time: (run: number) => number): number {
	let sum = 0;
	for (let run = 1; run <= runs; run++) sum += time(run);
	return sum / runs;
}

function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}

if (!values["simulate-only"]) await measureHere();
simulateAll();
