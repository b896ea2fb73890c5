/**
 * Montgomery multiplication in integers, for machines without a fused multiply-add; see docs/kernel.md.
 *
 * R = 2^(13·limbs) ≥ 16 N, and all values lie between −2 N and 2 N: a·b and m = −a·b/N mod R are whole products, and the
 * result is (a·b + m·N)/R. With m below 0.57 R in size (its limbs are at most 4614), that is at most
 * 4 N²/R + 0.57 N < 0.82 N in size: below 2 N after doubling, or with an addend of at most N.
 *
 * The limbs of a result are at most MAX_LIMB = 5160 in size again (integer-columns.ts has MAX_COLUMN):
 * - Of a·b and m a column passes on MAX_COLUMN/2^13 + 1/2, so that a limb is at most 2^12 + 518 = 4614.
 * - The result's columns have the upper limbs of a·b, an addend's and what the lower half carries besides: doubled,
 *   2·(MAX_COLUMN + 4614 + 519), so that a limb is at most 2^12 + 1037 = 5133.
 * - The topmost limb carries nothing: below 2^13/8 + 1038 in size, it is its own balanced remainder.
 */
import {
	carriesOf,
	half,
	high,
	LIMB_BITS,
	LIMBS,
	limbs,
	low,
	lowWord,
	OPERAND,
	PAIRS,
	paired,
	sumColumns,
	sumSquare,
	VECTOR,
} from "./integer-columns";

/** N, odd. */
export const modulus: usize = memory.data(OPERAND, 16);
/** −1/N mod R. */
export const inverse: usize = memory.data(OPERAND, 16);
/** An addend that adds nothing. */
export const zero: usize = memory.data(LIMBS, 16);

const product: usize = memory.data(2 * LIMBS, 16);
const quotient: usize = memory.data(LIMBS, 16);

/** result ← a·b/R + addend mod N; `square` is faster for a = b. The result may be a or b. */
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

	// With the product's lower half the columns below R add up to a multiple of R, and the highest three tell which: those
	// below them come to less than 2^−29 of R.
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

/** The sums without their carries, and with those from the columns below. */
function limbsOf(sums: v128, carries: v128, previous: v128): v128 {
	return i32x4.add(
		i32x4.sub(sums, i32x4.shl(carries, LIMB_BITS)),
		v128.shuffle<i32>(previous, carries, 3, 4, 5, 6),
	);
}
