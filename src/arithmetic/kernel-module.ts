import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { workerFile } from "../worker-files.js";

/** The WebAssembly modules of this package, compiled from workers/assembly. */
export type KernelName = "sieve" | "sieve-fused" | "power" | "integer-power";

// These need a fused multiply-add, which is an instruction of relaxed SIMD.
const FUSED: readonly KernelName[] = ["sieve-fused", "power"];

/** Compiles a kernel. A module is compiled once and posted to the worker threads, which instantiate it. */
export async function compileKernel(
	name: KernelName,
): Promise<WebAssembly.Module> {
	const bytes = await readFile(workerFile(`assembly/${name}.wasm`));
	// Relaxed SIMD is behind a flag in V8 11.3, Node 20, and later versions warn of the flag, which they no longer know.
	if (FUSED.includes(name) && process.versions.node.startsWith("20.")) {
		setFlagsFromString("--experimental-wasm-relaxed-simd");
	}
	return WebAssembly.compile(bytes);
}
