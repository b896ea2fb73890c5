import {
	BOOLEAN,
	BYTES,
	checkArgument,
	checkOptions,
	type Kind,
	type KindsOf,
	NUMBER,
} from "../arguments.js";
import { type ModuliLine, moduliLines } from "../encoding/moduli-table.js";
import { InvalidArgumentError, UnreadableParametersError } from "../errors.js";
import { isUsedSize } from "./sshd-choice.js";

/**
 * Which groups of a table are kept.
 *
 * @example
 * const options: FilterModuliOptions = { sizes: [3072, 4096], dropDuplicates: true };
 */
export interface FilterModuliOptions {
	/** Only these sizes, in bits: 2048, not the 2047 of the file. */
	readonly sizes?: readonly number[] | undefined;
	/** Only groups of so many bits and more. */
	readonly minBits?: number | undefined;
	/** Drop what sshd does not use: lines that it skips, and sizes outside 2048 to 8192 bits. */
	readonly dropUnused?: boolean | undefined;
	/** Keep the first of the groups with the same p. */
	readonly dropDuplicates?: boolean | undefined;
}

const SIZES: Kind = {
	accepts: (value) =>
		Array.isArray(value) && value.length > 0 && value.every(isSize),
	expected: "an array of sizes in bits, each from 1 to 65537",
};

const FILTER_OPTIONS: KindsOf<FilterModuliOptions> = {
	sizes: SIZES,
	minBits: NUMBER,
	dropUnused: BOOLEAN,
	dropDuplicates: BOOLEAN,
};

/** A table of fewer groups. */
export interface FilteredModuli {
	/** The lines that are kept and all comments, byte for byte and in their order. */
	readonly table: Uint8Array;
	/** How many groups are kept, of how many that sshd can read. */
	readonly kept: number;
	readonly groups: number;
	/** How many lines sshd skips as malformed. They have no size, and are kept only where none is asked for. */
	readonly skipped: number;
	/** Sizes that were asked for, and of which the table has no group. */
	readonly missing: readonly number[];
}

/**
 * Keeps some groups of OpenSSH's table, moduli(5). Lines stay as they are, byte for byte.
 *
 * @param table the bytes of a table, such as those of /etc/ssh/moduli
 * @param options which of them; see {@link FilterModuliOptions}
 * @returns the table that is left, and what was dropped
 * @throws {@link InvalidArgumentError} for options that make no sense
 * @throws {@link UnreadableParametersError} where no group is left, since sshd would take a built-in one
 * @example
 * const { table } = filterModuli(await readFile("/etc/ssh/moduli"), { minBits: 3072 });
 */
export function filterModuli(
	table: Uint8Array,
	options: FilterModuliOptions = {},
): FilteredModuli {
	checkArgument("table", table, BYTES);
	const given: FilterModuliOptions = checkOptions(
		"an option of filterModuli",
		options,
		FILTER_OPTIONS,
	);
	if (given.minBits !== undefined && !isSize(given.minBits)) {
		throw new InvalidArgumentError(
			`minBits is ${given.minBits}; it must be a size in bits from 1 to 65537.`,
		);
	}
	const text = Buffer.from(table).toString("latin1");
	const sizesMatter = given.sizes !== undefined || given.minBits !== undefined;
	const seen = new Set<bigint>();
	const isKept = (line: ModuliLine): boolean => {
		if (line.kind === "skipped") return !sizesMatter && !given.dropUnused;
		if (line.kind !== "group") return true;
		if (!isWanted(line.group.bits, given)) return false;
		if (!given.dropDuplicates) return true;
		const isFirst = !seen.has(line.group.p);
		seen.add(line.group.p);
		return isFirst;
	};
	// Runs of kept lines; a list of all lines would take far more memory than the table.
	const runs: string[] = [];
	const sizes = new Set<number>();
	let [at, from, groups, kept, skipped] = [0, 0, 0, 0, 0];
	for (const line of moduliLines(text)) {
		const isGroup = line.kind === "group";
		if (isGroup) sizes.add(line.group.bits);
		if (isGroup) groups++;
		if (line.kind === "skipped") skipped++;
		if (isKept(line)) {
			if (isGroup) kept++;
		} else {
			if (at > from) runs.push(text.slice(from, at));
			from = at + line.raw.length;
		}
		at += line.raw.length;
	}
	runs.push(text.slice(from));
	if (groups === 0) {
		throw new UnreadableParametersError(
			"The table holds no group that sshd can read.",
			{ reason: "no-parameters" },
		);
	}
	if (kept === 0) {
		const has = [...sizes].sort((a, b) => a - b).slice(0, 20);
		throw new UnreadableParametersError(
			`None of the ${groups} groups is left, and sshd would take a built-in group. The table has groups of ${has.join(", ")} bits.`,
		);
	}
	return {
		table: Uint8Array.from(Buffer.from(runs.join(""), "latin1")),
		kept,
		groups,
		skipped,
		missing: (given.sizes ?? []).filter((size) => !sizes.has(size)),
	};
}

function isWanted(
	bits: number,
	{ sizes, minBits = 0, dropUnused }: FilterModuliOptions,
): boolean {
	return (
		bits >= minBits &&
		(sizes === undefined || sizes.includes(bits)) &&
		(!dropUnused || isUsedSize(bits))
	);
}

function isSize(bits: unknown): bits is number {
	return Number.isInteger(bits) && Number(bits) >= 1 && Number(bits) <= 65_537;
}
