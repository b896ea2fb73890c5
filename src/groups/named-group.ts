import { DhParams } from "../params.js";

/** A group that a standard defines. */
export interface NamedGroup {
	/** As OpenSSL spells it where it has one: ffdhe2048, modp_2048, dh_2048_224. */
	readonly name: string;
	/** Other spellings that {@link namedGroup} takes. */
	readonly aliases: readonly string[];
	/** The standard and its section. */
	readonly source: string;
	readonly bits: number;
	readonly params: DhParams;
}

/** What the files of this folder state of a group. */
interface Definition {
	readonly name: string;
	readonly aliases: readonly string[];
	readonly source: string;
	readonly p: bigint;
	readonly g: bigint;
	readonly q?: bigint;
}

export function group(definition: Definition): NamedGroup {
	const { name, aliases, source, ...values } = definition;
	const params = new DhParams(values);
	return { name, aliases, source, bits: params.bits, params };
}

/** The digits as the standards print them, in words and lines. */
export function hexadecimal(digits: string): bigint {
	return BigInt(`0x${digits.replace(/\s+/g, "")}`);
}
