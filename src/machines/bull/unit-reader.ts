import type { Job, Queue } from "bullmq";
import type { Unit } from "../../search/unit.js";
import type { QueueEvent } from "../queue.js";
import type { Connection } from "./connection.js";
import { fieldsOf, isJobId, jobId, MAX_JOB, MAX_REASON } from "./jobs.js";
import { readJob } from "./read-job.js";

/** What is to be done with a job that has ended. */
type Next =
	/** The coordinator settles it. */
	| "settle"
	/** It is handed out again, and its starts count. */
	| "retry"
	/** It does not belong there; where it stands for a unit, that is added anew. */
	| "remove";

export interface Finished {
	readonly events: readonly QueueEvent[];
	readonly next: Next;
}

/** BullMQ's reason for a job that was started more often than maxStartedAttempts. */
const ABANDONED = "job started more than allowable limit";

/**
 * Reads jobs that anyone who may write to the queue can have made: sizes are limited before they are read, and what is not
 * as this program writes it is reported as failed.
 */
export class UnitReader {
	readonly #connection: Connection;
	readonly #queue: Queue;
	readonly #search: string;
	readonly #machineNamed: (name: string) => unknown;
	/** How often each has stalled, as far as the coordinator knows. */
	readonly #stalls = new Map<string, number>();

	/** @param machineNamed what is known of a machine */
	constructor(
		connection: Connection,
		queue: Queue,
		search: string,
		machineNamed: (name: string) => unknown,
	) {
		this.#connection = connection;
		this.#queue = queue;
		this.#search = search;
		this.#machineNamed = machineNamed;
	}

	/** Undefined for what is not this coordinator's, and for what is there no more. */
	async readFinished(
		id: string,
		unit: Unit | undefined,
	): Promise<Finished | undefined> {
		if (!this.#isForMe(id)) return undefined;
		const job = await this.#read(id);
		if (job === undefined) return undefined;
		if (typeof job === "string") return refused(unit, undefined, job);
		const { data, failedReason, processedBy } = job;
		const stored = fieldsOf(data).unit;
		const machine =
			typeof processedBy === "string"
				? this.#machineNamed(processedBy)
				: undefined;
		const reason =
			typeof failedReason === "string"
				? failedReason.slice(0, MAX_REASON)
				: undefined;
		if (jobId(this.#search, fieldsOf(stored) as unknown as Unit) !== id) {
			const what = "The job is not a unit of a search";
			return refused(unit ?? stored, machine, reason ?? what);
		}
		const stalled = this.#stalledEvents(id, job, stored);
		this.#stalls.delete(id);
		if (reason === ABANDONED) {
			const starts = Number(job.attemptsStarted) - 1;
			const abandoned = { kind: "abandoned", unit: stored, starts } as const;
			return { events: [...stalled, abandoned], next: "settle" };
		}
		const returned = fieldsOf(job.returnvalue);
		const { elapsedMs } = returned;
		if (reason === undefined && isDuration(elapsedMs)) {
			const { result, machine } = returned;
			const event = { kind: "result", unit: stored, result } as const;
			return {
				events: [...stalled, { ...event, machine, elapsedMs }],
				next: "settle",
			};
		}
		const failed = {
			kind: "failed",
			unit: stored,
			machine,
			reason: reason ?? "The result is not one of a unit",
		} as const;
		return { events: [...stalled, failed], next: "retry" };
	}

	/** What there is to say of a job that a machine has, or will get. */
	async readUnfinished(
		id: string,
		unit: Unit | undefined,
		isActive: boolean,
	): Promise<readonly QueueEvent[]> {
		// Waiting units are read by the machines.
		if (!this.#isForMe(id) || (!isActive && isJobId(id))) return [];
		const job = await this.#read(id);
		if (job === undefined) return [];
		if (typeof job !== "string") {
			return unit === undefined ? [] : this.#stalledEvents(id, job, unit);
		}
		// No machine can take it, or end it. While one still has the lock, it cannot be removed.
		if ((await this.#queue.remove(id)) !== 1) return [];
		return refused(unit, undefined, job).events;
	}

	/** Its own units, and what no coordinator can have made. */
	#isForMe(id: string): boolean {
		return id.startsWith(`${this.#search}-`) || !isJobId(id);
	}

	/** The job, or what is wrong with it. */
	async #read(id: string): Promise<Job | string | undefined> {
		const size = await this.#connection.sizeOf(this.#queue, id);
		if (size > MAX_JOB) return `The job has ${size} bytes`;
		const job = await readJob(this.#queue, id);
		return job ?? (size > 0 ? "The job cannot be read" : undefined);
	}

	#stalledEvents(id: string, job: Job, unit: unknown): QueueEvent[] {
		const known = this.#stalls.get(id) ?? 0;
		const stalls = Number(job.stalledCounter);
		if (!(stalls > known)) return [];
		this.#stalls.set(id, stalls);
		return [{ kind: "stalled", unit }];
	}
}

function refused(unit: unknown, machine: unknown, reason: string): Finished {
	const event = { kind: "failed", unit, machine, reason } as const;
	return { events: [event], next: "remove" };
}

function isDuration(value: unknown): value is number {
	return typeof value === "number" && value >= 0 && Number.isFinite(value);
}
