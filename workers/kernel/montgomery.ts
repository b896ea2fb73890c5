/**
 * Montgomery multiplication of two pairs of numbers at once, one pair in each lane of a vector; see docs/kernel.md.
 *
 * A number is limbs of 52 bits held as f64, the lowest first; R = 2^(52·limbs) ≥ 32 N, so that results stay below 4 N
 * and nothing is ever subtracted. The limb count is even: columns of the product are summed two at a time.
 */

export const VECTOR: usize = 16;
/** Above this many limbs a column's sum might not fit 64 bits. */
export const MAX_LIMBS: i32 = 330;
/** Room for one operand, in bytes. */
export const OPERAND: i32 = MAX_LIMBS * 16;

/** N, odd, in both lanes. */
export const modulus: usize = memory.data(OPERAND, 16);
const quotients: usize = memory.data(OPERAND, 16);
const bias: usize = memory.data(2 * OPERAND, 16);

// The exact product of two limbs in two halves. With a fused multiply-add,
//   high = x·y + 2^104 is rounded to a multiple of 2^52, by at most 2^51, and
//   low = x·y + (2^104 − 3·2^51 − high) is exact, in −2^53 … −2^52.
// Read as integers, the pattern of `high` rises by 1 for each 2^52 of the product, and that of `low` falls by 1 for
// each 1: columns are sums of patterns. What the patterns hold besides is known beforehand and is in `bias`.
const HIGH: f64 = 2.028240960365167e31; // 2^104
const LOW: f64 = 2.0282409603651664e31; // 2^104 − 3·2^51
const HIGH_PATTERN: i64 = 0x4670000000000000; // of 2^104
const LOW_PATTERN: i64 = -0x3cc8000000000000; // of −3·2^51, with the sign bit
// Every column gets this much more, so that it is positive, and passes on this much with its carry.
const SLACK: i64 = 0x4000000000000000;
const SLACK_CARRY: i64 = SLACK >> 52;

// Constants of the inner loops. They are read from memory on purpose: V8 builds literal vectors anew in every round.
const highConstant: usize = memory.data(16, 16);
const lowConstant: usize = memory.data(16, 16);
const negativeInverse: usize = memory.data(16, 16);
const resultCarry: usize = memory.data(16, 16);

/** All ones in a lane where products are to be doubled. */
export const doubling: usize = memory.data(16, 16);
/** The size of an operand in use, in bytes. */
export let end: usize = 0;

/** Gets ready for numbers of `limbs` limbs, an even count, once the modulus is written. */
export function prepare(limbs: i32): void {
	end = (limbs as usize) * VECTOR;
	v128.store(highConstant, f64x2.splat(HIGH));
	v128.store(lowConstant, f64x2.splat(LOW));
	v128.store(doubling, i64x2.splat(0));
	const inverses = i64x2.splat(negatedInverse(load<f64>(modulus)));
	v128.store(
		negativeInverse,
		i64x2.replace_lane(inverses, 1, negatedInverse(load<f64>(modulus, 8))),
	);
	for (let k: i32 = 0; k < 2 * limbs; k++) {
		// Column k holds this many low halves of a·b, and as many of q·N; and the high halves of column k − 1.
		const low = min(k + 1, 2 * limbs - 1 - k) as i64;
		const high = min(k, 2 * limbs - k) as i64;
		let start = 2 * (low * LOW_PATTERN - high * HIGH_PATTERN);
		if (k < limbs) start += SLACK;
		if (k > 0 && k <= limbs) start -= SLACK_CARRY;
		v128.store(bias + (k as usize) * VECTOR, i64x2.splat(start));
	}
}

/** −1/n mod 2^64 for odd n, by Newton's iteration: each round doubles the bits that are right. */
function negatedInverse(n: f64): i64 {
	const odd = n as i64;
	let inverse: i64 = 1;
	for (let bits = 1; bits < 64; bits *= 2) inverse *= 2 - odd * inverse;
	return -inverse;
}

