import { holds, type Proof } from "../src/search/verify.js";
import { Board } from "../src/threads/board.js";
import { Pace } from "../src/threads/courtesy.js";

/** Proofs that the workers share; each is taken by one of them. */
export interface VerifyTask {
	readonly proofs: readonly Proof[];
	readonly board: SharedArrayBuffer;
}

const pace = new Pace();

/** @returns how many proofs this worker took that hold */
export default function run({ proofs, board: memory }: VerifyTask): number {
	const board = new Board(memory);
	let held = 0;
	for (;;) {
		const at = board.take(1, proofs.length);
		if (at === undefined) return held;
		if (holds(proofs[at] as Proof)) held++;
		pace.rest();
	}
}
