import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

test("a compiled kernel runs, and leaves V8's flags as they were", () => {
	const script = `
		import { readFileSync } from "node:fs";
		import { chooseEngine } from "./build/src/arithmetic/choose-engine.js";
		const wasm = readFileSync("dist/workers/assembly/power.wasm");
		const before = WebAssembly.validate(wasm);
		const { name } = chooseEngine();
		console.log(name, WebAssembly.validate(wasm) === before);`;
	const run = (...flags: string[]) =>
		execFileSync(
			process.execPath,
			[...flags, "--input-type=module", "-e", script],
			{ encoding: "utf8" },
		);
	expect(run()).toBe("kernel true\n");
	if (process.versions.node.startsWith("20.")) {
		expect(run("--experimental-wasm-relaxed-simd")).toBe("kernel true\n");
	}
});
