import { readFileSync } from "node:fs";
import { workerFile } from "../worker-files.js";

/** The WebAssembly modules of this package, compiled from workers/assembly. */
export type KernelName = "sieve" | "sieve-fused" | "power" | "integer-power";

// These need a fused multiply-add, which is an instruction of relaxed SIMD.
const FUSED: readonly KernelName[] = ["sieve-fused", "power"];

/**
 * Compiles a kernel, in 2 ms for 5 kB; another thread would begin later than that. A module is compiled once and posted to
 * the worker threads, which instantiate it.
 */
export function compileKernel(name: KernelName): WebAssembly.Module {
	const bytes = readFileSync(workerFile(`assembly/${name}.wasm`));
	// Relaxed SIMD is behind a flag in V8 11.3, Node 20, and later versions warn of the flag, which they no longer know.
	if (FUSED.includes(name) && process.versions.node.startsWith("20.")) {
		process
			.getBuiltinModule("node:v8")
			.setFlagsFromString("--experimental-wasm-relaxed-simd");
	}
	return new WebAssembly.Module(bytes);
}