/** result ← a·b/R mod N, or twice that where `doubling` says so. The result may be a or b. */
export function multiply(a: usize, b: usize, result: usize): void {
	const c1 = v128.load(highConstant);
	const c2 = v128.load(lowConstant);
	const square = a === b;
	const top: usize = end - VECTOR;
	const last: usize = 2 * top;
	let carry = i64x2.splat(0);
	let x: v128, y0: v128, y1: v128, h0: v128, h1: v128;
	v128.store(resultCarry, i64x2.splat(SLACK_CARRY));

	// Columns k and k + 1 of a·b + q·N; s2 collects what belongs to the next.
	for (let k: usize = 0; k <= last; k += 2 * VECTOR) {
		let s0 = i64x2.splat(0);
		let s1 = i64x2.splat(0);
		let s2 = i64x2.splat(0);

		// The products a_i·b_j, where i + j is k or k + 1; of a square those with i < j.
		let xs = a;
		let ys = b + k;
		let stop = square ? a + (k >> 1) : a + k + VECTOR;
		if (k >= end) {
			xs = a + k - top;
			ys = b + top;
			if (!square) stop = a + end;
			if (xs < stop) {
				x = v128.load(xs);
				y1 = v128.load(ys);
				h0 = high(x, y1, c1);
				s0 = i64x2.sub(s0, low(x, y1, h0, c2));
				s1 = i64x2.add(s1, h0);
				xs += VECTOR;
				ys -= VECTOR;
			}
		}
		y1 = v128.load(ys, VECTOR);
		if ((stop - xs) & VECTOR) {
			x = v128.load(xs);
			y0 = v128.load(ys);
			h0 = high(x, y0, c1);
			h1 = high(x, y1, c1);
			s0 = i64x2.sub(s0, low(x, y0, h0, c2));
			s1 = i64x2.add(s1, i64x2.sub(h0, low(x, y1, h1, c2)));
			s2 = i64x2.add(s2, h1);
			y1 = y0;
			xs += VECTOR;
			ys -= VECTOR;
		}
		for (; xs < stop; xs += 2 * VECTOR, ys -= 2 * VECTOR) {
			x = v128.load(xs);
			y0 = v128.load(ys);
			h0 = high(x, y0, c1);
			h1 = high(x, y1, c1);
			s0 = i64x2.sub(s0, low(x, y0, h0, c2));
			s1 = i64x2.add(s1, i64x2.sub(h0, low(x, y1, h1, c2)));
			s2 = i64x2.add(s2, h1);
			x = v128.load(xs, VECTOR);
			y1 = v128.load(ys - VECTOR);
			h0 = high(x, y1, c1);
			h1 = high(x, y0, c1);
			s0 = i64x2.sub(s0, low(x, y1, h0, c2));
			s1 = i64x2.add(s1, i64x2.sub(h0, low(x, y0, h1, c2)));
			s2 = i64x2.add(s2, h1);
		}
		if (k < end || (square && k < last)) {
			// One more in column k + 1: a_(k+1)·b_0, or a_(k/2)·a_(k/2 + 1).
			x = v128.load(xs);
			h1 = high(x, y1, c1);
			s1 = i64x2.sub(s1, low(x, y1, h1, c2));
			s2 = i64x2.add(s2, h1);
		}
		if (square) {
			x = v128.load(xs);
			h0 = high(x, x, c1);
			s0 = i64x2.sub(i64x2.add(s0, s0), low(x, x, h0, c2));
			s1 = i64x2.add(i64x2.add(s1, s1), h0);
			s2 = i64x2.add(s2, s2);
		}
		s0 = i64x2.add(s0, i64x2.add(carry, v128.load(bias + k)));
		s1 = i64x2.add(s1, v128.load(bias + k, VECTOR));

		// The products q_i·N_j with the quotients that are known.
		xs = quotients;
		ys = modulus + k;
		stop = quotients + k;
		if (k >= end) {
			xs = quotients + k - top;
			ys = modulus + top;
			stop = quotients + end;
			x = v128.load(xs);
			y1 = v128.load(ys);
			h0 = high(x, y1, c1);
			s0 = i64x2.sub(s0, low(x, y1, h0, c2));
			s1 = i64x2.add(s1, h0);
			xs += VECTOR;
			ys -= VECTOR;
		}
		y1 = v128.load(ys, VECTOR);
		for (; xs < stop; xs += 2 * VECTOR, ys -= 2 * VECTOR) {
			x = v128.load(xs);
			y0 = v128.load(ys);
			h0 = high(x, y0, c1);
			h1 = high(x, y1, c1);
			s0 = i64x2.sub(s0, low(x, y0, h0, c2));
			s1 = i64x2.add(s1, i64x2.sub(h0, low(x, y1, h1, c2)));
			s2 = i64x2.add(s2, h1);
			x = v128.load(xs, VECTOR);
			y1 = v128.load(ys - VECTOR);
			h0 = high(x, y1, c1);
			h1 = high(x, y0, c1);
			s0 = i64x2.sub(s0, low(x, y1, h0, c2));
			s1 = i64x2.add(s1, i64x2.sub(h0, low(x, y0, h1, c2)));
			s2 = i64x2.add(s2, h1);
		}

		if (k < end) {
			// The two quotients that make these columns vanish modulo 2^52.
			const inverse = v128.load(negativeInverse);
			y0 = v128.load(modulus);
			x = quotient(s0, inverse);
			v128.store(xs, x);
			h0 = high(x, y0, c1);
			h1 = high(x, y1, c1);
			s0 = i64x2.sub(s0, low(x, y0, h0, c2));
			s1 = i64x2.add(s1, i64x2.sub(h0, low(x, y1, h1, c2)));
			s1 = i64x2.add(s1, i64x2.shr_u(s0, 52));
			s2 = i64x2.add(s2, h1);
			x = quotient(s1, inverse);
			v128.store(xs, x, VECTOR);
			h1 = high(x, y0, c1);
			s1 = i64x2.sub(s1, low(x, y0, h1, c2));
			carry = i64x2.add(i64x2.add(s2, h1), i64x2.shr_u(s1, 52));
		} else {
			const at = result + k - end;
			const twice = v128.load(doubling);
			const slack = i64x2.splat(SLACK - SLACK_CARRY);
			carry = s2;
			s0 = i64x2.add(i64x2.add(s0, v128.and(s0, twice)), slack);
			s0 = i64x2.add(s0, v128.load(resultCarry));
			s1 = i64x2.add(i64x2.add(s1, v128.and(s1, twice)), slack);
			s1 = i64x2.add(s1, i64x2.shr_u(s0, 52));
			v128.store(resultCarry, i64x2.shr_u(s1, 52));
			v128.store(at, limb(s0));
			v128.store(at, limb(s1), VECTOR);
		}
	}
}

