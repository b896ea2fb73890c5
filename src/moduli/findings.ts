import { groupOfPrime } from "../groups/groups.js";
import { ShippedTables } from "../groups/openssh-tables.js";
import type { Squares } from "./generator-order.js";
import type { ReadTable } from "./read-table.js";
import type { ModuliFinding, ModuliSize } from "./report.js";
import {
	chosenSize,
	LARGEST_GROUP,
	REQUESTS,
	SMALLEST_GROUP,
} from "./sshd-choice.js";

/** What is found without a test of any number. */
export function tableFindings(
	table: ReadTable,
	sizes: readonly ModuliSize[],
	squares: Squares,
): ModuliFinding[] {
	if (table.groups.length === 0) {
		return [
			{
				id: "empty",
				verdict: "reject",
				line: null,
				message: `The table has no group that sshd uses, ${SMALLEST_GROUP} to ${LARGEST_GROUP} bits; it would take a built-in group for every client.`,
			},
		];
	}
	return [
		...numbersAtFault(table),
		...duplicates(table),
		...orderOfSizes(table),
		...orders(table, squares),
		...idleSizes(sizes),
		...origins(table),
		...starts(sizes),
	];
}

/** Values that need no arithmetic to be wrong. */
function numbersAtFault({ groups }: ReadTable): ModuliFinding[] {
	const findings: ModuliFinding[] = [];
	for (const { line, p, g } of groups) {
		const reject = (id: "modulus" | "generator", message: string) =>
			findings.push({ id, verdict: "reject", line, message });
		if (p < 0n) reject("modulus", "The modulus is negative, and sshd uses it.");
		else if (p % 2n === 0n) reject("modulus", "p is even, and sshd uses it.");
		else if (g >= p - 1n) {
			reject("generator", "g is not in 2 … p − 2, and sshd uses the line.");
		}
	}
	return findings;
}

function duplicates({ groups }: ReadTable): ModuliFinding[] {
	const first = new Map<bigint, { line: number; g: bigint }>();
	const findings: ModuliFinding[] = [];
	for (const { line, p, g } of groups) {
		const before = first.get(p);
		if (before === undefined) {
			first.set(p, { line, g });
			continue;
		}
		const other = before.g === g ? "" : ", with another generator";
		findings.push({
			id: "duplicate",
			verdict: "warn",
			line,
			message: `The modulus stands in line ${before.line} already${other}: sshd picks it twice as often as others.`,
		});
	}
	return findings;
}

/** A larger size before the one that was asked for keeps sshd from picking that. */
function orderOfSizes({ groups }: ReadTable): ModuliFinding[] {
	const order = groups.map(({ bits }) => bits);
	const sorted = [...order].sort((a, b) => a - b);
	return [...new Set([...REQUESTS, ...sorted])]
		.sort((a, b) => a - b)
		.flatMap((wanted): ModuliFinding[] => {
			const [chosen, best] = [
				chosenSize(order, wanted),
				chosenSize(sorted, wanted),
			];
			if (chosen === best) return [];
			return [
				{
					id: "order-of-sizes",
					verdict: "warn",
					line: null,
					message: `A client that asks for ${wanted} bits gets ${chosen}, not ${best}, since a larger size stands first; sort the lines by size.`,
				},
			];
		});
}

/** The order of g, where it is p − 1, as ssh-keygen makes it. */
function orders({ groups }: ReadTable, squares: Squares): ModuliFinding[] {
	const order2q = groups.filter((group) => group.p > 0n && !squares.has(group));
	const [first] = order2q;
	if (first === undefined) return [];
	return [
		{
			id: "generator",
			verdict: "note",
			line: order2q.length === 1 ? first.line : null,
			message: `g has order p − 1 in ${order2q.length} of ${groups.length} groups, as ssh-keygen makes them: a public key reveals one bit of the private key, and nothing more. In the others g has order (p − 1)/2.`,
		},
	];
}

/** Sizes that sshd takes, and that OpenSSH's client never leads to. */
function idleSizes(sizes: readonly ModuliSize[]): ModuliFinding[] {
	const idle = sizes.filter(
		({ used, requests }) => used && requests.length === 0,
	);
	if (idle.length === 0) return [];
	const list = idle.map(({ bits }) => bits).join(", ");
	return [
		{
			id: "size",
			verdict: "note",
			line: null,
			message: `Groups of ${list} bits serve other clients only: OpenSSH's asks for ${REQUESTS.join(", ")}, and gets other sizes from this table.`,
		},
	];
}

/** Groups of the standards, and of the tables that OpenSSH ships. */
function origins({ groups }: ReadTable): ModuliFinding[] {
	const tables = new ShippedTables();
	const count = new Map<string, number>();
	let unknown = 0;
	for (const { p } of groups) {
		const group = groupOfPrime(p);
		const table = tables.find(p);
		if (group === undefined && table === undefined) {
			unknown++;
			continue;
		}
		const name =
			group === undefined
				? `/etc/ssh/moduli of ${table?.name}, made ${table?.made}`
				: `${group.name} of ${group.source}`;
		count.set(name, (count.get(name) ?? 0) + 1);
	}
	const known = [...count].map(
		([name, many]): ModuliFinding => ({
			id: "origin",
			verdict: "note",
			line: null,
			message: `${many} of ${groups.length} groups: ${name}; many servers share ${many === 1 ? "it" : "them"}.`,
		}),
	);
	if (unknown === 0 || count.size === 0) return known;
	return [
		...known,
		{
			id: "origin",
			verdict: "note",
			line: null,
			message: `${unknown} of ${groups.length} groups are from none of the tables and standards that this program knows.`,
		},
	];
}

function starts(all: readonly ModuliSize[]): ModuliFinding[] {
	const sizes = all.filter(({ used }) => used);
	const few = sizes.filter(({ groups, startPoints }) => startPoints < groups);
	if (few.length === 0) return [];
	const list = few.map(
		({ bits, startPoints }) => `${startPoints} for ${bits} bits`,
	);
	return [
		{
			id: "origin",
			verdict: "note",
			line: null,
			message: `The groups of one size lie close together, as a search from one random number finds them. Start points: ${list.join(", ")}.`,
		},
	];
}
