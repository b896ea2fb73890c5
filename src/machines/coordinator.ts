import { QueueError } from "../errors.js";
import type { SearchState } from "../search/collect.js";
import type { Unit } from "../search/unit.js";
import type { CoordinatorRequest, Incident } from "./coordinator-request.js";
import { Cutter } from "./cut.js";
import { Decided } from "./decided.js";
import type { Machine, QueueEvent, UnitQueue } from "./queue.js";
import { Review } from "./review.js";
import { MAX_FAILURES, Roster } from "./roster.js";
import { UnitFailures } from "./unit-failures.js";
import { machineOf, resultOf, unitOf } from "./unit-json.js";
import { type UnitRecord, unitId } from "./unit-record.js";

const PROGRESS_INTERVAL = 250;

/**
 * Hands out the units of a search and puts their results together. What it returns depends on the seed alone: not on how
 * many machines there are, which of them die, or in which order they answer.
 *
 * @returns what a search on one machine would have decided
 * @throws {@link QueueError} for a unit that no machine can do
 * @throws the signal's reason when it is aborted
 */
export async function coordinate(
	queue: UnitQueue,
	request: CoordinatorRequest,
): Promise<SearchState> {
	return new Coordinator(queue, request).run();
}

class Coordinator {
	readonly #queue: UnitQueue;
	readonly #request: CoordinatorRequest;
	readonly #roster: Roster;
	readonly #cutter: Cutter;
	/** What counts. */
	#records: UnitRecord[] = [];
	#decided: Decided;
	/** Handed out and not done, by their identifiers. */
	readonly #open = new Map<string, Unit>();
	/** Results of some of those, which are not yet believed. */
	readonly #review: Review;
	readonly #failures = new UnitFailures();
	readonly #ended = new AbortController();
	#failure: { readonly error: unknown } | undefined;
	/** What is said to the queue, in its order. */
	#said: Promise<void> = Promise.resolve();