/** The product's multiples of 2^52, as a pattern. */
function high(x: v128, y: v128, c1: v128): v128 {
	return f64x2.relaxed_madd(x, y, c1);
}

/** What `high` leaves of the product, as a pattern to be subtracted. */
function low(x: v128, y: v128, high: v128, c2: v128): v128 {
	return f64x2.relaxed_madd(x, y, f64x2.sub(c2, high));
}

/** −sum/N mod 2^52. The sum's bias allows for the product q·N_0 to come: bit 51 is off. */
function quotient(sum: v128, inverse: v128): v128 {
	const bits = v128.and(
		i64x2.mul(sum, inverse),
		i64x2.splat(0x000fffffffffffff),
	);
	return f64x2.sub(
		v128.xor(bits, i64x2.splat(0x4338000000000000)),
		f64x2.splat(4503599627370496),
	);
}

/** The sum's lowest 52 bits as f64. */
function limb(sum: v128): v128 {
	const bits = v128.and(sum, i64x2.splat(0x000fffffffffffff));
	return f64x2.sub(
		v128.or(bits, i64x2.splat(0x4330000000000000)),
		f64x2.splat(4503599627370496),
	);
}

/** Does a relaxed multiply-add round once on this machine? For x = 1 + 2^−30: x² − (1 + 2^−29) is 2^−60, or 0. */
export function fused(x: f64): bool {
	const v = f64x2.splat(x);
	const error = f64x2.relaxed_madd(v, v, f64x2.splat(1 - 2 * x));
	return f64x2.extract_lane(error, 0) > 0 && f64x2.extract_lane(error, 1) > 0;
}
