import { fromBytes } from "../arithmetic/integers.js";
import { ProbeError } from "../errors.js";
import { DhParams } from "../params.js";
import { TLS12 } from "./offers.js";
import { VectorReader } from "./vectors.js";

/** A server's half of a Diffie-Hellman exchange. */
export interface ServerDh {
	readonly params: DhParams;
	/** g to the power of the server's secret, modulo p. */
	readonly publicValue: bigint;
}

/**
 * ServerKeyExchange of DHE: { dh_p, dh_g, dh_Ys } and a signature, which an anonymous one lacks. RFC 5246 section 7.4.3.
 * The numbers are taken as they come, zero included; the validator checks them.
 */
export function parseServerDh(
	body: Uint8Array,
	version: number,
	{ isSigned = true }: { readonly isSigned?: boolean } = {},
): ServerDh {
	const reader = new VectorReader(body, "ServerKeyExchange");
	const p = readNumber(reader, "p");
	const g = readNumber(reader, "g");
	const publicValue = readNumber(reader, "public value");
	// The signature is skipped: whoever could forge it could as well serve another group to us alone.
	if (isSigned) {
		if (version >= TLS12) reader.number(2);
		reader.vector(2);
	}
	reader.end();
	return { params: new DhParams({ p, g }), publicValue };
}

/** The number of the curve in the ServerKeyExchange of ECDHE: RFC 8422 section 5.4. */
export function parseServerCurve(body: Uint8Array): number {
	const reader = new VectorReader(body, "ServerKeyExchange");
	const NAMED_CURVE = 3;
	if (reader.number(1) !== NAMED_CURVE) {
		throw new ProbeError(
			"malformed",
			"sent a ServerKeyExchange with a curve of its own; only named ones are allowed.",
		);
	}
	return reader.number(2);
}

function readNumber(reader: VectorReader, name: string): bigint {
	const bytes = reader.vector(2);
	if (bytes.length === 0) {
		throw new ProbeError(
			"malformed",
			`sent a ServerKeyExchange with an empty ${name}.`,
		);
	}
	return fromBytes(bytes);
}
