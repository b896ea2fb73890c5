import type { EngineChoice } from "../arithmetic/choose-engine.js";
import { compileKernel, type KernelName } from "../arithmetic/kernel-module.js";
import { plainSieve } from "./plain-sieve.js";
import type { Window } from "./window.js";

/** Which sieve runs, as plain data for the worker threads: a compiled one, or that in TypeScript. */
export type SieveChoice = WebAssembly.Module | "plain";

/** One worker's share of a window's sieve. */
export interface SieveTask {
	readonly sieve: SieveChoice;
	readonly window: Window;
	/** Of the primes, as `sieveRanges` gives them: the workers share them out on the queue. */
	readonly ranges: ReturnType<typeof sieveRanges>;
	readonly queue: SharedArrayBuffer;
}

/** What workers/assembly/sieve.ts exports. */
interface SieveKernel {
	readonly memory: WebAssembly.Memory;
	prepare(limbCapacity: number, modulus: number, length: number): void;
	limbBits(high: number): number;
	lowestLimb(): number;
	setLimbs(bits: number, count: number, factorCount: number): void;
	limbsAt(): number;
	factorLimbsAt(): number;
	windowAt(): number;
	strike(low: number, high: number): void;
}

/** The sieve that this machine runs best: the engine says whether it has a fused multiply-add. */
export function sieveKernel(engine: EngineChoice): KernelName {
	const isFused = engine.name === "kernel" && engine.kernel === "fused";
	return isFused ? "sieve-fused" : "sieve";
}

/** The compiled sieve, or the plain one where WebAssembly is missing or refuses the module. */
export function chooseSieve(engine: EngineChoice): SieveChoice {
	try {
		return compileKernel(sieveKernel(engine));
	} catch {
		return "plain";
	}
}

/**
 * Strikes out, of a window, every candidate p for which a prime of the given ranges divides p or q = (p − 1)/2.
 * The ranges [low, high) are taken while they last: several workers share one iterator of them.
 *
 * @returns the window as bits, bit k & 31 of word k >> 5 set where the candidate k is struck out.
 */
export function sieve(
	choice: SieveChoice,
	window: Window,
	ranges: Iterable<readonly [low: number, high: number]>,
): Uint32Array {
	if (choice === "plain") return plainSieve(window, ranges);
	const kernel = new WebAssembly.Instance(choice)
		.exports as unknown as SieveKernel;
	const { first, step, factor = 0n, length } = window;
	// X of workers/assembly/sieve.ts, and room for its limbs, which have at least 16 bits.
	const start =
		factor === 0n ? (first + 1n) / BigInt(step) : (first - 3n) / factor;
	const capacity = Math.ceil(first.toString(16).length / 4);
	kernel.prepare(capacity, step, length);
	let limbBits = 0;
	for (const [low, high] of ranges) {
		if (kernel.limbBits(high) !== limbBits) {
			limbBits = kernel.limbBits(high);
			writeLimbs(kernel, limbBits, start, factor);
		}
		kernel.strike(low, high);
	}
	return new Uint32Array(
		kernel.memory.buffer,
		kernel.windowAt(),
		window.length / 32,
	);
}

/** Larger primes want shorter limbs, where multiply-adds are not fused. */
function writeLimbs(
	kernel: SieveKernel,
	bits: number,
	start: bigint,
	factor: bigint,
): void {
	const limbs = toLimbs(start, bits, kernel.lowestLimb());
	const factorLimbs = toLimbs(factor, bits, kernel.lowestLimb());
	const { buffer } = kernel.memory;
	new Float64Array(buffer, kernel.limbsAt(), limbs.length).set(limbs);
	new Float64Array(buffer, kernel.factorLimbsAt(), factorLimbs.length).set(
		factorLimbs,
	);
	kernel.setLimbs(bits, limbs.length, factorLimbs.length);
}

/**
 * The range [low, high) in parts. A part begins with a division by every prime to the square root, so that it is a 64th
 * of where it begins, between 2^20 numbers and 2^22, which are some 10 ms of work: 17,000 parts go to 2^36.
 */
export function sieveRanges(
	low: number,
	high: number,
): (readonly [low: number, high: number])[] {
	// The first part holds the primes that strike most often; see SMALL_LIMIT in the kernel.
	const first = Math.max(low, Math.min(2 ** 18, high));
	const ranges: [number, number][] = first > low ? [[low, first]] : [];
	for (let from = first; from < high; ) {
		const size = 2 * Math.floor(from / 128);
		const end = from + Math.min(Math.max(2 ** 20, size), 2 ** 22);
		ranges.push([from, Math.min(end, high)]);
		from = end;
	}
	return ranges;
}

/** n as Σ limb·2^(bits·i), the highest first; all but the highest are in lowest … lowest + 2^bits − 1. */
function toLimbs(n: bigint, bits: number, lowest: number): number[] {
	const least = BigInt(lowest);
	const limbs: number[] = [];
	let rest = n;
	while (rest > least) {
		const limb = least + BigInt.asUintN(bits, rest - least);
		limbs.push(Number(limb));
		rest = (rest - limb) >> BigInt(bits);
	}
	if (rest > 0n) limbs.push(Number(rest));
	return limbs.reverse();
}
