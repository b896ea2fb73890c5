/**
 * Montgomery multiplication in integers, for machines without a fused multiply-add; see docs/kernel.md.
 *
 * A number is limbs of 13 bits in 16-bit integers, the lowest first, balanced: a limb may be negative, and its size is at
 * most a little above 2^12. R = 2^(13·limbs) ≥ 16 N, and values lie between −2 N and 2 N. The limb count is a multiple of 8.
 *
 * An instruction multiplies eight pairs of limbs and adds the products by twos: i32x4.dot_i16x8_s. Four columns of a·b
 * gain (a_i, a_(i+1)), the same in all lanes, times (b_(k−i), b_(k−i−1)) for their k: numbers on the right side are kept
 * as such pairs.
 */

export const LIMB_BITS: i32 = 13;
export const MAX_LIMBS: i32 = 1280;
/** Columns that are summed at once, in four vectors; the pairs of a number have this many zeros on either side. */
const BLOCK: i32 = 16;
const VECTOR: usize = 16;

// A sum of at most 80 products of limbs below MAX_LIMB = 5160 stays below 2^31 − 2^12: then it is split in a limb and a
// carry, which are summed for themselves.
const CHUNK: i32 = 80;
// In a square the products off the diagonal count twice: 2·32, and 16 on the diagonal.
const SQUARE_CHUNK: i32 = 32;

/** The limbs of an operand, then its pairs. */
const PAIRS: usize = ((MAX_LIMBS + BLOCK) as usize) * 2 + (BLOCK as usize) * 4;
/** Room for an operand, in bytes. */
export const OPERAND: i32 =
	(MAX_LIMBS + BLOCK) * 2 + (MAX_LIMBS + 2 * BLOCK) * 4;
/** Room for the limbs alone. */
export const LIMBS: i32 = (MAX_LIMBS + BLOCK) * 2;

/** N, odd. */
export const modulus: usize = memory.data(OPERAND, 16);
/** −1/N mod R. */
export const inverse: usize = memory.data(OPERAND, 16);
export const zero: usize = memory.data(LIMBS, 16);
/** How many limbs are in use. */
export let limbs: i32 = 0;

const product: usize = memory.data(2 * LIMBS, 16);
const quotient: usize = memory.data(LIMBS, 16);
// What each column has been split into: limbs, and carries, which belong to the next column.
const COLUMNS: i32 = (2 * MAX_LIMBS + 2 * BLOCK) * 4;
const low: usize = memory.data(COLUMNS, 16);
const high: usize = memory.data(COLUMNS + 16, 16) + 16;

const half: usize = memory.data(16, 16);
const lowWord: usize = memory.data(16, 16);
// On the diagonal of a square: the pairs whose limbs are both at or above the first.
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

/** The pairs of an operand from its limbs. */
export function pair(operand: usize): void {
	const mask = v128.load(lowWord);
	let previous = i32x4.splat(0);
	let to = operand + PAIRS;
	v128.store(to, previous, 0);
	for (let k: i32 = -BLOCK; k < 0; k += 4) {
		v128.store(to + k * 4, previous);
	}
	const end = operand + limbs * 2;
	for (let at = operand; at < end; at += 8, to += VECTOR) {
		const x = v128.load_ext<i16>(at);
		v128.store(to, paired(previous, x, mask));
		previous = x;
	}
	v128.store(to, paired(previous, i32x4.splat(0), mask));
	for (let k: usize = 1; k < 5; k++) {
		v128.store(to + k * VECTOR, i32x4.splat(0));
	}
	v128.store(end, i32x4.splat(0));
	v128.store(end, i32x4.splat(0), VECTOR);
}

/** (x_k, x_(k−1)) for four k. */
function paired(previous: v128, x: v128, mask: v128): v128 {
	return v128.or(
		v128.and(x, mask),
		i32x4.shl(v128.shuffle<i32>(previous, x, 3, 4, 5, 6), 16),
	);
}

