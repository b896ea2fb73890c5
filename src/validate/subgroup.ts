import { bitLength, jacobi } from "../arithmetic/integers.js";
import { montgomeryEngine } from "../arithmetic/montgomery-engine.js";
import { primesUpTo } from "../primality/small-primes.js";
import { hasOrderDividing } from "./order.js";
import { newGroup, type Policy } from "./policy.js";
import { describeCompositeness } from "./primality.js";
import type { PrimalityResources } from "./primality-resources.js";
import { type Check, inBits } from "./report.js";
import type { Subject } from "./subject.js";

/** Does the given q hold what it promises, for a prime p? No check where there is none. */
export async function checkSubgroup(
	{ params, q }: Subject,
	isSafe: boolean,
	policy: Policy,
	resources: () => Promise<PrimalityResources>,
): Promise<Check[]> {
	if (q === undefined) return [];
	const { p, g, j } = params;
	// Then q is known to be prime, and the squares are the subgroup of its order.
	const isHalf = isSafe && q === (p - 1n) / 2n;
	const faults: string[] = [];
	const divides = q > 0n && (p - 1n) % q === 0n;
	if (!divides) faults.push("q does not divide p − 1");
	const size = bitLength(q);
	if (size < policy.minSubgroupBits) {
		faults.push(
			`q has ${inBits(size)}, fewer than ${policy.minSubgroupBits}: private keys of that size are found too soon`,
		);
	}
	// A q that is too long for p is not a divisor, and not worth the tests.
	if (!isHalf && q <= p) {
		const { tester } = await resources();
		const found = await tester.compositeness(q);
		if (found !== undefined) {
			faults.push(`q is not prime: ${describeCompositeness("q", found)}`);
		}
	}
	if (divides && g > 1n && g < p) {
		const hasOrder = isHalf
			? jacobi(g, p) === 1
			: // BigInt confirms what is accepted.
				hasOrderDividing(
					q,
					params,
					(await resources()).engine,
					montgomeryEngine,
				);
		if (!hasOrder) faults.push("g^q is not 1: the order of g is not q");
	}
	if (j !== undefined && (!divides || j * q !== p - 1n)) {
		faults.push("j is not (p − 1)/q");
	}
	const check = {
		id: "subgroup",
		source: "SP 800-56A r3 section 5.5.2; RFC 2631 section 2.2.2",
	} as const;
	if (faults.length > 0) {
		return [
			{
				...check,
				verdict: "reject",
				message: `The subgroup is not what the parameters claim: ${faults.join("; ")}.`,
				advice: `Do not use these parameters. ${newGroup(policy)}`,
			},
		];
	}
	const whose =
		params.q === undefined ? " (q is the standard's; the file has none)" : "";
	return [
		{
			...check,
			verdict: "accept",
			message: `q is a prime of ${size} bits that divides p − 1, and g has order q${whose}.`,
			advice: null,
		},
	];
}

// Trial division of (p − 1)/2: a subgroup of such an order gives its part of the key for some 2^16 guesses.
const SMOOTHNESS = 65_536;

/** The small prime factors of (p − 1)/2, with their multiplicity. */
export function smallFactors(p: bigint): number[] {
	const factors: number[] = [];
	let rest = (p - 1n) / 2n;
	for (const prime of primesUpTo(SMOOTHNESS)) {
		const divisor = BigInt(prime);
		while (rest > 1n && rest % divisor === 0n) {
			factors.push(prime);
			rest /= divisor;
		}
	}
	return factors;
}

/** For a prime p that is not safe: how much of a private exponent do small subgroups give away? */
export function checkSmallFactors(
	factors: readonly number[],
	{ q }: Subject,
	policy: Policy,
): Check {
	const source =
		"Lim and Lee, A key recovery attack on discrete log-based schemes using a prime order subgroup, 1997; CVE-2016-0701";
	if (factors.length === 0) {
		return {
			id: "small-factors",
			verdict: "note",
			message: `(p − 1)/2 is composite but has no prime factor up to ${SMOOTHNESS}.`,
			advice: null,
			source,
		};
	}
	const smooth = factors.reduce((product, f) => product * BigInt(f), 1n);
	return {
		id: "small-factors",
		// With a good q only a server that keeps its key is at risk.
		verdict: q === undefined || policy.safePrimeRequired ? "reject" : "warn",
		message: `(p − 1)/2 has small prime factors (${shortened(factors)}): a private key that is used again leaks about ${inBits(bitLength(smooth) - 1)} through subgroups of such orders.`,
		advice: `A safe prime has no such subgroups. ${newGroup(policy)}`,
		source,
	};
}

function shortened(factors: readonly number[]): string {
	const distinct = [...new Set(factors)];
	const shown = distinct.slice(0, 6).join(", ");
	return distinct.length > 6
		? `${shown} and ${distinct.length - 6} more`
		: shown;
}
