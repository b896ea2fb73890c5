import { confirmedEngineOf } from "../src/primality/confirmed-engine.js";
import { SharedRounds } from "../src/primality/shared-rounds.js";
import type { RoundsTask } from "../src/validate/round-threads.js";

/** @returns a witness, where this worker has found one */
export default function run({
	choice,
	n,
	bases,
	share,
}: RoundsTask): bigint | undefined {
	const rounds = new SharedRounds(n, bases, share);
	const engine = confirmedEngineOf(choice);
	while (rounds.remain) {
		const witness = rounds.runSome(engine);
		if (witness !== undefined) return witness;
	}
	return undefined;
}
