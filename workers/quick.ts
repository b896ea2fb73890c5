import { randomBytes } from "node:crypto";
import type { QuickTask } from "../src/moduli/quick-test.js";
import { confirmedEngineOf } from "../src/primality/confirmed-engine.js";
import {
	quickRounds,
	type SafePrimeFault,
} from "../src/primality/quick-rounds.js";

/** @returns what disproves that p is a safe prime */
export default function run({
	choice,
	part,
}: QuickTask): SafePrimeFault | undefined {
	return quickRounds(part, confirmedEngineOf(choice), randomBytes);
}
