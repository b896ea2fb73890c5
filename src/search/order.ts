import { createCipheriv } from "node:crypto";

// Where a 64-bit number has its halves, by the byte order of this machine.
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

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
	// Rank and index of each as one 64-bit number, for a sort without a comparison function, which takes many times as long.
	const ranked = new BigUint64Array(countLeft(struck));
	const halves = new Uint32Array(ranked.buffer);
	let count = 0;
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
				halves[2 * count + LOW] = k;
				halves[2 * count + HIGH] = rank;
				count++;
			}
		}
	}
	ranked.subarray(0, count).sort();
	const indices = new Uint32Array(count);
	const ranks = new Uint32Array(count);
	for (let i = 0; i < count; i++) {
		indices[i] = halves[2 * i + LOW] as number;
		ranks[i] = halves[2 * i + HIGH] as number;
	}
	return { indices, ranks };
}

/** How many candidates are not struck out. */
function countLeft(struck: Uint32Array): number {
	let count = 0;
	for (const word of struck) {
		// The sum of a word's bits: Warren, "Hacker's Delight", section 5-1.
		let left = ~word;
		left -= (left >>> 1) & 0x55555555;
		left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
		left = (left + (left >>> 4)) & 0x0f0f0f0f;
		count += Math.imul(left, 0x01010101) >>> 24;
	}
	return count;
}

/** Is candidate k struck out? Bit k & 31 of word k >> 5. */
export function isStruck(struck: Uint32Array, k: number): boolean {
	return (((struck[k >> 5] as number) >>> (k & 31)) & 1) === 1;
}
