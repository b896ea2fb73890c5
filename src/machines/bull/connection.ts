import type { Job, Queue, Worker } from "bullmq";
import type { BullMq } from "./peers.js";

/** What a worker of BullMQ is made with here. */
export interface WorkerSettings {
	readonly name: string;
	readonly lockMs: number;
	readonly maxStarts: number;
}

/** A connection to the server of a queue, with what differs between Redis and PostgreSQL. */
export interface Connection {
	/** For messages: without user and password. */
	readonly shown: string;
	readonly bull: BullMq;
	queue(name: string): Queue;
	worker(
		name: string,
		process: (job: Job) => Promise<unknown>,
		settings: WorkerSettings,
	): Worker;
	/** How much is stored of a job, in bytes; 0 where it is not there. It is asked before a job of unknown origin is read. */
	sizeOf(queue: Queue, id: string): Promise<number>;
	/** What the server says of the time, in ms since 1970; undefined where its own clock alone decides. */
	serverTime(): Promise<number | undefined>;
	/** Told when the connection is lost, and when it is there again. */
	onChange(listener: (isUp: boolean, reason: string) => void): void;
	/** Ends it; what has not been answered is rejected. */
	close(): Promise<void>;
}

/** How BullMQ's workers are set up, whatever the server. */
export function workerOptions({ name, lockMs, maxStarts }: WorkerSettings) {
	return {
		name,
		concurrency: 1,
		lockDuration: lockMs,
		// Renewed four times before it ends: a busy event loop may miss three (bullmq#3078).
		lockRenewTime: lockMs / 2,
		stalledInterval: lockMs / 2,
		// A unit whose machine died is handed out again each time; maxStartedAttempts is the guard.
		maxStalledCount: 1_000_000,
		maxStartedAttempts: maxStarts,
		// How long one blocking read waits, in s; shorter than ANSWER_MS.
		drainDelay: 5,
		runRetryDelay: 1000,
	} as const;
}

/** A server that has not answered for so long is taken for lost, in ms. */
export const ANSWER_MS = 10_000;
/** How long a first connection may take, in ms. */
export const CONNECT_MS = 5000;
