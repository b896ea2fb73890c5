import {
	type EngineChoice,
	engineOf,
} from "../src/arithmetic/choose-engine.js";
import type { DhValues } from "../src/encoding/der.js";
import { DhParams } from "../src/params.js";
import { maySafePrimes } from "../src/primality/primality-tester.js";
import type { Reading } from "../src/reading/reading.js";
import type { Report } from "../src/validate/report.js";
import {
	type ValidateOptions,
	validateReading,
} from "../src/validate/validate.js";

/** One set of parameters to be validated in this thread alone. */
export interface SetTask {
	readonly choice: EngineChoice;
	/** With the values of its parameters, which are no longer of their class here. */
	readonly reading: Omit<Reading, "params"> & { readonly params: DhValues };
	readonly options: ValidateOptions;
}

/** A first round for a few p and their halves. */
export interface SiftTask {
	readonly choice: EngineChoice;
	readonly primes: readonly bigint[];
}

/** @returns a report, or for each p whether it may be a safe prime */
export default async function run(
	task: SetTask | SiftTask,
): Promise<Report | boolean[]> {
	const engine = engineOf(task.choice);
	if ("primes" in task) return maySafePrimes(task.primes, engine);
	const params = new DhParams(task.reading.params);
	return validateReading(
		{ ...task.reading, params },
		{ ...task.options, engine },
	);
}
