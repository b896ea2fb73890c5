import { toBytes } from "../arithmetic/integers.js";
import type { DhValues } from "../encoding/der.js";
import { NAMED_GROUPS } from "../groups/groups.js";
import type { DhParams } from "../params.js";

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
			Buffer.compare(pkcs3(params), der) === 0,
	)?.params;
}

/** SEQUENCE { p, g } */
function pkcs3({ p, g }: DhValues): Buffer {
	return element(0x30, Buffer.concat([integer(p), integer(g)]));
}

function integer(n: bigint): Buffer {
	const bytes = toBytes(n);
	const isNegative = (bytes[0] as number) >= 0x80;
	return element(0x02, isNegative ? Buffer.of(0, ...bytes) : bytes);
}

/** X.690 section 8.1.3: a length below 128 is one byte; a longer one says first how many bytes it has. */
function element(tag: number, contents: Uint8Array): Buffer {
	const length = toBytes(BigInt(contents.length));
	const isShort = contents.length < 0x80;
	const prefix = isShort ? length : Buffer.of(0x80 + length.length, ...length);
	return Buffer.concat([Buffer.of(tag), prefix, contents]);
}
