// The package by its own name, compiled, as its users import it.
import { namedGroup, type Report, validate } from "gen-dhparams";
import { expect, test } from "vitest";

test("validate takes text, bytes and values, and they agree", async () => {
	const params = namedGroup("ffdhe3072");
	const inputs = [params.toPem(), params.toDer(), params.toText(), params];
	const reports: Report[] = [];
	for (const input of inputs) reports.push(await validate(input));
	for (const report of reports) {
		expect(report).toMatchObject({
			version: 1,
			verdict: "accept",
			bits: 3072,
			group: "ffdhe3072",
			policy: "default",
		});
	}
});
