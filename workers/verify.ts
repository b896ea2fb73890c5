import { Board } from "../src/search/board.js";
import { holds, type Proof } from "../src/search/verify.js";

/** Proofs that the workers share; each is taken by one of them. */
export interface VerifyTask {
	readonly proofs: readonly Proof[];
	readonly board: SharedArrayBuffer;
}

/** @returns how many proofs this worker took that hold */
export default function run({ proofs, board: memory }: VerifyTask): number {
	const board = new Board(memory);
	let held = 0;
	for (let at = board.take(1); at < proofs.length; at = board.take(1)) {
		if (holds(proofs[at] as Proof)) held++;
	}
	return held;
}
