/**
 * Columns of the product of two numbers in integers, for machines without a fused multiply-add; see docs/kernel.md.
 *
 * A number is limbs of 13 bits in 16-bit integers, the lowest first. They are balanced: limbs may be negative, and are at
 * most MAX_LIMB in size. The limb count is a multiple of 8.
 *
 * An instruction multiplies eight limbs by eight and adds the products by twos: i32x4.dot_i16x8_s. Four columns k of a·b
 * gain (a_i, a_(i+1)), the same in all lanes, times (b_(k−i), b_(k−i−1)): b is kept as such pairs too.
 */

export const LIMB_BITS: i32 = 13;
export const MAX_LIMBS: i32 = 1280;
/** Columns that are summed at once, in four vectors; the pairs of a number have this many zeros on either side. */
const BLOCK: i32 = 16;
export const VECTOR: usize = 16;

// Columns are summed in parts of at most 80 products. With limbs up to MAX_LIMB = 5160 in size a part is at most
// 80·5160² = 2,130,048,000 in size, below 2^31 − 2^12. It is split in a limb, at most 2^12 in size, and a carry, and both
// are summed for themselves. A column has at most 1280 products, in at most 20 parts: its limbs come to 20·2^12 at most,
// the carries of the column before to 1280·5160²/2^13 + 20/2, which makes MAX_COLUMN = 4,242,180.
// (integer-montgomery.ts shows that MAX_LIMB follows from MAX_COLUMN.)
const CHUNK: i32 = 80;
// In a square the products off the diagonal count twice: 2·32, and 16 on the diagonal.
const SQUARE_CHUNK: i32 = 32;

/** An operand is its limbs and, from here on, its pairs. */
export const PAIRS: usize =
	((MAX_LIMBS + BLOCK) as usize) * 2 + (BLOCK as usize) * 4;
/** Room for an operand, in bytes. */
export const OPERAND: i32 =
	(MAX_LIMBS + BLOCK) * 2 + (MAX_LIMBS + 2 * BLOCK) * 4;
/** Room for the limbs alone. */
export const LIMBS: i32 = (MAX_LIMBS + BLOCK) * 2;

/** How many limbs are in use. */
export let limbs: i32 = 0;

const COLUMNS: i32 = (2 * MAX_LIMBS + 2 * BLOCK) * 4;
/** The limbs that the columns were split into. */
export const low: usize = memory.data(COLUMNS, 16);
/** Their carries, which belong to the next column. One before the first is 0. */
export const high: usize = memory.data(COLUMNS + 16, 16) + 16;

/** The sums of a part of 16 columns: a function of WebAssembly returns no more than one. */
const sums: usize = memory.data(BLOCK * 4, 16);

// Constants are read from memory on purpose: V8 builds literal vectors anew wherever they are used, in loops too.
export const half: usize = memory.data(16, 16);
export const lowWord: usize = memory.data(16, 16);
// On the diagonal of a square: what is left of four pairs where the limbs below the first, or the third, are left out.
const fromFirst: usize = memory.data(16, 16);
const fromThird: usize = memory.data(16, 16);

/** Gets ready for numbers of `count` limbs, a multiple of 8. */
export function prepare(count: i32): void {
	limbs = count;
	v128.store(half, i32x4.splat(1 << (LIMB_BITS - 1)));
	v128.store(lowWord, i32x4.splat(0xffff));
	v128.store(fromFirst, i32x4(0xffff, -1, -1, -1));
	v128.store(fromThird, i32x4(0, 0, 0xffff, -1));
}

/** The pairs of an operand from its limbs, and the zeros that surround both. */
export function pair(operand: usize): void {
	const mask = v128.load(lowWord);
	const none = i32x4.splat(0);
	let previous = none;
	let to = operand + PAIRS;
	for (let k: i32 = -BLOCK; k < 0; k += 4) {
		v128.store(to + k * 4, none);
	}
	const end = operand + limbs * 2;
	for (let at = operand; at < end; at += 8, to += VECTOR) {
		const x = v128.load_ext<i16>(at);
		v128.store(to, paired(previous, x, mask));
		previous = x;
	}
	v128.store(to, paired(previous, none, mask));
	for (let k: usize = 1; k < 4; k++) {
		v128.store(to + k * VECTOR, none);
	}
	v128.store(end, none);
	v128.store(end, none, VECTOR);
}

/** (x_k, x_(k−1)) for four k. */
export function paired(previous: v128, x: v128, mask: v128): v128 {
	return v128.or(
		v128.and(x, mask),
		i32x4.shl(v128.shuffle<i32>(previous, x, 3, 4, 5, 6), 16),
	);
}

/** Sums columns of a·b, from a multiple of 8 on; `a` needs its limbs alone and `b` its pairs. */
export function sumColumns(a: usize, b: usize, from: i32, to: i32): void {
	for (let k = from; k < to; k += BLOCK) {
		let i = max(0, k - limbs);
		const last = min(limbs, k + BLOCK);
		let isFirst = true;
		while (i < last) {
			const stop = min(i + CHUNK, last);
			sumPart(a + i * 2, a + stop * 2, b + PAIRS + (k - i) * 4);
			split(
				k,
				isFirst,
				v128.load(sums),
				v128.load(sums, 16),
				v128.load(sums, 32),
				v128.load(sums, 48),
			);
			isFirst = false;
			i = stop;
		}
	}
}

