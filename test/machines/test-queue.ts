import { createHash, randomInt } from "node:crypto";
import type {
	Machine,
	QueueEvent,
	UnitQueue,
} from "../../src/machines/queue.js";
import { unitId } from "../../src/machines/unit-record.js";
import type { Unit, UnitHit, UnitResult } from "../../src/search/unit.js";
import { partsOf, type UnitPart } from "../../src/search/unit-search.js";

/** What a machine of a test sends for a unit; undefined where it dies; an Error where it cannot do it. */
export type Behaviour = (unit: Unit, honest: UnitResult) => unknown;

/** The hits of each window of a search that is made up. */
export type World = readonly (readonly UnitHit[])[];

/** What an honest machine computes of a unit, or of its part. */
export function honestResult(
	world: World,
	unit: Unit,
	parts: readonly UnitPart[] = partsOf(unit),
): UnitResult {
	const hits = (world[unit.window] ?? []).filter(
		({ rank }) => rank >= unit.from && rank < unit.to,
	);
	const digests = parts.map(({ from, to }) =>
		createHash("sha256")
			.update(`${unit.seed} ${unit.window} ${from} ${to}`)
			.digest("hex")
			.slice(0, 16),
	);
	return { tested: 100, hits, digests };
}

/** A queue in memory, at which machines behave in any way: a random one of them takes the next unit. */
export class TestQueue implements UnitQueue {
	readonly #world: World;
	readonly #machines: { machine: Machine; behave: Behaviour }[] = [];
	readonly waiting: Unit[] = [];
	readonly refused = new Set<string>();
	/** How many units were begun. */
	begun = 0;
	#isFresh = true;

	constructor(world: World) {
		this.#world = world;
	}

	join(name: string, behave: Behaviour = (_, honest) => honest): Machine {
		const machine = { name, threads: 2, sieveBound: 2 ** 36, version: "0.1.0" };
		this.#machines.push({ machine, behave });
		return machine;
	}

	async add(units: readonly Unit[]): Promise<void> {
		this.waiting.push(...units);
	}

	async withdraw(units: readonly Unit[]): Promise<void> {
		const ids = new Set(units.map(unitId));
		const left = this.waiting.filter((unit) => !ids.has(unitId(unit)));
		this.waiting.splice(0, this.waiting.length, ...left);
	}

	async settle(): Promise<void> {}

	async refuse(names: readonly string[]): Promise<void> {
		for (const name of names) this.refused.add(name);
	}

	async *events(signal: AbortSignal): AsyncGenerator<QueueEvent> {
		let idle = 0;
		while (!signal.aborted) {
			await new Promise((resolve) => setImmediate(resolve));
			const event = this.#next();
			if (event === undefined) {
				if (++idle > 1000) throw new Error("The search does not go on.");
				continue;
			}
			idle = 0;
			yield event;
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {}

	#next(): QueueEvent | undefined {
		if (this.#isFresh) {
			this.#isFresh = false;
			const machines = this.#machines.map(({ machine }) => machine);
			return { kind: "machines", machines };
		}
		const present = this.#machines.filter(
			({ machine }) => !this.refused.has(machine.name),
		);
		if (present.length === 0) return undefined;
		const { machine, behave } = present[randomInt(present.length)] ?? {};
		if (machine === undefined || behave === undefined) return undefined;
		const unit = this.waiting.shift();
		if (unit === undefined) return undefined;
		this.begun++;
		const result = behave(unit, honestResult(this.#world, unit));
		if (result === undefined) {
			this.waiting.unshift(unit);
			return { kind: "stalled", unit };
		}
		if (result instanceof Error) {
			return { kind: "failed", unit, machine, reason: result.message };
		}
		// As it comes out of a server.
		const received = JSON.parse(JSON.stringify({ unit, result, machine }));
		return { kind: "result", elapsedMs: 1000, ...received };
	}
}
