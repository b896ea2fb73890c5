/*
 * A machine at a queue, in a process of its own, that computes nothing: it sleeps. It prints what happens as lines of JSON.
 *   node worker.js '{"url":"redis://…","name":"a","ms":100}'
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openUnitSource } from "../../../src/machines/bull/open.js";
import type { ConnectionOptions } from "../../../src/machines/bull/options.js";

export interface WorkerArguments {
	readonly url: string;
	readonly name: string;
	/** How long a unit takes. */
	readonly ms?: number;
	readonly options?: ConnectionOptions;
	/** What it does instead of a unit. */
	readonly does?: "fail" | "long" | "garbage" | "ignore";
	/** The process dies in the middle of a unit of this window. */
	readonly diesAt?: number;
}

const given: WorkerArguments = JSON.parse(process.argv[2] as string);
const { url, name, ms = 50, options = {}, does, diesAt } = given;
const print = (line: object) => console.log(JSON.stringify(line));

const ending = new AbortController();
process.on("SIGTERM", () => ending.abort());

async function compute(unit: unknown, signal: AbortSignal): Promise<unknown> {
	const { window } = unit as { window: number };
	print({ began: window });
	if (diesAt !== undefined && window === diesAt)
		process.kill(process.pid, "SIGKILL");
	try {
		await sleep(ms, undefined, does === "ignore" ? {} : { signal });
	} catch (error) {
		print({ aborted: window });
		throw error;
	}
	if (does === "fail") throw new Error("no\nmemory");
	if (does === "long") return "x".repeat(1_000_000);
	print({ ended: window });
	return { tested: window, by: name };
}

try {
	const source = await openUnitSource(url, options);
	print({ ready: process.pid });
	await source.serve(compute, {
		machine: { name, threads: 2, sieveBound: 2 ** 31, version: "1.2.3" },
		signal: ending.signal,
		onConnection: (isUp, reason) => print({ isUp, reason }),
	});
	print({ served: true });
} catch (error) {
	const { code, message } = error as { code?: string; message: string };
	print({ code, error: message });
	process.exitCode = 1;
}
