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
/** −1/N mod 2^104, two limbs. */
export const inverse: usize = memory.data(32, 16);
/** All ones in a lane where products are to be doubled. */
export const doubling: usize = memory.data(16, 16);
/** The size of an operand in use, in bytes. */
export let end: usize = 0;

const quotients: usize = memory.data(OPERAND, 16);
/** What each column's sum begins with; what is added to the upper half's is added to every product. */
export const bias: usize = memory.data(2 * OPERAND, 16);
/** Two columns below R and what they carry, until their quotients' products are added. */
const columns: usize = memory.data(48, 16);
const resultCarry: usize = memory.data(16, 16);

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
// What the products of the quotients bring into their own two columns besides their value.
const BIAS_0: i64 = LOW_PATTERN;
const BIAS_1: i64 = 2 * LOW_PATTERN - HIGH_PATTERN;

// Constants are read from memory on purpose: V8 builds literal vectors anew wherever they are used, in loops too.
const high104: usize = memory.data(16, 16);
const low104: usize = memory.data(16, 16);
const mask52: usize = memory.data(16, 16);
const two52: usize = memory.data(16, 16);
const bias0: usize = memory.data(16, 16);
const bias1: usize = memory.data(16, 16);
const slack: usize = memory.data(16, 16);

/** Gets ready for numbers of `limbs` limbs, an even count. */
export function prepare(limbs: i32): void {
	end = (limbs as usize) * VECTOR;
	v128.store(high104, f64x2.splat(HIGH));
	v128.store(low104, f64x2.splat(LOW));
	v128.store(mask52, i64x2.splat(0x000fffffffffffff));
	v128.store(two52, f64x2.splat(4503599627370496));
	v128.store(bias0, i64x2.splat(BIAS_0));
	v128.store(bias1, i64x2.splat(BIAS_1));
	v128.store(slack, i64x2.splat(SLACK - SLACK_CARRY));
	v128.store(doubling, i64x2.splat(0));
	for (let k: i32 = 0; k < 2 * limbs; k++) {
		// Column k holds this many low halves of a·b, and as many of q·N; and the high halves of column k − 1.
		const lows = min(k + 1, 2 * limbs - 1 - k) as i64;
		const highs = min(k, 2 * limbs - k) as i64;
		let start = 2 * (lows * LOW_PATTERN - highs * HIGH_PATTERN);
		if (k < limbs) start += SLACK - (k & 1 ? BIAS_1 : BIAS_0);
		if (k > 0 && k <= limbs) start -= SLACK_CARRY;
		v128.store(bias + (k as usize) * VECTOR, i64x2.splat(start));
	}
}

/** result ← a·b/R mod N, or twice that where `doubling` says so. The result may be a or b. */
export function multiply(a: usize, b: usize, result: usize): void {
	const c1 = v128.load(high104);
	const c2 = v128.load(low104);
	const square = a === b;
	const top: usize = end - VECTOR;
	const last: usize = 2 * top;
	let carry = i64x2.splat(0);
	let x: v128, y0: v128, y1: v128, h0: v128, h1: v128;
	v128.store(resultCarry, i64x2.splat(SLACK_CARRY));

	// Columns k and k + 1 of a·b + q·N; s2 is what they give to the next.
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

		// The last two quotients' chain of operations ran beside the products above; their carry's runs beside those below.
		if (k > 0 && k <= end) carry = vanish(quotients + k - 2 * VECTOR, c1, c2);

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

		s0 = i64x2.add(s0, i64x2.add(carry, v128.load(bias + k)));
		s1 = i64x2.add(s1, v128.load(bias + k, VECTOR));
		if (k < end) {
			v128.store(columns, s0);
			v128.store(columns, s1, VECTOR);
			v128.store(columns, s2, 2 * VECTOR);
			quotientPair(s0, s1, xs, c1, c2);
		} else {
			carry = s2;
			resultPair(s0, s1, result + k - end);
		}
	}
}

