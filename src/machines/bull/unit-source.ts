import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job, Queue, Worker } from "bullmq";
import { DhParamsError, QueueError } from "../../errors.js";
import type { Machine, UnitSource } from "../queue.js";
import { checkClock } from "./clock.js";
import type { Connection } from "./connection.js";
import {
	fieldsOf,
	MACHINES,
	MAX_REASON,
	MAX_RESULT,
	UNITS,
	type UnitReturn,
} from "./jobs.js";
import { MachineRecord } from "./machine-record.js";
import { isFinal, queueError } from "./reasons.js";
import { within } from "./within.js";

/** How often a machine looks whether its unit is still wanted, in ms. */
const LOOK_MS = 500;
/** After this many starts without an end a unit is not handed out any more. */
const MAX_STARTS = 16;
/** A machine that fails waits before it takes another unit: 1 s, then twice as long each time, up to this, in ms. */
const MAX_PAUSE_MS = 30_000;
/** How long the end waits for the server, in ms. */
const END_MS = 3000;

type Compute = Parameters<UnitSource["serve"]>[0];
type ServeOptions = Parameters<UnitSource["serve"]>[1];

/** A worker's end on BullMQ. */
export class BullUnitSource implements UnitSource, AsyncDisposable {
	readonly #connection: Connection;
	readonly #lockMs: number;

	constructor(connection: Connection, lockMs: number) {
		this.#connection = connection;
		this.#lockMs = lockMs;
	}

	async serve(compute: Compute, options: ServeOptions): Promise<void> {
		const service = new Service(this.#connection, this.#lockMs, options);
		await service.run(compute);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#connection.close();
	}
}

/** Why a computation is stopped; what happens to its unit depends on it. */
type Stop = "withdrawn" | "lost" | "ending";

/** One call of `serve`. */
class Service {
	readonly #connection: Connection;
	readonly #machine: Machine;
	readonly #lockMs: number;
	readonly #signal: AbortSignal;
	readonly #onConnection: (isUp: boolean, reason: string) => void;
	readonly #units: Queue;
	readonly #record: MachineRecord;
	/** Aborted when no more units are to be taken. */
	readonly #ending = new AbortController();
	/** The computations that run, by the ids of their jobs. */
	readonly #running = new Map<string, (why: Stop) => void>();
	#isUp = true;
	#failures = 0;
	#error: unknown;