/** result ← a·b/R + addend mod N, for other operands than a = b. The result may be a or b. */
export function multiply(
	a: usize,
	b: usize,
	addend: usize,
	result: usize,
): void {
	sumColumns(a, b, 0, 2 * limbs);
	carry(product, 2 * limbs);
	reduce(addend, 0, result);
}

/** result ← a²/R + addend mod N, or twice that where `doubling` is −1 and not 0. */
export function square(
	a: usize,
	addend: usize,
	doubling: i32,
	result: usize,
): void {
	sumSquare(a);
	carry(product, 2 * limbs);
	reduce(addend, doubling, result);
}

/** result ← product/R + addend mod N. */
function reduce(addend: usize, doubling: i32, result: usize): void {
	sumColumns(product, inverse, 0, limbs);
	carry(quotient, limbs);
	sumColumns(quotient, modulus, limbs - 8, 2 * limbs);

	// The columns below R add up to a multiple of R with the product's lower half: the highest three tell which.
	const rounding = (1 as i64) << (3 * LIMB_BITS - 1);
	const multiple =
		((column(limbs - 1) << (2 * LIMB_BITS)) +
			(column(limbs - 2) << LIMB_BITS) +
			column(limbs - 3) +
			rounding) >>
		(3 * LIMB_BITS);

	const rounded = v128.load(half);
	const mask = v128.load(lowWord);
	const double = i32x4.splat(doubling);
	let more = i32x4.replace_lane(i32x4.splat(0), 0, multiple as i32);
	let carries = i32x4.splat(0);
	let previous = i32x4.splat(0);
	const upper = product + limbs * 2;
	const lows = low + limbs * 4;
	const highs = high + limbs * 4 - 4;
	const pairs = result + PAIRS;
	for (let at: usize = 0; at < ((limbs * 4) as usize); at += 2 * VECTOR) {
		const halfAt = at >> 1;
		let s0 = i32x4.add(v128.load(lows + at), v128.load(highs + at));
		let s1 = i32x4.add(
			v128.load(lows + at, VECTOR),
			v128.load(highs + at, VECTOR),
		);
		s0 = i32x4.add(s0, v128.load_ext<i16>(upper + halfAt));
		s1 = i32x4.add(s1, v128.load_ext<i16>(upper + halfAt, 8));
		s0 = i32x4.add(s0, v128.load_ext<i16>(addend + halfAt));
		s1 = i32x4.add(s1, v128.load_ext<i16>(addend + halfAt, 8));
		s0 = i32x4.add(s0, more);
		more = i32x4.splat(0);
		s0 = i32x4.add(s0, v128.and(s0, double));
		s1 = i32x4.add(s1, v128.and(s1, double));
		const c0 = carriesOf(s0, rounded);
		const c1 = carriesOf(s1, rounded);
		const x0 = limbsOf(s0, c0, carries);
		const x1 = limbsOf(s1, c1, c0);
		v128.store(result + halfAt, i16x8.narrow_i32x4_s(x0, x1));
		v128.store(pairs + at, paired(previous, x0, mask));
		v128.store(pairs + at, paired(x0, x1, mask), VECTOR);
		carries = c1;
		previous = x1;
	}
	v128.store(pairs + limbs * 4, paired(previous, i32x4.splat(0), mask));
}

/** What column k comes to, with the product's limb. */
function column(k: i32): i64 {
	const sum = load<i32>(low + k * 4) + load<i32>(high + k * 4 - 4);
	return (sum + load<i16>(product + k * 2)) as i64;
}

/** Stores the limbs of the first `count` columns. */
function carry(to: usize, count: i32): void {
	const rounded = v128.load(half);
	let carries = i32x4.splat(0);
	for (let at: usize = 0; at < ((count * 4) as usize); at += 2 * VECTOR) {
		const s0 = i32x4.add(v128.load(low + at), v128.load(high + at - 4));
		const s1 = i32x4.add(
			v128.load(low + at, VECTOR),
			v128.load(high + at - 4, VECTOR),
		);
		const c0 = carriesOf(s0, rounded);
		const c1 = carriesOf(s1, rounded);
		v128.store(
			to + (at >> 1),
			i16x8.narrow_i32x4_s(limbsOf(s0, c0, carries), limbsOf(s1, c1, c0)),
		);
		carries = c1;
	}
}

