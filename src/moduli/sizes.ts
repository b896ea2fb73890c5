import { jacobi } from "../arithmetic/integers.js";
import type { ModuliGroup } from "../encoding/moduli-table.js";
import type { ReadTable } from "./read-table.js";
import type { ModuliSize } from "./report.js";
import { chosenSize, REQUESTS } from "./sshd-choice.js";
import { startPoints } from "./start-points.js";

/** What the table has of each size, the smallest first. */
export function sizesOf({ groups, unused }: ReadTable): ModuliSize[] {
	const order = groups.map(({ bits }) => bits);
	const choices = REQUESTS.map(
		(request) => [request, chosenSize(order, request)] as const,
	);
	const used = [...new Set(order)].map((bits): ModuliSize => {
		const own = groups.filter((group) => group.bits === bits);
		const orderQ = own.filter(hasOrderQ).length;
		return {
			bits,
			groups: own.length,
			startPoints: startPoints(own.map(({ p }) => p)),
			orderQ,
			order2q: own.length - orderQ,
			requests: choices.flatMap(([request, size]) =>
				size === bits ? [request] : [],
			),
			used: true,
		};
	});
	const others = [...unused].slice(0, 1000).map(
		([bits, count]): ModuliSize => ({
			bits,
			groups: count,
			startPoints: 0,
			orderQ: 0,
			order2q: 0,
			requests: [],
			used: false,
		}),
	);
	return [...used, ...others].sort((a, b) => a.bits - b.bits);
}

/** Modulo a safe prime p, a square has order (p − 1)/2, and any other number but ±1 has p − 1. */
export function hasOrderQ({ p, g }: ModuliGroup): boolean {
	return p > 0n && p % 2n === 1n && jacobi(g, p) === 1;
}
