import { checkArgument, STRING } from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";
import type { DhParams } from "../params.js";
import type { NamedGroup } from "./named-group.js";
import * as rfc2409 from "./rfc2409.js";
import * as rfc3526 from "./rfc3526.js";
import * as rfc5114 from "./rfc5114.js";
import * as rfc7919 from "./rfc7919.js";

/** All groups of the standards, the ones to use first. */
export const NAMED_GROUPS: readonly NamedGroup[] = [
	...Object.values(rfc7919).sort((a, b) => a.bits - b.bits),
	...Object.values(rfc3526).sort((a, b) => a.bits - b.bits),
	...Object.values(rfc2409).sort((a, b) => a.bits - b.bits),
	...Object.values(rfc5114),
];

const BY_PRIME = new Map(
	NAMED_GROUPS.map((group) => [group.params.p, group] as const),
);

/**
 * The parameters of a standard group, by its name.
 *
 * @param name as in its standard or in OpenSSL, such as ffdhe2048, modp_2048, modp2048 or group14
 * @returns the parameters, the same value for each call
 * @throws {@link InvalidArgumentError} for a name that no standard knows
 * @example
 * await writeFile("dhparams.pem", namedGroup("ffdhe2048").toPem());
 */
export function namedGroup(name: string): DhParams {
	return findGroup(name).params;
}

/** @throws {@link InvalidArgumentError} for a name that no standard knows */
export function findGroup(name: string): NamedGroup {
	checkArgument("name", name, STRING);
	const wanted = simplified(name);
	const group = NAMED_GROUPS.find((group) =>
		[group.name, ...group.aliases].some(
			(spelling) => simplified(spelling) === wanted,
		),
	);
	if (group === undefined) {
		throw new InvalidArgumentError(
			`"${name.slice(0, 40)}" is not a group of a standard; the groups are ${NAMED_GROUPS.map(({ name }) => name).join(", ")}.`,
		);
	}
	return group;
}

/** The standard group with this modulus, whatever the generator. */
export function groupOfPrime(p: bigint): NamedGroup | undefined {
	return BY_PRIME.get(p);
}

function simplified(name: string): string {
	return name.toLowerCase().replace(/[-_ ]/g, "");
}
