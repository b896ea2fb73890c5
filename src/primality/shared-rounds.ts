import type { Engine } from "../arithmetic/engine.js";
import { witnesses } from "./miller-rabin.js";

/** Rounds of Miller-Rabin for one number, taken a few at a time by any number of threads until none is left. */
export class SharedRounds {
	/** Shared between threads: the index of the next base. */
	readonly memory: SharedArrayBuffer;
	readonly #n: bigint;
	readonly #bases: readonly bigint[];
	readonly #next: Int32Array;

	constructor(
		n: bigint,
		bases: readonly bigint[],
		memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
	) {
		this.memory = memory;
		this.#n = n;
		this.#bases = bases;
		this.#next = new Int32Array(memory);
	}

	get remain(): boolean {
		return Atomics.load(this.#next, 0) < this.#bases.length;
	}

	/** Runs as many rounds as keep the engine's lanes busy; a witness ends the rounds of all threads. */
	runSome(engine: Engine): bigint | undefined {
		const at = Atomics.add(this.#next, 0, engine.lanes);
		const bases = this.#bases.slice(at, at + engine.lanes);
		const [witness] = witnesses(this.#n, bases, engine);
		if (witness !== undefined) this.stop();
		return witness;
	}

	/** No thread takes another round. */
	stop(): void {
		Atomics.store(this.#next, 0, this.#bases.length);
	}
}
