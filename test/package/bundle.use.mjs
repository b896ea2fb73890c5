// A program that bundlers bundle: .ci/package-use.
async function run() {
	const { generate, validate } = await import("gen-dhparams");
	const params = await generate(512, { allowWeak: true });
	const report = await validate(params.toDer(), { minBits: 512 });
	process.stdout.write(`${report.checks[0].verdict}\n`);
}

run();
