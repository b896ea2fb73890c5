import { setImmediate } from "node:timers/promises";
import { jacobi } from "../arithmetic/integers.js";
import type { ModuliGroup } from "../encoding/moduli-table.js";

/** The groups whose g is a square modulo p: where p is a safe prime, such a g has order (p − 1)/2, any other p − 1. */
export type Squares = ReadonlySet<ModuliGroup>;

// A Jacobi symbol takes 6 ms where g is as long as p, at 8192 bits; others run after so many.
const BATCH = 20;

/** @throws the signal's reason when it is aborted */
export async function squaresOf(
	groups: readonly ModuliGroup[],
	signal?: AbortSignal,
): Promise<Squares> {
	const squares = new Set<ModuliGroup>();
	for (const [i, group] of groups.entries()) {
		if (i % BATCH === 0) await setImmediate();
		signal?.throwIfAborted();
		const { p, g } = group;
		if (p > 0n && p % 2n === 1n && jacobi(g % p, p) === 1) squares.add(group);
	}
	return squares;
}