	constructor(connection: Connection, lockMs: number, options: ServeOptions) {
		this.#connection = connection;
		this.#lockMs = lockMs;
		this.#machine = options.machine;
		this.#signal = options.signal;
		this.#onConnection = options.onConnection ?? (() => {});
		this.#units = connection.queue(UNITS);
		const machines = connection.queue(MACHINES);
		this.#record = new MachineRecord(machines, options.machine);
		for (const queue of [this.#units, machines]) {
			queue.on("error", (error) => this.#noteError(error));
		}
		connection.onChange((isUp, reason) => this.#noteConnection(isUp, reason));
	}

	async run(compute: Compute): Promise<void> {
		const end = () => this.#ending.abort();
		if (this.#signal.aborted) end();
		this.#signal.addEventListener("abort", end);
		try {
			if (!this.#ending.signal.aborted) await this.#serve(compute);
		} finally {
			this.#signal.removeEventListener("abort", end);
			await this.#connection.close();
		}
		if (this.#error !== undefined) throw this.#error;
	}

	async #serve(compute: Compute): Promise<void> {
		// On the event loop of this process: a sandboxed processor would be one more thing to die (bullmq#2979).
		const worker = this.#connection.worker(
			UNITS,
			(job) => this.#process(worker, job, compute),
			{
				name: this.#machine.name,
				lockMs: this.#lockMs,
				maxStarts: MAX_STARTS,
			},
		);
		worker.on("error", (error) => this.#noteError(error));
		worker.on("lockRenewalFailed", (ids) => {
			for (const id of ids) this.#running.get(id)?.("lost");
		});
		await this.#report();
		const blocked = worker.getBackend();
		const closed = worker.close();
		for (const stop of this.#running.values()) stop("ending");
		await Promise.race([
			Promise.all([closed, this.#record.remove()]),
			sleep(END_MS),
		]).catch(() => {});
		// Where the server does not answer, BullMQ waits for it.
		await this.#connection.close();
		await within(END_MS, blocked.disconnectBlocking(false)).catch(() => {});
	}

	/** Says every few seconds that this machine is here, until the end. */
	async #report(): Promise<void> {
		const { signal } = this.#ending;
		const ended = new Promise<void>((resolve) => {
			if (signal.aborted) resolve();
			signal.addEventListener("abort", () => resolve());
		});
		while (!signal.aborted) {
			// A server that does not answer must not hold up the end.
			await Promise.race([this.#beat(), ended]);
			await sleep(this.#lockMs / 2, undefined, { signal }).catch(() => {});
		}
	}

	async #beat(): Promise<void> {
		try {
			if (await this.#record.beat()) {
				throw new QueueError(
					"The coordinator refuses this machine: its results were wrong. Test its memory and processor.",
				);
			}
			await checkClock(this.#connection, this.#lockMs);
			this.#noteConnection(true, "");
		} catch (error) {
			if (this.#ending.signal.aborted) return;
			if (error instanceof QueueError) this.#fail(error);
			else this.#noteError(error);
		}
	}

	async #process(worker: Worker, job: Job, compute: Compute): Promise<unknown> {
		const { UnrecoverableError, WaitingError } = this.#connection.bull;
		const id = job.id as string;
		const stop = new AbortController();
		let why: Stop | undefined;
		const stopFor = (reason: Stop) => {
			why ??= reason;
			stop.abort();
		};
		if (fieldsOf(job.data).isWithdrawn === true) why = "withdrawn";
		else if (this.#ending.signal.aborted) why = "ending";
		const looking = setInterval(() => this.#look(job, stopFor), LOOK_MS);
		this.#running.set(id, stopFor);
		try {
			if (why === undefined) {
				const returned = await this.#compute(job, compute, stop.signal);
				this.#failures = 0;
				return returned;
			}
		} catch (error) {
			if (why === undefined) {
				this.#pause(worker);
				throw new UnrecoverableError(reasonOf(error));
			}
		} finally {
			clearInterval(looking);
			this.#running.delete(id);
		}
		if (why === "ending") {
			await job.moveToWait(job.token);
			throw new WaitingError();
		}
		// A withdrawn unit leaves nothing behind. One that was lost belongs to another: BullMQ refuses what comes of it.
		job.opts.removeOnFail = true;
		throw new UnrecoverableError(why);
	}

	async #compute(
		job: Job,
		compute: Compute,
		signal: AbortSignal,
	): Promise<UnitReturn> {
		const started = performance.now();
		const result = await compute(fieldsOf(job.data).unit, signal);
		const elapsedMs = Math.round(performance.now() - started);
		const { length } = JSON.stringify(result) ?? "";
		if (length > MAX_RESULT) {
			throw new QueueError(
				`The result has ${length} characters; at most ${MAX_RESULT} are sent.`,
			);
		}
		return { machine: this.#machine, elapsedMs, result };
	}

	/** Whether the unit is still wanted, and still this machine's. */
	async #look(job: Job, stop: (why: Stop) => void): Promise<void> {
		try {
			const now = await this.#units.getJob(job.id as string);
			if (fieldsOf(now?.data).isWithdrawn === true) stop("withdrawn");
			else if (now?.attemptsStarted !== job.attemptsStarted) stop("lost");
		} catch {
			// The connection is lost: the renewal of the lock will tell.
		}
	}

	/** Leaves the next units to others for a while. */
	#pause(worker: Worker): void {
		const ms = Math.min(MAX_PAUSE_MS, 1000 * 2 ** this.#failures++);
		void worker.pause(true);
		void sleep(ms, undefined, { signal: this.#ending.signal })
			.then(() => worker.resume())
			.catch(() => {});
	}

	#noteError(error: unknown): void {
		// BullMQ says it of a unit that is another's now, and of a job that cannot be read: the coordinator sees to that.
		if (/\bjob\b/i.test(Object(error).message)) return;
		if (error instanceof SyntaxError || error instanceof TypeError) return;
		const { shown } = this.#connection;
		if (isFinal(error)) this.#fail(queueError(shown, error));
		else this.#noteConnection(false, queueError(shown, error).message);
	}

	#noteConnection(isUp: boolean, reason: string): void {
		if (isUp === this.#isUp || this.#ending.signal.aborted) return;
		this.#isUp = isUp;
		this.#onConnection(isUp, reason);
	}

	#fail(error: unknown): void {
		this.#error ??= error;
		this.#ending.abort();
	}
}

/** In one line: it is stored in the queue, and read by others. */
function reasonOf(error: unknown): string {
	const text = error instanceof Error ? error.message : String(error);
	const name =
		error instanceof Error && !(error instanceof DhParamsError)
			? `${error.name}: `
			: "";
	return `${name}${text.replace(/\s+/g, " ")}`.slice(0, MAX_REASON);
}
