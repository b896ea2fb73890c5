import { randomBytes } from "node:crypto";
import { engineOf } from "../src/arithmetic/choose-engine.js";
import { confirmedEngine } from "../src/arithmetic/confirmed-engine.js";
import type { QuickTask } from "../src/moduli/quick-test.js";
import {
	quickRounds,
	type SafePrimeFault,
} from "../src/primality/quick-rounds.js";

/** @returns what disproves that p is a safe prime */
export default function run({
	choice,
	part,
}: QuickTask): SafePrimeFault | undefined {
	const engine = engineOf(choice);
	return quickRounds(
		part,
		engine.name === "kernel" ? confirmedEngine(engine) : engine,
		randomBytes,
	);
}
