import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { randomOrder } from "../../src/search/order.js";

const bits = (indices: Iterable<number>, length: number) => {
	const words = new Uint32Array(length / 32);
	for (const k of indices) (words[k >> 5] as number) |= 1 << (k & 31);
	return words;
};

test("holds each survivor once and nothing else", () => {
	const length = 3 * 65536 + 96;
	const struck = [...Array(length).keys()].filter((k) => k % 7 !== 3);
	const order = randomOrder(bits(struck, length), randomBytes(32)).indices;
	const sorted = [...order].sort((a, b) => a - b);
	expect(sorted).toEqual([...Array(length).keys()].filter((k) => k % 7 === 3));
	expect([...order]).not.toEqual(sorted);
});

test("a deeper sieve takes candidates away and leaves the order of the others", () => {
	const key = randomBytes(32);
	const shallow = randomOrder(bits([1, 5, 9], 64), key).indices;
	const deep = randomOrder(bits([1, 5, 9, 20, 33, 63], 64), key).indices;
	expect([...deep]).toEqual(
		[...shallow].filter((k) => ![20, 33, 63].includes(k)),
	);
});

test("each survivor is the first equally often", () => {
	const survivors = [0, 1, 2, 3, 17, 18, 300, 65535];
	const struck = new Uint32Array(2048).fill(0xffffffff);
	for (const k of survivors) {
		(struck[k >> 5] as number) &= ~(1 << (k & 31));
	}
	const firsts = new Map(survivors.map((k) => [k, 0]));
	const runs = 800;
	// Fixed keys: the test cannot fail by chance.
	for (let run = 0; run < runs; run++) {
		const key = new Uint8Array(32);
		new DataView(key.buffer).setUint32(0, run);
		const first = randomOrder(struck, key).indices[0] as number;
		firsts.set(first, (firsts.get(first) ?? 0) + 1);
	}
	const expected = runs / survivors.length;
	const chiSquare = [...firsts.values()].reduce(
		(sum, seen) => sum + (seen - expected) ** 2 / expected,
		0,
	);
	// 7 degrees of freedom: above 24.3 in one of a thousand.
	expect(chiSquare).toBeLessThan(24.3);
});
