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
	return FUSED.includes(name) && process.versions.node.startsWith("20.")
		? compileRelaxed(bytes)
		: new WebAssembly.Module(bytes);
}

/**
 * Relaxed SIMD is behind a flag in V8 11.3, Node 20, and later versions warn of the flag, which they no longer know. Under
 * another flag than at its start V8 takes no code from Node's cache: threads would start in 84 ms in place of 55.
 */
function compileRelaxed(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
	if (WebAssembly.validate(bytes)) return new WebAssembly.Module(bytes);
	const { setFlagsFromString } = process.getBuiltinModule("node:v8");
	setFlagsFromString("--experimental-wasm-relaxed-simd");
	try {
		return new WebAssembly.Module(bytes);
	} finally {
		setFlagsFromString("--no-experimental-wasm-relaxed-simd");
	}
}
