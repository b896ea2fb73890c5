/**
 * Searches that are stopped at random times while their threads start, in child processes, and the command stopped by
 * signals:
 *   npm run stress:aborts -- --node /usr/bin/node --count 1000 --signals 40
 *
 * Memory: a child grows by some 60 MB in its first 50 aborts, which are the heaps and stacks of up to eight threads that
 * V8 and malloc keep for the next ones, and stays there. One child of 500 aborts (--per-child 500, Node 20.20.2, November
 * 2026) had 78 MB before, 137 after 50, then between 106 and 137, 111 in the end; and 11 threads before and after.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { AbortReport } from "./abort-child.js";

/** A child that is not done by then hangs: many times what it takes on a busy machine. */
const PATIENCE = 600_000;

interface Ended {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** What many aborts left behind. */
export interface Tally {
	readonly aborts: number;
	/** Children that did not end well, with what they said. */
	readonly crashes: readonly string[];
	readonly hangs: number;
	readonly faults: readonly string[];
	/** Threads of all children together, at their end more than at their start. */
	readonly leakedThreads: number;
	/** Memory of the child that grew the most, from the middle of its aborts to their end, in MB. */
	readonly grownBy: number;
	/** From an abort to the rejection, in ms. */
	readonly medianLatency: number;
	readonly longestLatency: number;
}

/** Has `perChild` searches in each of some processes stopped while their threads start, one process at a time. */
export async function tallyAborts(
	node: string,
	{ count, perChild }: { count: number; perChild: number },
	onChild: (done: number) => void = () => {},
): Promise<Tally> {
	const crashes: string[] = [];
	const reports: AbortReport[] = [];
	let hangs = 0;
	for (let left = count; left > 0; left -= perChild) {
		const { status, signal, stdout, stderr } = await run(node, [
			script("./abort-child.js"),
			String(Math.min(left, perChild)),
		]);
		if (signal === "SIGKILL") hangs++;
		else if (status !== 0 || stderr !== "") {
			crashes.push(`${status ?? signal}: ${stderr.trim().split("\n")[0]}`);
		} else reports.push(JSON.parse(stdout));
		onChild(count - Math.max(0, left - perChild));
	}
	const latencies = reports
		.flatMap((report) => report.latencies)
		.sort((a, b) => a - b);
	return {
		aborts: latencies.length,
		crashes,
		hangs,
		faults: reports.flatMap(({ faults }) => faults),
		leakedThreads: reports
			.map(({ threads: [before, after] }) => after - before)
			.reduce((sum, each) => sum + each, 0),
		grownBy: Math.max(0, ...reports.map(({ memory }) => laterGrowth(memory))),
		medianLatency: latencies[latencies.length >> 1] ?? 0,
		longestLatency: latencies.at(-1) ?? 0,
	};
}

/** A leak goes on in the second half; the heaps and stacks that the first threads leave for the next ones do not. */
function laterGrowth(memory: readonly number[]): number {
	return (memory.at(-1) ?? 0) - (memory[memory.length >> 1] ?? 0);
}

/** Stops the command by a signal at random times within `latest` ms of its first line, and counts its exit statuses. */
export async function tallySignals(
	node: string,
	signal: "SIGINT" | "SIGTERM",
	{ count, latest }: { count: number; latest: number },
): Promise<Record<string, number>> {
	const ends: Record<string, number> = {};
	for (let i = 0; i < count; i++) {
		const ended = await run(
			node,
			[
				script("../../src/cli/gen-dhparams.cjs"),
				...["4096", "--threads", "8", "--progress"],
			],
			{ signal, after: Math.random() * latest },
		);
		const end = `${ended.status ?? ended.signal}`;
		ends[end] = (ends[end] ?? 0) + 1;
	}
	return ends;
}

function run(
	node: string,
	args: readonly string[],
	stop?: { signal: NodeJS.Signals; after: number },
): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child = spawn(node, args, {
			timeout: PATIENCE,
			killSignal: "SIGKILL",
		});
		let [stdout, stderr] = ["", ""];
		child.stdout.on("data", (data) => {
			stdout += data;
		});
		child.stderr.on("data", (data) => {
			// Before it has run a line of ours, the signal itself would end it; shells give that the same status.
			if (stop && stderr === "") {
				setTimeout(() => child.kill(stop.signal), stop.after);
			}
			stderr += data;
		});
		child.on("error", reject);
		child.on("close", (status, signal) =>
			resolve({ status, signal, stdout, stderr }),
		);
	});
}

/** Compiled, whether this file is or not. */
function script(path: string): string {
	const here = new URL(
		"../../build/test/stress/",
		`file://${process.cwd()}/test/stress/`,
	);
	return fileURLToPath(new URL(path, here));
}

if (process.argv[1]?.endsWith("aborts.js")) {
	const { values } = parseArgs({
		options: {
			node: { type: "string", default: process.execPath },
			count: { type: "string", default: "1000" },
			"per-child": { type: "string", default: "50" },
			signals: { type: "string", default: "40" },
		},
	});
	const tally = await tallyAborts(
		values.node,
		{ count: Number(values.count), perChild: Number(values["per-child"]) },
		(done) => console.log(`${done} aborts`),
	);
	console.log(tally);
	for (const signal of ["SIGINT", "SIGTERM"] as const) {
		const ends = await tallySignals(values.node, signal, {
			count: Number(values.signals),
			latest: 800,
		});
		console.log(signal, ends);
	}
}
