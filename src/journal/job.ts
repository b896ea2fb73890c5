import { randomBytes } from "node:crypto";
import {
	type Construction,
	isConstruction,
	isSeed,
	MODULI_CONSTRUCTION,
	quotedSeed,
} from "../encoding/seed.js";

/** What a search looks for. */
export interface Job {
	readonly construction: Construction;
	readonly seed: string;
	readonly generator: number;
	/** The sizes of p in bits, in ascending order. */
	readonly sizes: readonly number[];
	/** How many groups of each size. */
	readonly perSize: number;
}

// As strong as the groups of 16,384 bits that may come from it.
const SEED_BYTES = 32;

/** A value of JSON as a job; undefined where it is not one. */
export function jobOf(value: unknown): Job | undefined {
	const { construction, seed, generator, sizes, perSize, ...others } = Object(
		value,
	) as Record<string, unknown>;
	return isConstruction(construction) &&
		isSeed(seed) &&
		isCount(generator) &&
		Array.isArray(sizes) &&
		sizes.length > 0 &&
		sizes.every(isCount) &&
		isCount(perSize) &&
		Object.keys(others).length === 0
		? {
				construction,
				seed,
				generator,
				sizes,
				perSize,
			}
		: undefined;
}

/**
 * Why what one job has decided is of no use to the other, as the end of a sentence; undefined where it is of use: for a
 * moduli file the sizes and the number of groups may differ.
 */
export function differenceOf(recorded: Job, wanted: Job): string | undefined {
	if (recorded.construction !== wanted.construction) {
		return `a search of another kind (${recorded.construction}, not ${wanted.construction})`;
	}
	if (recorded.seed.normalize() !== wanted.seed.normalize()) {
		return `a search with the seed ${quotedSeed(recorded.seed)}, not ${quotedSeed(wanted.seed)}`;
	}
	if (recorded.generator !== wanted.generator) {
		return `a search with generator ${recorded.generator}, not ${wanted.generator}`;
	}
	const [bits] = wanted.sizes;
	if (
		wanted.construction !== MODULI_CONSTRUCTION &&
		recorded.sizes[0] !== bits
	) {
		return `a search for ${recorded.sizes[0]} bits, not ${bits}`;
	}
	return undefined;
}

/** A seed for a search that was asked for without one. */
export function drawSeed(): string {
	return randomBytes(SEED_BYTES).toString("hex");
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) > 0;
}
