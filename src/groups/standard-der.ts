import { encodeDer } from "../encoding/der.js";
import type { DhParams } from "../params.js";
import { NAMED_GROUPS } from "./groups.js";

// What DER of PKCS #3 has besides p: g, and three tags with their lengths.
const MOST_BESIDES_P = 16;

/** The standard group of which these bytes are the DER (PKCS #3), found without decoding any. */
export function standardGroupOf(der: Uint8Array): DhParams | undefined {
	const besidesP = (bits: number) => der.length - bits / 8;
	return NAMED_GROUPS.find(
		({ bits, params }) =>
			besidesP(bits) > 0 &&
			besidesP(bits) <= MOST_BESIDES_P &&
			params.q === undefined &&
			Buffer.compare(encodeDer(params), der) === 0,
	)?.params;
}
