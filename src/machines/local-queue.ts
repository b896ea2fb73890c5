import type { Unit } from "../search/unit.js";
import type { QueueEvent, UnitQueue, UnitSource } from "./queue.js";
import { unitId } from "./unit-record.js";

interface Waiting {
	readonly unit: Unit;
	/** Aborted when the unit is withdrawn. */
	readonly needless: AbortController;
}

/** A queue in this process, for a search whose units no other machine takes. */
export class LocalQueue implements UnitQueue, UnitSource {
	readonly #waiting: Waiting[] = [];
	readonly #known = new Map<string, Waiting>();
	readonly #events: QueueEvent[] = [];
	#wake: () => void = () => {};
	#changed = this.#nextChange();

	async add(units: readonly Unit[]): Promise<void> {
		for (const unit of units) {
			const id = unitId(unit);
			if (this.#known.has(id)) continue;
			const waiting = { unit, needless: new AbortController() };
			this.#known.set(id, waiting);
			this.#waiting.push(waiting);
		}
		this.#tell();
	}

	async withdraw(units: readonly Unit[]): Promise<void> {
		for (const unit of units) {
			const known = this.#known.get(unitId(unit));
			if (known === undefined) continue;
			known.needless.abort();
			this.#known.delete(unitId(unit));
			const at = this.#waiting.indexOf(known);
			if (at >= 0) this.#waiting.splice(at, 1);
		}
	}

	async *events(signal: AbortSignal): AsyncGenerator<QueueEvent> {
		signal.addEventListener("abort", () => this.#tell());
		while (!signal.aborted) {
			const event = this.#events.shift();
			if (event !== undefined) yield event;
			else await this.#changed;
		}
	}

	async settle(unit: Unit): Promise<void> {
		this.#known.delete(unitId(unit));
	}

	/** Only this process takes units. */
	async refuse(): Promise<void> {}

	async serve(
		compute: (unit: unknown, signal: AbortSignal) => Promise<unknown>,
		{ machine, signal }: Parameters<UnitSource["serve"]>[1],
	): Promise<void> {
		signal.addEventListener("abort", () => this.#tell());
		this.#push({ kind: "machines", machines: [machine] });
		while (!signal.aborted) {
			const next = this.#waiting.shift();
			if (next === undefined) {
				await this.#changed;
				continue;
			}
			const { unit, needless } = next;
			const began = performance.now();
			const stop = AbortSignal.any([signal, needless.signal]);
			try {
				const result = await compute(unit, stop);
				const elapsedMs = performance.now() - began;
				this.#push({ kind: "result", unit, result, machine, elapsedMs });
			} catch (error) {
				if (stop.aborted) continue;
				throw error;
			}
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#tell();
	}

	#push(event: QueueEvent): void {
		this.#events.push(event);
		this.#tell();
	}

	#tell(): void {
		const wake = this.#wake;
		this.#changed = this.#nextChange();
		wake();
	}

	#nextChange(): Promise<void> {
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}
}
