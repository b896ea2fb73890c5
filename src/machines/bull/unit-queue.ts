import { setTimeout as sleep } from "node:timers/promises";
import type { Queue } from "bullmq";
import type { Unit } from "../../search/unit.js";
import type { QueueEvent, UnitQueue } from "../queue.js";
import type { Connection } from "./connection.js";
import { jobId, searchId, UNITS, type UnitJob } from "./jobs.js";
import { MachineList } from "./machine-record.js";
import { readJob } from "./read-job.js";
import { isFinal, queueError } from "./reasons.js";
import { UnitReader } from "./unit-reader.js";

/** How often the coordinator looks for results, in ms. */
const LOOK_MS = 500;
/** How long the end waits for the server, in ms. */
const END_MS = 2000;
/** How old what is left behind may become, in ms: 30 days. An open unit that goes with it is added again. */
const FORGOTTEN_MS = 30 * 24 * 60 * 60 * 1000;
const MOST_FORGOTTEN = 10_000;
/** So many units are added in one go. */
const BATCH = 200;
const ANYWHERE = [
	"wait",
	"active",
	"prioritized",
	"delayed",
	"completed",
	"failed",
] as const;

/**
 * A coordinator's end on BullMQ. It reads the lists of the queue, and not its stream of events: what was missed while the
 * connection was lost is found all the same, and a queue that has lost its units gets them again.
 */
export class BullUnitQueue implements UnitQueue {
	readonly #connection: Connection;
	readonly #search: string;
	readonly #surveyMs: number;
	readonly #queue: Queue;
	readonly #machines: MachineList;
	readonly #reader: UnitReader;
	/** Units whose result is still to come, by the ids of their jobs. */
	readonly #open = new Map<string, Unit>();
	/** Those of which the coordinator has been told, and that it has not settled. */
	readonly #told = new Set<string>();
	/** Those that are to leave the queue. */
	readonly #withdrawn = new Set<string>();
	/** What is to be told, with the id of the job that it is about. */
	#events: { readonly id: string; readonly event: QueueEvent }[] = [];
	/** What the server has been asked for and has not done. */
	readonly #asked = new Set<Promise<void>>();
	#wake = () => {};
	#isUp = true;

	/** @param surveyMs how often the whole queue is looked through, in ms */
	constructor(connection: Connection, search: string, surveyMs: number) {
		this.#connection = connection;
		this.#search = searchId(search);
		this.#surveyMs = surveyMs;
		this.#queue = connection.queue(UNITS);
		this.#queue.on("error", () => {});
		this.#machines = new MachineList(connection, surveyMs);
		this.#reader = new UnitReader(
			connection,
			this.#queue,
			this.#search,
			(name) => this.#machines.named(name),
		);
		connection.onChange((isUp, reason) => this.#noteConnection(isUp, reason));
	}

