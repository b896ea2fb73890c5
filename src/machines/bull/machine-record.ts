import { performance } from "node:perf_hooks";
import type { Job, Queue } from "bullmq";
import type { Machine } from "../queue.js";
import type { Connection } from "./connection.js";
import { fieldsOf, MACHINES, MAX_JOB, machineId } from "./jobs.js";
import { readJob } from "./read-job.js";

/*
 * Who is at the queue: each machine keeps a job of its own in a queue that none takes jobs from. Its data says who it is and
 * counts its reports: a coordinator sees by its own clock whether the count goes on. Its progress says whether a
 * coordinator refuses it. This works alike on Redis and PostgreSQL, and needs none of Redis' administrative commands.
 */

/** The record of one machine, as that machine keeps it. */
export class MachineRecord {
	readonly #queue: Queue;
	readonly #machine: Machine;
	readonly #id: string;
	#beats = 0;

	constructor(queue: Queue, machine: Machine) {
		this.#queue = queue;
		this.#machine = { ...machine };
		this.#id = machineId(machine.name);
	}

	/**
	 * Says that the machine is here.
	 *
	 * @returns whether a coordinator refuses it
	 */
	async beat(): Promise<boolean> {
		const data = { ...this.#machine, beats: ++this.#beats };
		const job = await this.#queue.getJob(this.#id);
		if (job === undefined) {
			await this.#queue.add("machine", data, { jobId: this.#id });
			return false;
		}
		await job.updateData(data);
		return fieldsOf(job.progress).isRefused === true;
	}

	async remove(): Promise<void> {
		await this.#queue.remove(this.#id);
	}
}

/** What a coordinator remembers of a machine. */
interface Seen {
	readonly beats: unknown;
	/** By this process' clock, in ms. */
	readonly at: number;
	readonly isHere: boolean;
}

/** A machine that was silent for this many times its interval is not there; and for this many, is forgotten. */
const SILENT = 3;
const FORGOTTEN = 60;
/** So many are read, at most: anyone who may write to the queue can add more. */
const MAX_MACHINES = 10_000;

/** The machines at the queue, as a coordinator sees them. */
export class MachineList {
	readonly #connection: Connection;
	readonly #queue: Queue;
	readonly #intervalMs: number;
	readonly #seen = new Map<string, Seen>();
	readonly #refused = new Set<string>();
	#here: readonly unknown[] = [];
	#isFirst = true;

	constructor(connection: Connection, intervalMs: number) {
		this.#connection = connection;
		this.#queue = connection.queue(MACHINES);
		this.#queue.on("error", () => {});
		this.#intervalMs = intervalMs;
	}

	/** Machines of these names are told to stop. */
	async refuse(names: readonly string[]): Promise<void> {
		for (const name of names) this.#refused.add(machineId(name));
		for (const id of names.map(machineId)) {
			const job = await this.#read(id);
			await job?.updateProgress({ isRefused: true });
		}
	}

	/** What a machine that is here has said of itself; of others only the name is known. */
	named(name: string): unknown {
		return (
			this.#here.find((machine) => fieldsOf(machine).name === name) ?? { name }
		);
	}

	/** Those whose count goes on, as they describe themselves. */
	async read(): Promise<readonly unknown[]> {
		const ids = await this.#queue.getRanges(["wait"], 0, MAX_MACHINES - 1);
		// At once: ioredis sends them in one go.
		const machines = await Promise.all(ids.map((id) => this.#look(id)));
		for (const id of this.#seen.keys()) {
			if (!ids.includes(id)) this.#seen.delete(id);
		}
		this.#isFirst = false;
		this.#here = machines.filter((machine) => machine !== undefined);
		return this.#here;
	}

	/** The machine of a record, if it is here. */
	async #look(id: string): Promise<unknown> {
		const job = await this.#read(id);
		if (job === undefined) return undefined;
		if (this.#refused.has(id) && !fieldsOf(job.progress).isRefused) {
			await job.updateProgress({ isRefused: true });
		}
		const { beats, ...machine } = fieldsOf(job.data);
		if (this.#isHere(id, beats)) return machine;
		if (this.#isForgotten(id)) await this.#queue.remove(id);
		return undefined;
	}

	/** A record that was there before this coordinator may be that of a dead machine, until its count goes on. */
	#isHere(id: string, beats: unknown): boolean {
		const now = performance.now();
		const before = this.#seen.get(id);
		if (before === undefined || before.beats !== beats) {
			const isHere = before !== undefined || !this.#isFirst;
			this.#seen.set(id, { beats, at: now, isHere });
			return isHere;
		}
		return before.isHere && now - before.at < SILENT * this.#intervalMs;
	}

	#isForgotten(id: string): boolean {
		const at = this.#seen.get(id)?.at ?? performance.now();
		return performance.now() - at > FORGOTTEN * this.#intervalMs;
	}

	/** Undefined for what cannot be read. */
	async #read(id: string): Promise<Job | undefined> {
		const size = await this.#connection.sizeOf(this.#queue, id);
		if (size > MAX_JOB) return undefined;
		return await readJob(this.#queue, id);
	}
}
