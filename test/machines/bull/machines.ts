import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { QueueEvent, UnitQueue } from "../../../src/machines/queue.js";
import type { Unit } from "../../../src/search/unit.js";
import type { WorkerArguments } from "./worker.js";

export function unit(window: number, more: Partial<Unit> = {}): Unit {
	return {
		construction: "SHAKE256-1" as Unit["construction"],
		seed: "a test",
		bits: 512,
		generator: 2,
		window,
		from: 0,
		to: 1000,
		sieveBound: 2 ** 20,
		...more,
	};
}

export const units = (count: number, more: Partial<Unit> = {}): Unit[] =>
	Array.from({ length: count }, (_, window) => unit(window, more));

/** A worker or coordinator process, and what it has printed. */
export class Machine implements AsyncDisposable {
	readonly lines: Record<string, unknown>[] = [];
	/** What it wrote to stderr. */
	errors = "";
	readonly child: ChildProcess;
	readonly #ended: Promise<unknown>;

	/** @param command what runs it, such as faketime */
	constructor(
		args: WorkerArguments,
		command: readonly string[] = [],
		program = "worker",
	) {
		const [first = "", ...rest] = [
			...command,
			process.execPath,
			`dist/test/machines/bull/${program}.js`,
			JSON.stringify(args),
		];
		this.child = spawn(first, rest, { stdio: ["ignore", "pipe", "pipe"] });
		this.#ended = new Promise((resolve) => this.child.once("close", resolve));
		createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on(
			"line",
			(line) => this.lines.push(JSON.parse(line)),
		);
		this.child.stderr?.on("data", (data) => {
			this.errors += data;
		});
	}

	/** Waits until it has printed such a line. */
	async line(key: string, value?: unknown): Promise<Record<string, unknown>> {
		const find = () =>
			this.lines.find(
				(line) => key in line && (value === undefined || line[key] === value),
			);
		for (let tries = 0; tries < 3000; tries++) {
			const line = find();
			if (line !== undefined) return line;
			await sleep(10);
		}
		throw new Error(
			`No line with ${key}: ${JSON.stringify(this.lines)} ${this.errors}`,
		);
	}

	async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
		this.child.kill(signal);
		await this.#ended;
	}

	get ended(): Promise<unknown> {
		return this.#ended;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.end("SIGKILL");
	}
}

/** Collects what a coordinator is told, and settles results. */
export class Coordinator implements AsyncDisposable {
	readonly events: QueueEvent[] = [];
	readonly queue: UnitQueue;
	readonly #ending = new AbortController();
	readonly #loop: Promise<void>;

	constructor(queue: UnitQueue, settles = true) {
		this.queue = queue;
		this.#loop = this.#collect(settles);
	}

	async #collect(settles: boolean): Promise<void> {
		for await (const event of this.queue.events(this.#ending.signal)) {
			this.events.push(event);
			if (settles && event.kind === "result") {
				await this.queue.settle(event.unit as Unit);
			}
		}
	}

	of<Kind extends QueueEvent["kind"]>(kind: Kind) {
		return this.events.filter(
			(event): event is Extract<QueueEvent, { kind: Kind }> =>
				event.kind === kind,
		);
	}

	get windows(): number[] {
		return this.of("result").map(({ unit }) => (unit as Unit).window);
	}

	async until(check: () => boolean, ms = 30_000): Promise<void> {
		for (let waited = 0; waited < ms; waited += 10) {
			if (check()) return;
			await sleep(10);
		}
		throw new Error(`Not within ${ms} ms: ${JSON.stringify(this.events)}`);
	}

	/** Waits for so many results. */
	async results(count: number): Promise<void> {
		await this.until(() => this.of("result").length >= count);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#ending.abort();
		await this.#loop;
		await this.queue[Symbol.asyncDispose]();
	}
}