	/** Removes what coordinators of any search have left and not come back for. */
	async forget(): Promise<void> {
		await this.#tolerant(async () => {
			for (const state of ["wait", "completed", "failed"] as const) {
				await this.#queue.clean(FORGOTTEN_MS, MOST_FORGOTTEN, state);
			}
		});
	}

	async add(units: readonly Unit[]): Promise<void> {
		const added = new Map<string, Unit>();
		for (const unit of units) {
			const id = jobId(this.#search, unit);
			if (!this.#open.has(id) && !this.#told.has(id)) added.set(id, unit);
		}
		for (const [id, unit] of added) {
			this.#withdrawn.delete(id);
			this.#open.set(id, unit);
		}
		// What fails here, the survey adds.
		await this.#tolerant(() => this.#addJobs([...added]));
	}

	async withdraw(units: readonly Unit[]): Promise<void> {
		const ids = units.map((unit) => jobId(this.#search, unit));
		for (const id of ids) {
			this.#open.delete(id);
			this.#told.delete(id);
			this.#withdrawn.add(id);
		}
		const gone = new Set(ids);
		this.#events = this.#events.filter(({ id }) => !gone.has(id));
		await this.#tolerant(() => this.#takeBack(ids));
	}

	async settle(unit: Unit): Promise<void> {
		const id = jobId(this.#search, unit);
		this.#open.delete(id);
		this.#told.delete(id);
		this.#withdrawn.add(id);
		await this.#tolerant(() => this.#takeBack([id]));
	}

	async refuse(names: readonly string[]): Promise<void> {
		await this.#tolerant(() => this.#machines.refuse(names));
	}

	async *events(signal: AbortSignal): AsyncGenerator<QueueEvent> {
		let error: unknown;
		const looking = this.#lookRepeatedly(signal).catch((reason) => {
			error = reason;
			this.#wake();
		});
		const wake = () => this.#wake();
		signal.addEventListener("abort", wake);
		try {
			while (!signal.aborted) {
				const next = this.#events.shift();
				if (next !== undefined) {
					yield next.event;
					continue;
				}
				if (error !== undefined) throw error;
				await new Promise<void>((resolve) => {
					this.#wake = resolve;
				});
			}
		} finally {
			signal.removeEventListener("abort", wake);
			// A lost connection must not hold up the end.
			await Promise.race([looking, sleep(LOOK_MS)]);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		// What was asked for is still done, where the server answers.
		await Promise.race([Promise.allSettled(this.#asked), sleep(END_MS)]);
		await this.#connection.close();
	}

	async #lookRepeatedly(signal: AbortSignal): Promise<void> {
		let surveyed = Number.NEGATIVE_INFINITY;
		while (!signal.aborted) {
			await this.#tolerant(async () => {
				await this.#readFinished();
				if (performance.now() - surveyed >= this.#surveyMs) {
					await this.#survey();
					surveyed = performance.now();
				}
				this.#noteConnection(true, "");
			});
			await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
		}
	}

	/** Tells of what has ended. */
	async #readFinished(): Promise<void> {
		const ended = ["completed", "failed"] as const;
		const ids = await this.#queue.getRanges([...ended], 0, -1, true);
		for (const id of ids) {
			if (this.#told.has(id) || this.#withdrawn.has(id)) continue;
			const found = await this.#reader.readFinished(id, this.#open.get(id));
			if (found === undefined) continue;
			// The coordinator may have taken it back while it was read.
			if (this.#withdrawn.has(id)) continue;
			const { events, next } = found;
			if (next === "settle") {
				this.#open.delete(id);
				this.#told.add(id);
			}
			this.#tell(id, ...events);
			if (next === "retry") {
				const job = await readJob(this.#queue, id);
				await job?.retry(
					job.failedReason === undefined ? "completed" : "failed",
				);
			} else if (next === "remove") {
				await this.#queue.remove(id);
				const unit = this.#open.get(id);
				if (unit !== undefined) await this.#addJobs([[id, unit]]);
			}
		}
	}

	/** Looks through the whole queue: who is there, what has stalled, what is missing, what does not belong there. */
	async #survey(): Promise<void> {
		const open = [...this.#open];
		const active = new Set(await this.#queue.getRanges(["active"], 0, -1));
		const present = new Set(await this.#queue.getRanges([...ANYWHERE], 0, -1));
		await Promise.all(
			[...present].map(async (id) => {
				const unit = this.#open.get(id);
				const isActive = active.has(id);
				this.#tell(
					id,
					...(await this.#reader.readUnfinished(id, unit, isActive)),
				);
			}),
		);
		// Such as after a restart of the server without its files.
		const missing = open.filter(
			([id]) => !present.has(id) && this.#open.has(id),
		);
		await this.#addJobs(missing);
		await this.#takeBack([...this.#withdrawn]);
		await this.#listMachines();
	}

	async #listMachines(): Promise<void> {
		const machines = await this.#machines.read();
		this.#tell("", { kind: "machines", machines });
	}

	async #addJobs(units: readonly (readonly [string, Unit])[]): Promise<void> {
		for (let at = 0; at < units.length; at += BATCH) {
			await this.#queue.addBulk(
				units.slice(at, at + BATCH).map(([jobId, unit]) => ({
					name: "unit",
					data: { unit } satisfies UnitJob,
					// A failed unit is handed out again by the coordinator, which reports it first.
					opts: { jobId, attempts: 1, stackTraceLimit: 0 },
				})),
			);
		}
	}

	/** Removes jobs; a machine that works on one is told to stop, and its job is removed by it or later. */
	async #takeBack(ids: readonly string[]): Promise<void> {
		await Promise.all(
			ids.map(async (id) => {
				if (!this.#withdrawn.has(id)) return;
				if ((await this.#queue.remove(id)) !== 1) return this.#flag(id);
				this.#withdrawn.delete(id);
				// It may have been added anew at this moment.
				const unit = this.#open.get(id);
				if (unit !== undefined) await this.#addJobs([[id, unit]]);
			}),
		);
	}

	async #flag(id: string): Promise<void> {
		const job = await readJob(this.#queue, id);
		await job
			?.updateData({ ...job.data, isWithdrawn: true } satisfies UnitJob)
			// It may have ended at this moment.
			.catch(() => {});
	}

	#tell(id: string, ...events: readonly QueueEvent[]): void {
		this.#events.push(...events.map((event) => ({ id, event })));
		this.#wake();
	}

	#noteConnection(isUp: boolean, reason: string): void {
		if (isUp === this.#isUp) return;
		this.#isUp = isUp;
		this.#tell("", { kind: "connection", isUp, reason });
	}

	/**
	 * What fails for want of a connection is made up for by the survey.
	 *
	 * @throws {@link QueueError} where trying again is of no use
	 */
	async #tolerant(work: () => Promise<void>): Promise<void> {
		const asked = work();
		this.#asked.add(asked);
		try {
			await asked;
		} catch (error) {
			const { shown } = this.#connection;
			if (isFinal(error)) throw queueError(shown, error);
			this.#noteConnection(false, queueError(shown, error).message);
		} finally {
			this.#asked.delete(asked);
		}
	}
}
