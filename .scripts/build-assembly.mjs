// Compiles workers/assembly to WebAssembly, side by side, and skips what is newer than all sources and the compiler.
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { promisify } from "node:util";

const SOURCES = "workers/assembly";
const OUTPUT = "dist/workers/assembly";

// `fused` needs relaxed SIMD for its fused multiply-add; the others run without it.
const KERNELS = [
	{ name: "power", source: "power.ts", target: "fused" },
	{ name: "integer-power", source: "integer-power.ts", target: "plain" },
	{ name: "sieve-fused", source: "sieve.ts", target: "fused" },
	{ name: "sieve", source: "sieve.ts", target: "plain" },
];

const modified = (path) =>
	statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newest = Math.max(
	...readdirSync(SOURCES).map((name) => modified(`${SOURCES}/${name}`)),
	modified("node_modules/assemblyscript/package.json"),
	modified(".scripts/build-assembly.mjs"),
);

mkdirSync(OUTPUT, { recursive: true });
const run = promisify(execFile);
await Promise.all(
	KERNELS.map(async ({ name, source, target }) => {
		const output = `${OUTPUT}/${name}.wasm`;
		if (modified(output) > newest) return;
		const { stdout, stderr } = await run(process.execPath, [
			"node_modules/assemblyscript/bin/asc.js",
			...["--config", `${SOURCES}/asconfig.json`, "--target", target],
			...[`${SOURCES}/${source}`, "-o", output],
		]);
		process.stderr.write(stdout + stderr);
	}),
);
