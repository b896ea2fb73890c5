import { confirmedEngineOf } from "../src/primality/confirmed-engine.js";
import {
	type FinishedRound,
	SharedRounds,
} from "../src/primality/shared-rounds.js";
import type { RoundsTask } from "../src/validate/round-threads.js";

/** @returns the rounds that this worker has taken */
export default function run({
	choice,
	setup,
	elements,
	share,
}: RoundsTask): FinishedRound[] {
	const rounds = new SharedRounds(setup, elements, share);
	const engine = confirmedEngineOf(choice);
	const finished: FinishedRound[] = [];
	while (rounds.remain) finished.push(...rounds.runSome(engine));
	return finished;
}