/** Stores the two quotients that make two columns vanish modulo 2^104: −(s0 + s1·2^52)/N. */
function quotientPair(s0: v128, s1: v128, to: usize, c1: v128, c2: v128): void {
	const i0 = v128.load(inverse);
	const i1 = v128.load(inverse, VECTOR);
	const x0 = limb(s0);
	const x1 = limb(i64x2.add(s1, i64x2.shr_u(s0, 52)));
	const h00 = high(x0, i0, c1);
	const h01 = high(x0, i1, c1);
	const h10 = high(x1, i0, c1);
	// The low half of x0·i0, which may be negative: then the upper limb is one less.
	const l00 = i64x2.sub(v128.load(bias0), low(x0, i0, h00, c2));
	v128.store(to, limb(l00));
	const l01 = low(x0, i1, h01, c2);
	const l10 = low(x1, i0, h10, c2);
	const upper = i64x2.sub(h00, i64x2.shr_u(l00, 63));
	// Modulo 2^52 the patterns besides the values are 0 in h00, and in l01 and l10 together.
	v128.store(to, limb(i64x2.sub(i64x2.sub(upper, l01), l10)), VECTOR);
}

/** Adds the quotients' products that make the columns vanish, and returns what is carried on. */
function vanish(pair: usize, c1: v128, c2: v128): v128 {
	const q0 = v128.load(pair);
	const q1 = v128.load(pair, VECTOR);
	const n0 = v128.load(modulus);
	const n1 = v128.load(modulus, VECTOR);
	const h00 = high(q0, n0, c1);
	const h01 = high(q0, n1, c1);
	const h10 = high(q1, n0, c1);
	let s0 = i64x2.add(v128.load(columns), v128.load(bias0));
	let s1 = i64x2.add(v128.load(columns, VECTOR), v128.load(bias1));
	const s2 = i64x2.add(v128.load(columns, 2 * VECTOR), i64x2.add(h01, h10));
	s0 = i64x2.sub(s0, low(q0, n0, h00, c2));
	s1 = i64x2.add(s1, i64x2.sub(h00, low(q0, n1, h01, c2)));
	s1 = i64x2.sub(s1, low(q1, n0, h10, c2));
	s1 = i64x2.add(s1, i64x2.shr_u(s0, 52));
	return i64x2.add(s2, i64x2.shr_u(s1, 52));
}

/** Stores two limbs of the result, doubled where asked for. */
function resultPair(s0: v128, s1: v128, to: usize): void {
	const double = v128.load(doubling);
	const more = v128.load(slack);
	s0 = i64x2.add(i64x2.add(s0, v128.and(s0, double)), more);
	s1 = i64x2.add(i64x2.add(s1, v128.and(s1, double)), more);
	s0 = i64x2.add(s0, v128.load(resultCarry));
	s1 = i64x2.add(s1, i64x2.shr_u(s0, 52));
	v128.store(resultCarry, i64x2.shr_u(s1, 52));
	v128.store(to, limb(s0));
	v128.store(to, limb(s1), VECTOR);
}

/** The product's multiples of 2^52, as a pattern. */
function high(x: v128, y: v128, c1: v128): v128 {
	return f64x2.relaxed_madd(x, y, c1);
}

/** What `high` leaves of the product, as a pattern to be subtracted. */
function low(x: v128, y: v128, high: v128, c2: v128): v128 {
	return f64x2.relaxed_madd(x, y, f64x2.sub(c2, high));
}

/** The sum's lowest 52 bits as f64. */
function limb(sum: v128): v128 {
	const one = v128.load(two52);
	return f64x2.sub(v128.or(v128.and(sum, v128.load(mask52)), one), one);
}

/** Does a relaxed multiply-add round once on this machine? For x = 1 + 2^−30: x² − (1 + 2^−29) is 2^−60, or 0. */
export function fused(x: f64): bool {
	const v = f64x2.splat(x);
	const error = f64x2.relaxed_madd(v, v, f64x2.splat(1 - 2 * x));
	return f64x2.extract_lane(error, 0) > 0 && f64x2.extract_lane(error, 1) > 0;
}
