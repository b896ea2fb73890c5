import { Board } from "../src/search/board.js";
import { sieve, sieveRanges } from "../src/search/sieve.js";
import type { Window } from "../src/search/window.js";

/** One worker's share of a window's sieve. */
export interface SieveTask {
	readonly module: WebAssembly.Module;
	readonly window: Window;
	/** Of the primes; both even. */
	readonly range: readonly [low: number, high: number];
	/** Where the workers take ranges of primes from. */
	readonly board: SharedArrayBuffer;
}

/** @returns the candidates that this worker's primes strike out, one bit each */
export default function run(task: SieveTask): Uint32Array {
	return sieve(task.module, task.window, take(task)).slice();
}

function* take({ range, board: memory }: SieveTask) {
	const board = new Board(memory);
	const ranges = sieveRanges(...range);
	for (let at = board.take(1); at < ranges.length; at = board.take(1)) {
		yield ranges[at] as readonly [number, number];
	}
}