/** Sums, for 16 columns, the products of the limbs from `xs` up to `end` with the pairs from `ys` downwards. */
function sumPart(xs: usize, end: usize, ys: usize): void {
	let s0 = i32x4.splat(0);
	let s1 = i32x4.splat(0);
	let s2 = i32x4.splat(0);
	let s3 = i32x4.splat(0);
	for (; xs < end; xs += 16, ys -= 32) {
		let x = v128.load32_splat(xs);
		let y0 = v128.load(ys);
		let y1 = v128.load(ys, 16);
		let y2 = v128.load(ys, 32);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, y0));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y1));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y2));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(ys, 48)));
		x = v128.load32_splat(xs, 8);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(ys - 16)));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y0));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y1));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y2));
		x = v128.load32_splat(xs, 4);
		y0 = v128.load(ys - 8);
		y1 = v128.load(ys - 8, 16);
		y2 = v128.load(ys - 8, 32);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, y0));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y1));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y2));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(ys - 8, 48)));
		x = v128.load32_splat(xs, 12);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(ys - 24)));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y0));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y1));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y2));
	}
	v128.store(sums, s0);
	v128.store(sums, s1, 16);
	v128.store(sums, s2, 32);
	v128.store(sums, s3, 48);
}

/** Sums the columns of a². */
export function sumSquare(a: usize): void {
	for (let k: i32 = 0; k < 2 * limbs; k += BLOCK) {
		let i = max(0, k - limbs);
		const last = k >> 1;
		let isFirst = true;
		let s0: v128, s1: v128, s2: v128, s3: v128;
		// The products a_i·a_j where i < k/2 ≤ j count twice.
		while (true) {
			const stop = min(i + SQUARE_CHUNK, last);
			sumPart(a + i * 2, a + stop * 2, a + PAIRS + (k - i) * 4);
			s0 = v128.load(sums);
			s1 = v128.load(sums, 16);
			s2 = v128.load(sums, 32);
			s3 = v128.load(sums, 48);
			s0 = i32x4.add(s0, s0);
			s1 = i32x4.add(s1, s1);
			s2 = i32x4.add(s2, s2);
			s3 = i32x4.add(s3, s3);
			if (stop === last) break;
			split(k, isFirst, s0, s1, s2, s3);
			isFirst = false;
			i = stop;
		}
		// Those where i and j are both from k/2 on count once: y0, y2 … are the four pairs of a from k/2, k/2 + 2 … on.
		const first = v128.load(fromFirst);
		const third = v128.load(fromThird);
		const xs = a + last * 2;
		const ys = a + PAIRS + last * 4;
		const y2 = v128.load(ys, 8);
		const y4 = v128.load(ys, 16);
		const y6 = v128.load(ys, 24);
		const y8 = v128.load(ys, 32);
		const y10 = v128.load(ys, 40);
		const y0 = v128.and(v128.load(ys), first);
		const below2 = v128.and(v128.load(ys - 8), third);
		let x = v128.load32_splat(xs);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, y0));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y4));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y8));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(ys, 48)));
		x = v128.load32_splat(xs, 4);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, below2));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y2));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y6));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y10));
		x = v128.load32_splat(xs, 8);
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y0));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y4));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y8));
		x = v128.load32_splat(xs, 12);
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, below2));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y2));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y6));
		x = v128.load32_splat(xs, 16);
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y0));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y4));
		x = v128.load32_splat(xs, 20);
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, below2));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y2));
		x = v128.load32_splat(xs, 24);
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y0));
		x = v128.load32_splat(xs, 28);
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, below2));
		split(k, isFirst, s0, s1, s2, s3);
	}
}

/** Splits the sums of the columns from k on in limbs and carries, which are stored, or added to what is there. */
function split(
	k: i32,
	isFirst: bool,
	s0: v128,
	s1: v128,
	s2: v128,
	s3: v128,
): void {
	const rounded = v128.load(half);
	const lows = low + k * 4;
	const highs = high + k * 4;
	const c0 = carriesOf(s0, rounded);
	const c1 = carriesOf(s1, rounded);
	const c2 = carriesOf(s2, rounded);
	const c3 = carriesOf(s3, rounded);
	s0 = i32x4.sub(s0, i32x4.shl(c0, LIMB_BITS));
	s1 = i32x4.sub(s1, i32x4.shl(c1, LIMB_BITS));
	s2 = i32x4.sub(s2, i32x4.shl(c2, LIMB_BITS));
	s3 = i32x4.sub(s3, i32x4.shl(c3, LIMB_BITS));
	if (isFirst) {
		v128.store(lows, s0);
		v128.store(lows, s1, 16);
		v128.store(lows, s2, 32);
		v128.store(lows, s3, 48);
		v128.store(highs, c0);
		v128.store(highs, c1, 16);
		v128.store(highs, c2, 32);
		v128.store(highs, c3, 48);
	} else {
		addTo(lows, s0);
		addTo(lows + 16, s1);
		addTo(lows + 32, s2);
		addTo(lows + 48, s3);
		addTo(highs, c0);
		addTo(highs + 16, c1);
		addTo(highs + 32, c2);
		addTo(highs + 48, c3);
	}
}

function addTo(at: usize, x: v128): void {
	v128.store(at, i32x4.add(v128.load(at), x));
}

/** What the next column gets of each sum: all but a balanced limb. */
export function carriesOf(sums: v128, rounded: v128): v128 {
	return i32x4.shr_s(i32x4.add(sums, rounded), LIMB_BITS);
}
