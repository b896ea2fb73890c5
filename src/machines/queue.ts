import type { Unit } from "../search/unit.js";

/*
 * What a coordinator and its workers need of a queue. Nothing that comes out of one is trusted: units and results are
 * unknown values until unit-json.ts has checked them.
 */

/** A machine at the queue, as it describes itself. */
export interface Machine {
	/** Unique among the machines: the host's name and a random part; 1 … 100 printable ASCII characters. */
	readonly name: string;
	readonly threads: number;
	/** How far its sieve goes: a power of two, 2^14 … 2^36. */
	readonly sieveBound: number;
	/** The version of gen-dhparams that it runs. */
	readonly version: string;
}

/** What comes back to the coordinator. */
export type QueueEvent =
	| {
			readonly kind: "result";
			readonly unit: unknown;
			readonly result: unknown;
			readonly machine: unknown;
			/** How long the machine worked on it, in ms. */
			readonly elapsedMs: number;
	  }
	/** A machine could not do it: the unit is for another to take. */
	| {
			readonly kind: "failed";
			readonly unit: unknown;
			readonly machine: unknown;
			readonly reason: string;
	  }
	/** A machine died or hangs: its unit is handed out again. */
	| { readonly kind: "stalled"; readonly unit: unknown }
	/** The unit was begun too often without an end: whoever takes it may die of it. It is not handed out again. */
	| {
			readonly kind: "abandoned";
			readonly unit: unknown;
			readonly starts: number;
	  }
	/** The machines that are at the queue now; told when it changes, and every few seconds. */
	| { readonly kind: "machines"; readonly machines: readonly unknown[] }
	/** The connection is lost, or there again. */
	| {
			readonly kind: "connection";
			readonly isUp: boolean;
			readonly reason: string;
	  };

/** The coordinator's end of a queue. */
export interface UnitQueue extends AsyncDisposable {
	/** Hands out units in this order; one that the queue has already, or whose result it holds, is not handed out twice. */
	add(units: readonly Unit[]): Promise<void>;
	/**
	 * Takes back units that have become needless, waiting or begun: a machine that works on one stops within a second, or
	 * after the test that it is in, and no event follows for it.
	 */
	withdraw(units: readonly Unit[]): Promise<void>;
	/**
	 * What arrives, until the signal: first the results that an earlier coordinator of the same search has left in the
	 * queue. Each result is removed from the queue by `settle` only.
	 */
	events(signal: AbortSignal): AsyncIterable<QueueEvent>;
	/** The result of this unit is noted, or refused: the queue forgets it, and may hand the unit out anew. */
	settle(unit: Unit): Promise<void>;
	/** Machines of these names get no more units. */
	refuse(names: readonly string[]): Promise<void>;
}

/** A worker's end of a queue. */
export interface UnitSource {
	/**
	 * Takes units one after the other until the signal, also over losses of the connection.
	 *
	 * @param compute its signal is aborted when the unit has become needless, or the lock on it is lost; it may reject
	 * @throws what makes it impossible to go on, such as a wrong password
	 */
	serve(
		compute: (unit: unknown, signal: AbortSignal) => Promise<unknown>,
		options: {
			readonly machine: Machine;
			readonly signal: AbortSignal;
			readonly onConnection?: (isUp: boolean, reason: string) => void;
		},
	): Promise<void>;
}
