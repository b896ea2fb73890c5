import { engineOf } from "../src/arithmetic/choose-engine.js";
import { confirmedEngine } from "../src/arithmetic/confirmed-engine.js";
import { DhParams } from "../src/params.js";
import { maySafePrimes } from "../src/primality/primality-tester.js";
import type { Report } from "../src/validate/report.js";
import type { SetTask, SiftTask } from "../src/validate/sets.js";
import { validateReading } from "../src/validate/validate.js";

/** @returns a report, or for each p whether it may be a safe prime */
export default async function run(
	task: SetTask | SiftTask,
): Promise<Report | boolean[]> {
	const own = engineOf(task.choice);
	const engine = own.name === "kernel" ? confirmedEngine(own) : own;
	if ("primes" in task) return maySafePrimes(task.primes, engine);
	const params = new DhParams(task.reading.params);
	return validateReading(
		{ ...task.reading, params },
		{ ...task.options, engine },
	);
}
