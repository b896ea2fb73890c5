import {
	type SieveChoice,
	sieve,
	type sieveRanges,
} from "../src/search/sieve.js";
import type { Window } from "../src/search/window.js";
import { Board } from "../src/threads/board.js";
import { Pace } from "../src/threads/courtesy.js";

/** One worker's share of a window's sieve. */
export interface SieveTask {
	readonly sieve: SieveChoice;
	readonly window: Window;
	/** Of the primes, as `sieveRanges` gives them: the workers share them out on the board. */
	readonly ranges: ReturnType<typeof sieveRanges>;
	readonly board: SharedArrayBuffer;
}

const pace = new Pace();

/** @returns the candidates that this worker's primes strike out, one bit each */
export default function run(task: SieveTask): Uint32Array {
	return sieve(task.sieve, task.window, take(task)).slice();
}

function* take({ ranges, board: memory }: SieveTask) {
	const board = new Board(memory);
	for (;;) {
		const at = board.take(1, ranges.length);
		if (at === undefined) return;
		yield ranges[at] as readonly [number, number];
		pace.rest();
	}
}
