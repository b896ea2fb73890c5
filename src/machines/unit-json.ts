import { isConstruction, isSeed } from "../encoding/seed.js";
import { InvalidArgumentError } from "../errors.js";
import { RANKS } from "../search/order.js";
import {
	HIGHEST_BOUND,
	LOWEST_BOUND,
	MAX_BITS,
	MIN_BITS,
	plan,
} from "../search/plan.js";
import { MAX_GENERATOR } from "../search/residue-class.js";
import type { Unit, UnitHit, UnitResult } from "../search/unit.js";
import { partsOf } from "../search/unit-search.js";
import type { Machine } from "./queue.js";

/*
 * Units, results and machines as they come from outside: from a command line, a file or a queue. Nothing of them is used
 * before it was checked here.
 */

// No seed is searched so far: 10^6 windows hold 4 million safe primes.
const MAX_WINDOW = 1e6;

const LOWEST = 2 ** LOWEST_BOUND;
const HIGHEST = 2 ** HIGHEST_BOUND.kernel;

type Rule = readonly [accepts: (value: unknown) => boolean, expected: string];

const RULES: { readonly [Name in keyof Unit]: Rule } = {
	construction: [isConstruction, "the name of a construction (docs/seeds.md)"],
	seed: [isSeed, "1 to 1024 bytes of text that can be seen"],
	bits: between(MIN_BITS, MAX_BITS),
	generator: between(2, MAX_GENERATOR),
	window: between(0, MAX_WINDOW),
	from: between(0, RANKS - 1),
	to: between(1, RANKS),
	sieveBound: between(LOWEST, HIGHEST),
};

/**
 * A value as a unit of work.
 *
 * @throws {@link InvalidArgumentError} that names the field which is missing, unknown or out of range
 */
export function checkUnit(value: unknown): Unit {
	const fields = recordOf(value);
	if (fields === undefined) {
		throw new InvalidArgumentError("A unit of work must be an object.");
	}
	const unknown = Object.keys(fields).find(
		(name) => !Object.hasOwn(RULES, name),
	);
	if (unknown !== undefined) {
		throw new InvalidArgumentError(
			`${JSON.stringify(unknown.slice(0, 100))} is not a field of a unit of work.`,
		);
	}
	for (const [name, [accepts, expected]] of Object.entries(RULES)) {
		if (!Object.hasOwn(fields, name) || !accepts(fields[name])) {
			throw new InvalidArgumentError(
				`${name} of the unit of work must be ${expected}.`,
			);
		}
	}
	const { construction, seed, bits, generator, window, from, to, sieveBound } =
		fields as unknown as Unit;
	if (from >= to) {
		throw new InvalidArgumentError(
			`The unit of work ends at rank ${to}, before it begins at ${from}.`,
		);
	}
	if (sieveBound % 2 !== 0) {
		throw new InvalidArgumentError(
			"sieveBound of the unit of work must be an even number.",
		);
	}
	return { construction, seed, bits, generator, window, from, to, sieveBound };
}

/** A value as a unit of this search; undefined for those of others, and for what is none. */
export function unitOf(
	value: unknown,
	{
		construction,
		seed,
		bits,
		generator,
	}: Pick<Unit, "construction" | "seed" | "bits" | "generator">,
): Unit | undefined {
	let unit: Unit;
	try {
		unit = checkUnit(value);
	} catch {
		return undefined;
	}
	return unit.construction === construction &&
		unit.seed.normalize() === seed.normalize() &&
		unit.bits === bits &&
		unit.generator === generator
		? unit
		: undefined;
}

/** A value as the result of a unit; undefined where it cannot be one. */
export function resultOf(value: unknown, unit: Unit): UnitResult | undefined {
	const { tested, hits, digests, ...others } = recordOf(value) ?? {};
	const { windowLength } = plan(unit.bits, unit.generator, "bigint", unit);
	const parts = partsOf(unit).length;
	const isResult =
		isWhole(tested, 0, windowLength) &&
		Array.isArray(hits) &&
		hits.length <= windowLength &&
		Array.isArray(digests) &&
		digests.length === parts &&
		digests.every(isDigest) &&
		Object.keys(others).length === 0;
	if (!isResult) return undefined;
	const found: UnitHit[] = [];
	for (const hit of hits) {
		const { rank, candidate, ...more } = recordOf(hit) ?? {};
		const before = found.at(-1)?.rank ?? unit.from;
		if (
			!isWhole(rank, before, unit.to - 1) ||
			!isWhole(candidate, 0, windowLength - 1) ||
			Object.keys(more).length > 0
		) {
			return undefined;
		}
		found.push({ rank, candidate });
	}
	return { tested, hits: found, digests: digests as string[] };
}

/** A value as a machine; undefined where it cannot be one. */
export function machineOf(value: unknown): Machine | undefined {
	const { name, threads, sieveBound, version } = recordOf(value) ?? {};
	return isName(name) &&
		isWhole(threads, 1, 4096) &&
		isWhole(sieveBound, LOWEST, HIGHEST) &&
		isName(version)
		? { name, threads, sieveBound, version }
		: undefined;
}

function between(least: number, most: number): Rule {
	return [
		(value) => isWhole(value, least, most),
		`a whole number from ${least} to ${most}`,
	];
}

function isWhole(value: unknown, least: number, most: number): value is number {
	return (
		Number.isSafeInteger(value) &&
		Number(value) >= least &&
		Number(value) <= most
	);
}

function isDigest(value: unknown): boolean {
	return typeof value === "string" && /^[0-9a-f]{16}$/.test(value);
}

function isName(value: unknown): value is string {
	return typeof value === "string" && /^[!-~]{1,100}$/.test(value);
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
	return typeof value === "object" && value !== null && !Array.isArray(value)
		? (value as Record<string, unknown>)
		: undefined;
}
