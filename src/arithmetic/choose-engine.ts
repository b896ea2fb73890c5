import { bigintEngine } from "./bigint-engine.js";
import type { Engine } from "./engine.js";
import { IntegerKernelEngine } from "./integer-kernel.js";
import { KernelEngine } from "./kernel.js";
import { compileKernel } from "./kernel-module.js";
import { kernelFault } from "./self-test.js";

/** Which engine runs. Plain data: posted to a worker, `engineOf` makes it an engine there. */
export type EngineChoice = KernelChoice | BigintChoice;

type KernelChoice =
	| {
			readonly name: "kernel";
			readonly kernel: "fused";
			readonly module: WebAssembly.Module;
	  }
	| {
			readonly name: "kernel";
			readonly kernel: "integer";
			readonly module: WebAssembly.Module;
			/** Why not the fused one. */
			readonly reason: string;
	  };

interface BigintChoice {
	readonly name: "bigint";
	/** Why no kernel. */
	readonly reason: string;
}

/** Why BigInt runs where an address space limit leaves WebAssembly no room. */
export const NO_MEMORY =
	"memory for WebAssembly was refused; start node with --disable-wasm-trap-handler, or raise the limit (ulimit -v)";

/**
 * The first that this machine runs and that passes its self-test: the kernel of fused multiply-adds, that of integers,
 * or BigInt; and why not the one before.
 */
export function chooseEngine(): EngineChoice {
	const fused = tried("fused", (module) => ({
		name: "kernel",
		kernel: "fused",
		module,
	}));
	if (fused.name === "kernel" || fused.reason === NO_MEMORY) return fused;
	return tried("integer", (module) => ({
		name: "kernel",
		kernel: "integer",
		module,
		reason: fused.reason,
	}));
}

const MODULES = { fused: "power", integer: "integer-power" } as const;

/** The kernel, or why it does not run here. */
function tried(
	kernel: KernelChoice["kernel"],
	choice: (module: WebAssembly.Module) => KernelChoice,
): EngineChoice {
	try {
		const chosen = choice(compileKernel(MODULES[kernel]));
		const reason = kernelFault(kernelOf(chosen));
		return reason === undefined ? chosen : { name: "bigint", reason };
	} catch (error) {
		// No relaxed SIMD, no WebAssembly at all (node --jitless), or no memory for it.
		const message = error instanceof Error ? error.message : String(error);
		const reason =
			error instanceof RangeError
				? NO_MEMORY
				: `the kernel does not load: ${message}`;
		return { name: "bigint", reason };
	}
}

/** An engine of its own for the calling thread. */
export function engineOf(choice: EngineChoice): Engine {
	return choice.name === "kernel" ? kernelOf(choice) : bigintEngine;
}

function kernelOf({
	kernel,
	module,
}: KernelChoice): KernelEngine | IntegerKernelEngine {
	return kernel === "fused"
		? new KernelEngine(module)
		: new IntegerKernelEngine(module);
}
