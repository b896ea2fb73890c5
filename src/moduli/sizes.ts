import type { Squares } from "./generator-order.js";
import type { ReadTable } from "./read-table.js";
import type { ModuliSize } from "./report.js";
import { chosenSize, REQUESTS } from "./sshd-choice.js";
import { startPoints } from "./start-points.js";

/** What the table has of each size, the smallest first. */
export function sizesOf(
	{ groups, unused }: ReadTable,
	squares: Squares,
): ModuliSize[] {
	const order = groups.map(({ bits }) => bits);
	const choices = REQUESTS.map(
		(request) => [request, chosenSize(order, request)] as const,
	);
	const used = [...new Set(order)].map((bits): ModuliSize => {
		const own = groups.filter((group) => group.bits === bits);
		const orderQ = own.filter((group) => squares.has(group)).length;
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
