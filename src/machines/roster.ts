import type { UnitResult } from "../search/unit.js";
import type { Machine } from "./queue.js";
import type { UnitRecord } from "./unit-record.js";

/** What a coordinator knows of a machine. */
interface Known {
	readonly machine: Machine;
	/** "new" until a part of its work was computed again, and agreed. */
	trust: "new" | "trusted" | "refused";
	/** Its results that wait for that. */
	held: UnitRecord[];
	/** Units in a row that it failed to do. */
	failures: number;
	testsPerSecond: number;
}

// A machine that fails so many units in a row fails all.
export const MAX_FAILURES = 3;

/** The machines that work on a search, and how far their results are believed. */
export class Roster {
	readonly #known = new Map<string, Known>();
	readonly #own: string;
	#present: readonly string[] = [];

	/** @param own the machine of this process, whose results need no second computation */
	constructor(own: Machine) {
		this.#own = own.name;
		this.#of(own).trust = "trusted";
	}

	/** How many are at the queue now, at least 1. */
	get count(): number {
		return Math.max(1, this.#present.length);
	}

	/** How far the sieve of every machine at the queue goes. */
	get sieveBound(): number {
		const all = [this.#own, ...this.#present].flatMap(
			(name) => this.#known.get(name)?.machine.sieveBound ?? [],
		);
		return Math.min(...all);
	}

	/** Of all that are at the queue. */
	get testsPerSecond(): number {
		return this.#present.reduce(
			(sum, name) => sum + (this.#known.get(name)?.testsPerSecond ?? 0),
			0,
		);
	}

	set present(machines: readonly Machine[]) {
		for (const machine of machines) this.#of(machine);
		this.#present = machines
			.map(({ name }) => name)
			.filter((name) => this.#known.get(name)?.trust !== "refused");
	}

	isOwn({ name }: Machine): boolean {
		return name === this.#own;
	}

	trustOf(machine: Machine): Known["trust"] {
		return this.#of(machine).trust;
	}

	/** Keeps a result until the machine is trusted or refused. @returns whether it is the first that waits */
	hold(record: UnitRecord): boolean {
		const { held } = this.#of(record.machine);
		held.push(record);
		return held.length === 1;
	}

	/** @returns the results that waited for it */
	trust(machine: Machine): UnitRecord[] {
		const known = this.#of(machine);
		if (known.trust === "refused") return [];
		known.trust = "trusted";
		return known.held.splice(0);
	}

	/** @returns the results that waited for it, which are of no use */
	refuse(machine: Machine): UnitRecord[] {
		const known = this.#of(machine);
		known.trust = "refused";
		this.#present = this.#present.filter((name) => name !== machine.name);
		return known.held.splice(0);
	}

	/** @returns whether it has failed too often */
	hasFailed(machine: Machine): boolean {
		const known = this.#of(machine);
		known.failures++;
		return known.failures >= MAX_FAILURES;
	}

	measured(
		machine: Machine,
		{ tested }: Pick<UnitResult, "tested">,
		elapsedMs: number,
	): void {
		const known = this.#of(machine);
		known.failures = 0;
		const rate = (1000 * tested) / Math.max(1, elapsedMs);
		known.testsPerSecond +=
			(rate - known.testsPerSecond) / (known.testsPerSecond === 0 ? 1 : 4);
	}

	#of(machine: Machine): Known {
		const known: Known = this.#known.get(machine.name) ?? {
			machine,
			trust: "new",
			held: [],
			failures: 0,
			testsPerSecond: 0,
		};
		this.#known.set(machine.name, known);
		return known;
	}
}
