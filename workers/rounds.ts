import {
	type EngineChoice,
	engineOf,
} from "../src/arithmetic/choose-engine.js";
import { SharedRounds } from "../src/primality/shared-rounds.js";

/** Rounds of Miller-Rabin that threads share; each round is taken by one of them. */
export interface RoundsTask {
	readonly choice: EngineChoice;
	readonly n: bigint;
	readonly bases: readonly bigint[];
	readonly share: SharedArrayBuffer;
}

/** @returns a witness, where this worker has found one */
export default function run({
	choice,
	n,
	bases,
	share,
}: RoundsTask): bigint | undefined {
	const rounds = new SharedRounds(n, bases, share);
	const engine = engineOf(choice);
	while (rounds.remain) {
		const witness = rounds.runSome(engine);
		if (witness !== undefined) return witness;
	}
	return undefined;
}
