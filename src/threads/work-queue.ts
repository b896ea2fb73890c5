const NEXT = 0;
const TESTED = 1;
const WINNER = 2;
const HALTED = 3;
const FIELDS = 4;
const NONE = 0x7fffffff;

/**
 * What the workers share while they work on one window: the next piece of work to take, how much was tested, and the
 * place of the best result. It is built on shared memory: a worker never waits for a message.
 */
export class WorkQueue {
	readonly #fields: Int32Array;

	/** Without memory a new queue; with the `memory` of another, the same queue in another thread. */
	constructor(memory?: SharedArrayBuffer) {
		this.#fields = new Int32Array(memory ?? new SharedArrayBuffer(4 * FIELDS));
		if (memory === undefined) this.#fields[WINNER] = NONE;
	}

	get memory(): SharedArrayBuffer {
		return this.#fields.buffer as SharedArrayBuffer;
	}

	/** Takes the next `count` of so many places; undefined where none is left, or the work is halted. */
	take(count: number, places: number): number | undefined {
		if (this.halted || Atomics.load(this.#fields, NEXT) >= places) {
			return undefined;
		}
		const place = Atomics.add(this.#fields, NEXT, count);
		return place < places ? place : undefined;
	}

	/** Was a place taken? */
	get hasBegun(): boolean {
		return Atomics.load(this.#fields, NEXT) > 0;
	}

	/** Are there places left to take? */
	hasLeft(places: number): boolean {
		return Atomics.load(this.#fields, NEXT) < places;
	}

	/** The share of so many places that is taken, 0 to 1. */
	taken(places: number): number {
		return Math.min(1, Atomics.load(this.#fields, NEXT) / places);
	}

	/** Set to true, the workers stop after their current piece of work; set to false, they can go on. */
	get halted(): boolean {
		return Atomics.load(this.#fields, HALTED) === 1;
	}

	set halted(halted: boolean) {
		Atomics.store(this.#fields, HALTED, halted ? 1 : 0);
	}

	/** How many candidates were tested. */
	get tested(): number {
		return Atomics.load(this.#fields, TESTED);
	}

	addTested(count: number): void {
		Atomics.add(this.#fields, TESTED, count);
	}

	/** The lowest place at which a safe prime was found. */
	get winner(): number | undefined {
		const place = Atomics.load(this.#fields, WINNER);
		return place === NONE ? undefined : place;
	}

	/**
	 * Reports a safe prime. Places are taken in order and the lowest wins, and the result does not depend on how
	 * many workers there are or which is faster.
	 */
	report(place: number): void {
		let best = Atomics.load(this.#fields, WINNER);
		while (place < best) {
			const seen = Atomics.compareExchange(this.#fields, WINNER, best, place);
			if (seen === best) return;
			best = seen;
		}
	}

	/** Has a lower place than this one already won? */
	isDecided(place: number): boolean {
		return Atomics.load(this.#fields, WINNER) < place;
	}
}
