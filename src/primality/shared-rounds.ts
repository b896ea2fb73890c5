import type { Engine } from "../arithmetic/engine.js";
import { type FrobeniusResult, frobeniusResults } from "./frobenius.js";
import type { FrobeniusElement } from "./frobenius-elements.js";
import type { FrobeniusSetup } from "./frobenius-setup.js";

/** What became of the element with this index. */
export interface FinishedRound {
	readonly index: number;
	readonly result: FrobeniusResult | undefined;
}

/** Rounds of the Frobenius test for one number, taken a few at a time by any number of threads until none is left. */
export class SharedRounds {
	/** Shared between threads: the index of the next element. */
	readonly memory: SharedArrayBuffer;
	readonly #setup: FrobeniusSetup;
	readonly #elements: readonly FrobeniusElement[];
	readonly #next: Int32Array;

	constructor(
		setup: FrobeniusSetup,
		elements: readonly FrobeniusElement[],
		memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
	) {
		this.memory = memory;
		this.#setup = setup;
		this.#elements = elements;
		this.#next = new Int32Array(memory);
	}

	get remain(): boolean {
		return Atomics.load(this.#next, 0) < this.#elements.length;
	}

	/** Runs as many rounds as keep the engine's lanes busy; one that shows n to be composite ends those of all threads. */
	runSome(engine: Engine): FinishedRound[] {
		const first = Atomics.add(this.#next, 0, engine.lanes);
		const elements = this.#elements.slice(first, first + engine.lanes);
		const results = frobeniusResults(this.#setup, elements, engine);
		if (results.includes(undefined)) this.stop();
		return results.map((result, i) => ({ index: first + i, result }));
	}

	/** No thread takes another round. */
	stop(): void {
		Atomics.store(this.#next, 0, this.#elements.length);
	}
}
