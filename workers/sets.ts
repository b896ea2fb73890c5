import { DhParams } from "../src/params.js";
import { confirmedEngineOf } from "../src/primality/confirmed-engine.js";
import { maySafePrimes } from "../src/primality/primality-tester.js";
import type { Report } from "../src/validate/report.js";
import type { SetTask, SiftTask } from "../src/validate/sets.js";
import { validateReading } from "../src/validate/validate.js";

/** @returns a report, or for each p whether it may be a safe prime */
export default async function run(
	task: SetTask | SiftTask,
): Promise<Report | boolean[]> {
	const engine = confirmedEngineOf(task.choice);
	if ("primes" in task) return maySafePrimes(task.primes, engine);
	const params = new DhParams(task.reading.params);
	return validateReading(
		{ ...task.reading, params },
		{ ...task.options, engine },
	);
}
