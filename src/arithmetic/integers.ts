/** The length of n ≥ 0 in bits; 0 has none. */
export function bitLength(n: bigint): number {
	const hex = n.toString(16);
	return hex.length * 4 - (Math.clz32(Number.parseInt(hex.charAt(0), 16)) - 28);
}

/** n ≥ 0 as big-endian bytes without leading zeros, at least `length` of them. */
export function toBytes(n: bigint, length = 1): Uint8Array {
	const hex = n.toString(16);
	const digits = Math.max(length * 2, hex.length + (hex.length % 2));
	return Uint8Array.from(Buffer.from(hex.padStart(digits, "0"), "hex"));
}

/** Big-endian bytes as an unsigned number; no bytes are 0. */
export function fromBytes(bytes: Uint8Array): bigint {
	if (bytes.length === 0) return 0n;
	return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** The largest integer whose square is at most n ≥ 0, by Newton's iteration from above. */
export function squareRoot(n: bigint): bigint {
	if (n < 2n) return n;
	let root = 1n << BigInt((bitLength(n) + 1) >> 1);
	for (;;) {
		const next = (root + n / root) >> 1n;
		if (next >= root) return root;
		root = next;
	}
}

/**
 * The Jacobi symbol (a/n) for odd n ≥ 1: 1, −1, or 0 where a and n share a factor.
 * Cohen, A Course in Computational Algebraic Number Theory, algorithm 1.4.10.
 */
export function jacobi(a: bigint, n: bigint): -1 | 0 | 1 {
	let symbol: -1 | 1 = 1;
	let top = ((a % n) + n) % n;
	let bottom = n;
	while (top !== 0n) {
		const twos = trailingZeros(top);
		top >>= BigInt(twos);
		const eighth = bottom & 7n;
		if (twos % 2 === 1 && (eighth === 3n || eighth === 5n))
			symbol = flip(symbol);
		// Quadratic reciprocity: the sign changes when both are 3 modulo 4.
		if ((top & 3n) === 3n && (bottom & 3n) === 3n) symbol = flip(symbol);
		[top, bottom] = [bottom % top, top];
	}
	return bottom === 1n ? symbol : 0;
}

/** How often 2 divides n > 0. */
export function trailingZeros(n: bigint): number {
	let zeros = 0;
	let rest = n;
	while ((rest & 0xffffffffn) === 0n) {
		rest >>= 32n;
		zeros += 32;
	}
	const word = Number(rest & 0xffffffffn);
	return zeros + 31 - Math.clz32(word & -word);
}

function flip(symbol: -1 | 1): -1 | 1 {
	return symbol === 1 ? -1 : 1;
}
