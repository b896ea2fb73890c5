/** xorshift32: Marsaglia, Xorshift RNGs, 2003. The same seed gives the same numbers. */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed | 0 || 1;
	}

	/** A whole number from 0 to bound − 1. */
	below(bound: number): number {
		this.#state ^= this.#state << 13;
		this.#state ^= this.#state >>> 17;
		this.#state ^= this.#state << 5;
		return (this.#state >>> 0) % bound;
	}

	pick<T>(items: readonly T[]): T {
		return items[this.below(items.length)] as T;
	}
}
