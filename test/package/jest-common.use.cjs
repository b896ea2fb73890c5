// Jest runs this as CommonJS: .ci/package-use.
test("parameters are made and read", async () => {
	const { generate, validate } = await import("gen-dhparams");
	const params = await generate(512, { allowWeak: true });
	const report = await validate(params.toDer(), { minBits: 512 });
	expect(report.checks[0]).toMatchObject({ id: "encoding", verdict: "accept" });
}, 60_000);
