import { readFile } from "node:fs/promises";

/** The WebAssembly modules of this package, compiled from workers/kernel. */
export type KernelName = "sieve" | "power";

/** Compiles a kernel. A module is compiled once and posted to the worker threads, which instantiate it. */
export async function compileKernel(
	name: KernelName,
): Promise<WebAssembly.Module> {
	const url = new URL(import.meta.resolve(`#workers/kernel/${name}.wasm`));
	return WebAssembly.compile(await readFile(url));
}
