import { bitLength } from "../arithmetic/integers.js";
import { groupOfPrime } from "../groups/groups.js";
import type { NamedGroup } from "../groups/named-group.js";
import type { DhParams } from "../params.js";

/** The parameters that are checked, and what is known of them without arithmetic. */
export interface Subject {
	readonly params: DhParams;
	readonly bits: number;
	/** The standard group with this p. */
	readonly group: NamedGroup | undefined;
	/** The q that came with the parameters, or the standard's for the same p and g. */
	readonly q: bigint | undefined;
}

export function subjectOf(params: DhParams): Subject {
	const group = groupOfPrime(params.p);
	const sameGenerator = group?.params.g === params.g;
	return {
		params,
		bits: bitLength(params.p),
		group,
		q: params.q ?? (sameGenerator ? group?.params.q : undefined),
	};
}

/**
 * Is p of a standard that makes a safe prime from π or e, by a formula that our tests compute? Then its primality is
 * of record; RFC 5114 publishes no such origin.
 */
export function isOfRecord({ group }: Subject): boolean {
	return group !== undefined && group.params.q === undefined;
}
