import { createCipheriv } from "node:crypto";

// Ranks are made for this many candidates at a time, so that memory does not grow with the window.
const BLOCK = 65536;

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
 */
export function randomOrder(struck: Uint32Array, key: Uint8Array): Uint32Array {
	const keystream = createCipheriv("aes-256-ctr", key, new Uint8Array(16));
	const zeros = new Uint8Array(BLOCK * 4);
	const survivors: number[] = [];
	const ranks: number[] = [];
	for (let start = 0; start < struck.length * 32; start += BLOCK) {
		const bytes = keystream.update(zeros);
		const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const end = Math.min(start + BLOCK, struck.length * 32);
		for (let k = start; k < end; k++) {
			if (((struck[k >> 5] as number) >>> (k & 31)) & 1) continue;
			survivors.push(k);
			ranks.push(words.getUint32((k - start) * 4));
		}
	}
	const order = Uint32Array.from(survivors, (_, i) => i);
	order.sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b);
	return order.map((i) => survivors[i] as number);
}