function carriesOf(sums: v128, rounded: v128): v128 {
	return i32x4.shr_s(i32x4.add(sums, rounded), LIMB_BITS);
}

/** The sums without their carries, and with those from the columns below. */
function limbsOf(sums: v128, carries: v128, previous: v128): v128 {
	return i32x4.add(
		i32x4.sub(sums, i32x4.shl(carries, LIMB_BITS)),
		v128.shuffle<i32>(previous, carries, 3, 4, 5, 6),
	);
}

/** Sums columns of a·b, from a multiple of 8 on; `a` needs its limbs alone and `b` its pairs. */
function sumColumns(a: usize, b: usize, from: i32, to: i32): void {
	for (let k = from; k < to; k += BLOCK) {
		let i = max(0, k - limbs);
		const last = min(limbs, k + BLOCK);
		let isFirst = true;
		while (i < last) {
			const stop = min(i + CHUNK, last);
			let s0 = i32x4.splat(0);
			let s1 = i32x4.splat(0);
			let s2 = i32x4.splat(0);
			let s3 = i32x4.splat(0);
			const end = a + stop * 2;
			let ys = b + PAIRS + (k - i) * 4;
			for (let xs = a + i * 2; xs < end; xs += 16, ys -= 32) {
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
			split(k, isFirst, s0, s1, s2, s3);
			isFirst = false;
			i = stop;
		}
	}
}

/** Sums the columns of a². */
function sumSquare(a: usize): void {
	for (let k: i32 = 0; k < 2 * limbs; k += BLOCK) {
		let i = max(0, k - limbs);
		const last = k >> 1;
		let isFirst = true;
		let s0: v128, s1: v128, s2: v128, s3: v128;
		// The products a_i·a_j where i < k/2 ≤ j count twice.
		while (true) {
			const stop = min(i + SQUARE_CHUNK, last);
			s0 = i32x4.splat(0);
			s1 = i32x4.splat(0);
			s2 = i32x4.splat(0);
			s3 = i32x4.splat(0);
			const end = a + stop * 2;
			let ys = a + PAIRS + (k - i) * 4;
			for (let xs = a + i * 2; xs < end; xs += 16, ys -= 32) {
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
			s0 = i32x4.add(s0, s0);
			s1 = i32x4.add(s1, s1);
			s2 = i32x4.add(s2, s2);
			s3 = i32x4.add(s3, s3);
			if (stop === last) break;
			split(k, isFirst, s0, s1, s2, s3);
			isFirst = false;
			i = stop;
		}
		// Those where i and j are both from k/2 on count once.
		const first = v128.load(fromFirst);
		const third = v128.load(fromThird);
		const xs = a + last * 2;
		const ys = a + PAIRS + last * 4;
		const ye = v128.load(ys);
		const yo = v128.load(ys - 8);
		const y2 = v128.load(ys, 8);
		const y4 = v128.load(ys, 16);
		const y6 = v128.load(ys, 24);
		const y8 = v128.load(ys, 32);
		const y10 = v128.load(ys, 40);
		const y0 = v128.and(ye, first);
		const yz = v128.and(yo, third);
		let x = v128.load32_splat(xs);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, y0));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y4));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y8));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(ys, 48)));
		x = v128.load32_splat(xs, 4);
		s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, yz));
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y2));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y6));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y10));
		x = v128.load32_splat(xs, 8);
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, y0));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y4));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y8));
		x = v128.load32_splat(xs, 12);
		s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, yz));
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y2));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y6));
		x = v128.load32_splat(xs, 16);
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, y0));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y4));
		x = v128.load32_splat(xs, 20);
		s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, yz));
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y2));
		x = v128.load32_splat(xs, 24);
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, y0));
		x = v128.load32_splat(xs, 28);
		s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, yz));
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
