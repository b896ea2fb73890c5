import { toBytes } from "../arithmetic/integers.js";

// Tags of X.690.
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;

/** DER of a SEQUENCE of encoded elements. */
export function sequence(...elements: readonly Uint8Array[]): Buffer {
	return element(SEQUENCE, Buffer.concat(elements));
}

/** DER of an INTEGER, 0 or above. */
export function integer(n: bigint): Buffer {
	const bytes = toBytes(n);
	const isNegative = (bytes[0] as number) >= 0x80;
	return element(INTEGER, isNegative ? Buffer.of(0, ...bytes) : bytes);
}

/** DER of a BIT STRING of whole bytes. */
export function bitString(bytes: Uint8Array): Buffer {
	const unusedBits = Buffer.of(0);
	return element(BIT_STRING, Buffer.concat([unusedBits, bytes]));
}

/** X.690 section 8.1.3: a length below 128 is one byte; a longer one says first how many bytes it has. */
function element(tag: number, contents: Uint8Array): Buffer {
	const length = toBytes(BigInt(contents.length));
	const isShort = contents.length < 0x80;
	const prefix = isShort ? length : Buffer.of(0x80 + length.length, ...length);
	return Buffer.concat([Buffer.of(tag), prefix, contents]);
}