	constructor(queue: UnitQueue, request: CoordinatorRequest) {
		const { search, wanted, start, own, records = [] } = request;
		this.#queue = queue;
		this.#request = request;
		this.#roster = new Roster(own);
		this.#cutter = new Cutter(search, own.threads);
		this.#records = [...records];
		this.#decided = decidedBy(records, wanted, start);
		this.#review = new Review(this.#roster, request.recompute, {
			accept: (record) => this.#accept(record),
			reject: (record) => this.#reject(record),
			repeat: (unit) => this.#handOutAgain(unit),
			fail: (error) => this.#fail(error),
		});
	}

	async run(): Promise<SearchState> {
		const { signal } = this.#request;
		const stop = AbortSignal.any([signal, this.#ended.signal]);
		const timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
		try {
			this.#handOut();
			if (!this.#decided.isDone) {
				for await (const event of this.#queue.events(stop)) {
					this.#guard(() => this.#take(event));
				}
			}
		} finally {
			clearInterval(timer);
			// What is left is needless now, or will be handed out anew.
			this.#say(() => this.#queue.withdraw([...this.#open.values()]));
			await this.#said;
		}
		if (this.#failure !== undefined) throw this.#failure.error;
		signal.throwIfAborted();
		this.#report();
		return this.#decided.state;
	}

	#take(event: QueueEvent): void {
		switch (event.kind) {
			case "result":
				this.#takeResult(event);
				break;
			case "failed":
				this.#takeFailure(event);
				break;
			case "machines":
				this.#roster.present = event.machines.flatMap(
					(one) => machineOf(one) ?? [],
				);
				this.#handOut();
				break;
			case "stalled":
				this.#incident(
					"stalled",
					"A machine died or does not answer; its unit is handed out again.",
				);
				break;
			case "abandoned":
				throw new QueueError(
					`A unit was begun ${event.starts} times and never ended: whatever takes it may die of it, or all machines were stopped again and again. It is not handed out any more. ${JSON.stringify(event.unit)}`,
				);
			case "connection":
				this.#incident(
					"connection",
					event.isUp ? "The queue answers again." : event.reason,
				);
		}
	}

	#takeResult(event: Extract<QueueEvent, { kind: "result" }>): void {
		const unit = unitOf(event.unit, this.#request.search);
		if (unit === undefined) return;
		const machine = machineOf(event.machine);
		const result = resultOf(event.result, unit);
		if (this.#decided.isNeedless(unit)) {
			this.#close(unit);
		} else if (machine === undefined || result === undefined) {
			this.#incident(
				"malformed",
				`What ${machine?.name ?? "a machine"} sent is not the result of a unit; another does it again.`,
			);
			if (machine !== undefined) this.#refuse(machine);
			else this.#failures.count(unit, "unknown", "a result that is none");
			this.#handOutAgain(unit);
		} else if (this.#roster.trustOf(machine) === "refused") {
			this.#handOutAgain(unit);
		} else {
			this.#cutter.measured(unit, event.elapsedMs);
			this.#roster.measured(machine, result, event.elapsedMs);
			const record = { unit, result, machine };
			if (this.#roster.isOwn(machine)) {
				this.#accept(record);
			} else {
				this.#review.add(record);
				this.#handOut();
			}
		}
	}

	/** Of a result of another machine that a second computation contradicts. */
	#reject({ unit, machine }: UnitRecord): void {
		this.#incident(
			"wrong",
			`${machine.name} and this machine differ in a unit: one of them computes wrongly. None of its results counts, and others do its units again. ${JSON.stringify(unit)}`,
		);
		this.#refuse(machine);
	}

	#accept(record: UnitRecord): void {
		const { unit, result } = record;
		this.#records.push(record);
		this.#decided.add(unit, result.hits);
		this.#say(async () => this.#request.onRecord?.(record));
		this.#close(unit);
	}

	/** The unit is done: others may have become needless by it. */
	#close(unit: Unit): void {
		this.#forget(unit);
		this.#say(() => this.#queue.settle(unit));
		const needless = [...this.#open.values()].filter((one) =>
			this.#decided.isNeedless(one),
		);
		for (const one of needless) this.#forget(one);
		if (needless.length > 0) this.#say(() => this.#queue.withdraw(needless));
		if (this.#decided.isDone) this.#end();
		else this.#handOut();
	}

	#forget(unit: Unit): void {
		this.#open.delete(unitId(unit));
		this.#review.drop(unit);
	}

	#takeFailure({
		unit: given,
		machine: sender,
		reason,
	}: Extract<QueueEvent, { kind: "failed" }>): void {
		const unit = unitOf(given, this.#request.search);
		if (unit === undefined) return;
		const machine = machineOf(sender);
		const { name = "A machine" } = machine ?? {};
		const words = JSON.stringify(reason.slice(0, 300));
		this.#incident("failed", `${name} could not do a unit: ${words}`);
		this.#failures.count(unit, name, words);
		if (machine !== undefined && this.#roster.hasFailed(machine)) {
			if (this.#roster.isOwn(machine)) {
				throw new QueueError(
					`This machine could not do ${MAX_FAILURES} units in a row, the last because of ${words}.`,
				);
			}
			this.#incident(
				"refused",
				`${name} could not do ${MAX_FAILURES} units in a row and gets no more.`,
			);
			this.#refuse(machine);
		}
		this.#handOutAgain(unit);
	}

	/** Nothing of this machine counts any more. */
	#refuse(machine: Machine): void {
		const { wanted, start, onRefused } = this.#request;
		const held = this.#roster.refuse(machine);
		const [wrong, right] = [
			this.#records.filter((record) => record.machine.name === machine.name),
			this.#records.filter((record) => record.machine.name !== machine.name),
		];
		if (wrong.length > 0) {
			this.#records = right;
			this.#decided = decidedBy(right, wanted, start);
		}
		this.#say(async () => onRefused?.(machine));
		this.#say(() => this.#queue.refuse([machine.name]));
		for (const { unit } of held) this.#handOutAgain(unit);
	}

	#handOutAgain(unit: Unit): void {
		this.#forget(unit);
		this.#say(() => this.#queue.settle(unit));
		this.#handOut();
	}

	/** Sees to it that each machine has a unit and the next one. */
	#handOut(): void {
		const units: Unit[] = [];
		const places = 2 * this.#roster.count;
		while (this.#open.size - this.#review.size < places) {
			const ranks = this.#decided.next([...this.#open.values()]);
			if (ranks === undefined) break;
			const unit = this.#cutter.cut(ranks, this.#roster, this.#decided.missing);
			this.#open.set(unitId(unit), unit);
			units.push(unit);
		}
		if (units.length > 0) this.#say(() => this.#queue.add(units));
	}

	#report(): void {
		const { onProgress } = this.#request;
		this.#guard(() =>
			onProgress?.({
				machines: this.#roster.count,
				tested: this.#records.reduce(
					(sum, { result }) => sum + result.tested,
					0,
				),
				testsPerSecond: this.#roster.testsPerSecond,
				state: this.#decided.state,
			}),
		);
	}

	#incident(kind: Incident["kind"], message: string): void {
		this.#guard(() => this.#request.onIncident?.({ kind, message }));
	}

	#say(words: () => Promise<void>): void {
		this.#said = this.#said
			.then(words)
			.catch((error: unknown) => this.#fail(error));
	}

	#guard(run: () => void): void {
		try {
			run();
		} catch (error) {
			this.#fail(error);
		}
	}

	#fail(error: unknown): void {
		this.#failure ??= { error };
		this.#end();
	}

	#end(): void {
		this.#ended.abort();
		this.#review.end();
	}
}

function decidedBy(
	records: readonly UnitRecord[],
	wanted: number,
	start: SearchState | undefined,
): Decided {
	const decided = new Decided(wanted, start);
	for (const { unit, result } of records) decided.add(unit, result.hits);
	return decided;
}
