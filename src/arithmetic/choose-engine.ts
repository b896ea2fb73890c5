import { bigintEngine } from "./bigint-engine.js";
import type { Engine } from "./engine.js";
import { KernelEngine } from "./kernel.js";
import { compileKernel } from "./kernel-module.js";
import { kernelFault } from "./self-test.js";

/** Which engine runs. Plain data: posted to a worker, `engineOf` makes it an engine there. */
export type EngineChoice =
	| { readonly name: "kernel"; readonly module: WebAssembly.Module }
	| { readonly name: "bigint"; readonly reason: string };

/** Why BigInt runs where an address space limit leaves WebAssembly no room. */
export const NO_MEMORY =
	"memory for WebAssembly was refused; start node with --disable-wasm-trap-handler, or raise the limit (ulimit -v)";

/** The kernel where this machine runs it and it passes its self-test; otherwise BigInt, and why. */
export async function chooseEngine(): Promise<EngineChoice> {
	try {
		const module = await compileKernel("power");
		const reason = kernelFault(new KernelEngine(module));
		return reason === undefined
			? { name: "kernel", module }
			: { name: "bigint", reason };
	} catch (error) {
		// No relaxed SIMD, no WebAssembly at all (node --jitless), or no memory for it.
		const reason = error instanceof Error ? error.message : String(error);
		return {
			name: "bigint",
			reason:
				error instanceof RangeError
					? NO_MEMORY
					: `the kernel does not load: ${reason}`,
		};
	}
}

/** An engine of its own for the calling thread. */
export function engineOf(choice: EngineChoice): Engine {
	return choice.name === "kernel"
		? new KernelEngine(choice.module)
		: bigintEngine;
}
