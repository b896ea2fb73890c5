import { createCipheriv } from "node:crypto";
import { MODULI_MARK } from "../encoding/moduli.js";
import { isSeed, MODULI_CONSTRUCTION, quotedSeed } from "../encoding/seed.js";
import { draw, seededBytes } from "../search/draw.js";
import { RANKS } from "../search/order.js";
import { MIN_BITS, plan } from "../search/plan.js";
import { MAX_GENERATOR } from "../search/residue-class.js";
import { indexOf } from "../search/window.js";
import type { ModuliFinding } from "./report.js";
import type { ModuliOrigin } from "./seeded-table.js";

// 16 windows hold some 1,000 safe primes.
const MAX_WINDOWS = 256;

/** A group of a table, by the line that it stands in. */
export interface TableGroup {
	readonly line: number;
	readonly bits: number;
	readonly p: bigint;
	readonly g: bigint;
}

/** Where a group is in the order that the seed gives: in units of windows. */
interface Place {
	readonly group: TableGroup;
	readonly at: number;
}

/**
 * Do the groups of a table come from the seed that a comment of it names? To find the place of a group takes no search.
 * That no safe prime before it was left out is likely where the places are as dense as safe primes are; the search done
 * again proves it.
 *
 * @param text of the table, in Latin-1
 */
export function seedFindings(
	text: string,
	groups: readonly TableGroup[],
): ModuliFinding[] {
	const comment = findComment(text);
	if (comment === undefined) return [];
	const { line, origin } = comment;
	if (origin === undefined) {
		return [
			reject(line, "The comment with the seed is damaged or appears twice."),
		];
	}
	const bySize = new Map<number, TableGroup[]>();
	for (const group of groups) {
		const same = bySize.get(group.bits);
		if (same === undefined) bySize.set(group.bits, [group]);
		else same.push(group);
	}
	const findings = [...bySize].flatMap(([bits, all]) =>
		findingsOfSize(bits, all, origin),
	);
	if (findings.length > 0) return findings;
	return [
		{
			id: "origin",
			verdict: "note",
			line: null,
			message: `All groups come from the seed ${quotedSeed(origin.seed)}, in its order.`,
		},
	];
}

function findingsOfSize(
	bits: number,
	groups: readonly TableGroup[],
	origin: ModuliOrigin,
): ModuliFinding[] {
	const foreign = ({ line }: TableGroup) =>
		reject(
			line,
			`The group does not come from the seed ${quotedSeed(origin.seed)} that the table names.`,
		);
	if (bits < MIN_BITS) return groups.map(foreign);
	const places = placesOf(bits, groups, origin);
	const found = new Set(places.map(({ group }) => group));
	const others = groups.filter((group) => !found.has(group)).map(foreign);
	const disorder = places.find(
		({ at }, i) => i > 0 && at <= (places[i - 1]?.at ?? 0),
	);
	const expected = (places.at(-1)?.at ?? 0) * gapsInWindow(bits, origin);
	// Six standard deviations of a Poisson process.
	const isSparse = expected > groups.length + 6 * Math.sqrt(expected) + 10;
	return [
		...others,
		...(disorder === undefined
			? []
			: [
					warn(
						disorder.group.line,
						`The groups of ${bits} bits are not in the order that the seed gives.`,
					),
				]),
		...(isSparse && disorder === undefined
			? [
					warn(
						null,
						`About ${Math.round(expected)} safe primes of ${bits} bits are expected up to the last of these ${groups.length} in the seed's order: some were left out.`,
					),
				]
			: []),
	];
}

/** The places of the groups that come from the seed, in the order of the table. */
function placesOf(
	bits: number,
	groups: readonly TableGroup[],
	{ seed, generator }: ModuliOrigin,
): Place[] {
	const planned = plan(bits, generator, "bigint", {
		construction: MODULI_CONSTRUCTION,
	});
	const bytesOf = seededBytes(seed, {
		bits,
		generator,
		construction: MODULI_CONSTRUCTION,
	});
	const places = new Map<TableGroup, number>();
	const left = new Set(groups.filter(({ g }) => g === BigInt(generator)));
	for (let number = 0; left.size > 0 && number < MAX_WINDOWS; number++) {
		const { window, key } = draw(planned, number, bytesOf);
		for (const group of left) {
			const index = indexOf(window, group.p);
			if (index === undefined) continue;
			places.set(group, number + rankOf(key, index) / RANKS);
			left.delete(group);
		}
	}
	return groups.flatMap((group) => {
		const at = places.get(group);
		return at === undefined ? [] : [{ group, at }];
	});
}

/** The mean number of safe primes in a window. */
function gapsInWindow(bits: number, { generator }: ModuliOrigin): number {
	const { windowLength, gap } = plan(bits, generator, "bigint", {
		construction: MODULI_CONSTRUCTION,
	});
	return windowLength / gap;
}

/** The rank of a candidate, as `randomOrder` gives it, without those before it. */
function rankOf(key: Uint8Array, index: number): number {
	const counter = Buffer.alloc(16);
	counter.writeUInt32BE(Math.floor(index / 4), 12);
	const block = createCipheriv("aes-256-ctr", key, counter).update(
		Buffer.alloc(16),
	);
	return block.readUInt32BE((index % 4) * 4);
}

/** The line with the seed, counted from 1; its origin is undefined where it is damaged or one of two. */
function findComment(
	text: string,
): { line: number; origin: ModuliOrigin | undefined } | undefined {
	const at = text.startsWith(MODULI_MARK)
		? 0
		: text.indexOf(`\n${MODULI_MARK}`);
	if (at === -1) return undefined;
	const start = at === 0 && text.startsWith(MODULI_MARK) ? 0 : at + 1;
	const line = text.slice(0, start).split("\n").length;
	const isOnly = !text.includes(`\n${MODULI_MARK}`, start);
	const [json = ""] = text.slice(start + MODULI_MARK.length).split("\n", 1);
	return { line, origin: isOnly ? originOf(json.trimEnd()) : undefined };
}

function originOf(json: string): ModuliOrigin | undefined {
	try {
		const { seed, generator, ...others } = JSON.parse(json);
		const isGenerator =
			Number.isInteger(generator) &&
			generator > 1 &&
			generator <= MAX_GENERATOR;
		return isSeed(seed) && isGenerator && Object.keys(others).length === 0
			? { seed, generator }
			: undefined;
	} catch {
		return undefined;
	}
}

function reject(line: number | null, message: string): ModuliFinding {
	return { id: "origin", verdict: "reject", line, message };
}

function warn(line: number | null, message: string): ModuliFinding {
	return { id: "origin", verdict: "warn", line, message };
}
