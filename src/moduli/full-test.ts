import type { ModuliGroup } from "../encoding/moduli-table.js";
import { readingOf } from "../reading/reading.js";
import type { Check } from "../validate/report.js";
import { validateSets } from "../validate/sets.js";
import type { TestResources } from "./quick-test.js";
import type { ModuliFinding } from "./report.js";

/** What the findings about the whole table say already, or the generators of each line. */
const SAID_ELSEWHERE: ReadonlySet<Check["id"]> = new Set([
	"encoding",
	"generator",
	"shared",
	"known-good",
]);

/** All checks that `validate` does with each group, as findings, composite ones first. */
export async function* fullTest(
	groups: readonly ModuliGroup[],
	{ threads, signal, onProgress }: TestResources,
): AsyncGenerator<ModuliFinding> {
	const readings = groups.map(({ p, g, line }) =>
		readingOf("moduli", { p, g }, line),
	);
	const reports = validateSets(readings, {
		maxWork: Number.POSITIVE_INFINITY,
		threads,
		signal,
		...(onProgress === undefined ? {} : { onProgress }),
	});
	for await (const { index, report } of reports) {
		const { line } = groups[index] as ModuliGroup;
		for (const { id, verdict, message } of report.checks) {
			if (verdict === "accept" || SAID_ELSEWHERE.has(id)) continue;
			yield { id: "modulus", verdict, line, message };
		}
	}
}
