// Jest runs this as an ES module: .ci/package-use.
import { expect, test } from "@jest/globals";
import { generate, validate } from "gen-dhparams";

test("parameters are made and read", async () => {
	const params = await generate(512, { allowWeak: true });
	const report = await validate(params.toDer(), { minBits: 512 });
	expect(report.checks[0]).toMatchObject({ id: "encoding", verdict: "accept" });
}, 60_000);
