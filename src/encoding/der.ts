import { Integer, Sequence } from "asn1js";

/**
 * PKCS #3 section 9, DHParameter:
 *   SEQUENCE { prime INTEGER, base INTEGER, privateValueLength INTEGER OPTIONAL }
 * and RFC 3279 section 2.3.3, DomainParameters (X9.42), where there is a q:
 *   SEQUENCE { p INTEGER, g INTEGER, q INTEGER, j INTEGER OPTIONAL, validationParms … OPTIONAL }
 */
export interface DhValues {
	/** The modulus. */
	readonly p: bigint;
	/** The generator. */
	readonly g: bigint;
	/** The order of the subgroup that g generates. Only X9.42 carries it. */
	readonly q?: bigint;
	/** The recommended length of a private exponent in bits. Only PKCS #3 carries it. */
	readonly privateLength?: number;
}

/** The values as DER: PKCS #3, or X9.42 where there is a q. */
export function encodeDer({ p, g, q, privateLength }: DhValues): Uint8Array {
	const integers = [p, g];
	if (q !== undefined) integers.push(q);
	else if (privateLength !== undefined) integers.push(BigInt(privateLength));
	return sequence(integers.map((value) => Integer.fromBigInt(value)));
}

function sequence(value: Integer[]): Uint8Array {
	return new Uint8Array(new Sequence({ value }).toBER());
}
