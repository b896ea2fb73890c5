import { below, type RandomBytes } from "../primality/miller-rabin.js";
import type { Plan } from "./plan.js";

/** Consecutive candidates p(k) = first + step·k for k = 0 … length − 1. Plain data: workers receive it. */
export interface Window {
	readonly first: bigint;
	readonly step: number;
	readonly length: number;
}

/** A window whose start is uniform among those that hold only candidates of exactly `bits` bits. */
export function randomWindow(
	{ bits, residueClass, windowLength }: Plan,
	random: RandomBytes,
): Window {
	const step = BigInt(residueClass.modulus);
	const residue = BigInt(residueClass.residue);
	const lowest = ((1n << BigInt(bits - 1)) - residue + step - 1n) / step;
	const highest = ((1n << BigInt(bits)) - 1n - residue) / step;
	const starts = highest - lowest - BigInt(windowLength) + 2n;
	const k = lowest + below(starts, random);
	return {
		first: step * k + residue,
		step: residueClass.modulus,
		length: windowLength,
	};
}

/** The candidate at `index` of the window. */
export function candidate({ first, step }: Window, index: number): bigint {
	return first + BigInt(step) * BigInt(index);
}
