import {
	type EngineChoice,
	engineOf,
} from "../src/arithmetic/choose-engine.js";
import { testSome } from "../src/search/fermat.js";
import type { Window } from "../src/search/window.js";
import { Board } from "../src/threads/board.js";
import { Pace } from "../src/threads/courtesy.js";

/** One worker's share of the tests of a window's candidates. */
export interface FermatTask {
	readonly engine: EngineChoice;
	readonly window: Window;
	/** Shared: the candidates' indices in the order in which they are tested. */
	readonly order: SharedArrayBuffer;
	readonly board: SharedArrayBuffer;
}

const pace = new Pace();

export default function run(task: FermatTask): void {
	const { window } = task;
	const order = new Uint32Array(task.order);
	const board = new Board(task.board);
	const engine = engineOf(task.engine);
	while (testSome(window, order, board, engine)) pace.rest();
}
