import { createCipheriv } from "node:crypto";

// Ranks are made for this many candidates at a time, so that memory does not grow with the window.
const BLOCK = 65536;

/** Candidates in the order in which they are tested. */
export interface RankedOrder {
	/** Their indices in the window. */
	readonly indices: Uint32Array;
	/** Their ranks, which do not decrease. */
	readonly ranks: Uint32Array;
}

/** One more than the highest rank. */
export const RANKS = 2 ** 32;

/**
 * The candidates that a sieve left over, in an order that depends on the key alone: by the 32-bit word that AES-256 in
 * counter mode gives to each, equal ones from the left. Testing from the left would prefer primes after long gaps; in
 * a random order each safe prime of the window has the same chance to be the first.
 *
 * Since the rank belongs to the candidate and not to the survivor, a deeper sieve does not change the order of those
 * that it leaves.
 *
 * @param struck bit k & 31 of word k >> 5 is set where candidate k is struck out
 * @param key 32 bytes
 * @param ranks those from `from` up to, and without, `to`; all unless given
 */
export function randomOrder(
	struck: Uint32Array,
	key: Uint8Array,
	{ from = 0, to = RANKS }: { from?: number; to?: number } = {},
): RankedOrder {
	const keystream = createCipheriv("aes-256-ctr", key, new Uint8Array(16));
	const zeros = new Uint8Array(BLOCK * 4);
	const ranked: bigint[] = [];
	for (let start = 0; start < struck.length * 32; start += BLOCK) {
		const bytes = keystream.update(zeros);
		const ranks = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const end = Math.min(start + BLOCK, struck.length * 32);
		for (let word = start; word < end; word += 32) {
			let left = ~(struck[word >> 5] as number);
			for (; left !== 0; left &= left - 1) {
				const k = word + 31 - Math.clz32(left & -left);
				const rank = ranks.getUint32((k - start) * 4);
				if (rank < from || rank >= to) continue;
				ranked.push((BigInt(rank) << 32n) | BigInt(k));
			}
		}
	}
	// Without a comparison function, which takes several times as long.
	const sorted = BigUint64Array.from(ranked).sort();
	return {
		indices: Uint32Array.from(sorted, (each) => Number(each & 0xffffffffn)),
		ranks: Uint32Array.from(sorted, (each) => Number(each >> 32n)),
	};
}

/** Is candidate k struck out? Bit k & 31 of word k >> 5. */
export function isStruck(struck: Uint32Array, k: number): boolean {
	return (((struck[k >> 5] as number) >>> (k & 31)) & 1) === 1;
}
