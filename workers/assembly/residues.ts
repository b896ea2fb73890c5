/**
 * Residues of a long number X modulo many primes at once, by Horner's rule on the limbs of X, in double precision.
 * Compiled twice: with a fused multiply-add (relaxed SIMD) and without, where limbs are half as long.
 */

/** How many primes are taken at once. */
export const LANES: u32 = 16;

/** The limbs' size for primes below `high`; see below why. */
export function limbBitsBelow(high: u64): u32 {
	if (ASC_FEATURE_RELAXED_SIMD) return 50;
	return high <= 1 << 28 ? 25 : 22;
}

/** Limbs below the highest are at least this: fused, x then never gets small. */
export const LOWEST_LIMB: f64 = ASC_FEATURE_RELAXED_SIMD ? 1125899906842624 : 0; // 2^50

// Of each prime r: 2^50/r and r/2^50.
const quotients: usize = memory.data(LANES * 8, 16);
const scaled: usize = memory.data(LANES * 8, 16);

/**
 * @param limbs f64, the highest first
 * @param bits of a limb, by `limbBitsBelow`
 * @param primes LANES odd primes, as f64
 * @param residues where X mod r goes, as f64, −r/2 … r/2
 */
export function residuesOf(
	limbs: usize,
	limbCount: u32,
	bits: u32,
	primes: usize,
	residues: usize,
): void {
	const end = limbs + ((limbCount << 3) as usize);
	if (ASC_FEATURE_RELAXED_SIMD) {
		fusedResidues(limbs, end, primes, residues);
	} else {
		for (let at: usize = 0; at < LANES * 8; at += 64)
			plainResidues(limbs, end, bits, primes + at, residues + at);
	}
}

/**
 * x ← x·2^50 − q·r + limb for the product q = x·(2^50/r), which is not rounded to an integer since it is one. With
 * fused multiply-adds all is exact for every r up to 2^36, and beyond:
 *
 * - 2^50/r and its product with x are each rounded once: q is off by at most (2^−52 + 2^−106)·q, so that
 *   |x·2^50 − q·r| ≤ (1 + 2^−54)·x/4.
 * - Limbs are in 2^50 … 2^51 − 1. If 0 < x < 2^53/3, the next x is below 2^51 − 1 + x/4 + 2^−4 < 2^53/3, and above
 *   2^50 − x/4 − 2^−4 > 2^48. The first x is the highest limb, up to 2^50, and 2^14·r, in all at most 2^51.
 * - q is above 2^52 and thus an integer: 2^14·r·2^50/r = 2^64 is the least at first, 2^48·2^50/r ≥ 2^62 later.
 * - x − q·(r/2^50) is a multiple of 2^−50 below 2^50 units in size, and 2^50 times it plus the limb is an integer below
 *   2^53. Both are doubles: the one rounding of each multiply-add changes nothing.
 *
 * Three operations take in 50 bits of X. They wait for each other, some 11 cycles a limb, in which the two multipliers of
 * a core do 22 operations: 24 of them, for 16 primes, keep both busy. What depends on r alone is loaded, since sixteen
 * registers do not hold it; nothing waits for these loads.
 */
function fusedResidues(
	limbs: usize,
	end: usize,
	primes: usize,
	residues: usize,
): void {
	const radix = f64x2.splat(1125899906842624); // 2^50
	const down = f64x2.splat(1 / 1125899906842624);
	const multiple = f64x2.splat(16384);
	const highest = v128.load64_splat(limbs);
	for (let at: usize = 0; at < LANES * 8; at += 16) {
		const r = v128.load(primes + at);
		v128.store(quotients + at, f64x2.div(radix, r));
		v128.store(scaled + at, f64x2.mul(r, down));
		v128.store(residues + at, f64x2.add(f64x2.mul(r, multiple), highest));
	}
	let x0 = v128.load(residues);
	let x1 = v128.load(residues, 16);
	let x2 = v128.load(residues, 32);
	let x3 = v128.load(residues, 48);
	let x4 = v128.load(residues, 64);
	let x5 = v128.load(residues, 80);
	let x6 = v128.load(residues, 96);
	let x7 = v128.load(residues, 112);
	for (let at = limbs + 8; at < end; at += 8) {
		const limb = v128.load64_splat(at);
		x0 = f64x2.relaxed_madd(withoutQuotient(x0, 0), radix, limb);
		x1 = f64x2.relaxed_madd(withoutQuotient(x1, 16), radix, limb);
		x2 = f64x2.relaxed_madd(withoutQuotient(x2, 32), radix, limb);
		x3 = f64x2.relaxed_madd(withoutQuotient(x3, 48), radix, limb);
		x4 = f64x2.relaxed_madd(withoutQuotient(x4, 64), radix, limb);
		x5 = f64x2.relaxed_madd(withoutQuotient(x5, 80), radix, limb);
		x6 = f64x2.relaxed_madd(withoutQuotient(x6, 96), radix, limb);
		x7 = f64x2.relaxed_madd(withoutQuotient(x7, 112), radix, limb);
	}
	v128.store(residues, x0);
	v128.store(residues, x1, 16);
	v128.store(residues, x2, 32);
	v128.store(residues, x3, 48);
	v128.store(residues, x4, 64);
	v128.store(residues, x5, 80);
	v128.store(residues, x6, 96);
	v128.store(residues, x7, 112);
	for (let at: usize = 0; at < LANES * 8; at += 16) {
		const reciprocal = f64x2.mul(v128.load(quotients + at), down);
		const x = v128.load(residues + at);
		v128.store(residues + at, balanced(x, v128.load(primes + at), reciprocal));
	}
}

/** x − q·(r/2^50) for the primes r at this offset. */
function withoutQuotient(x: v128, at: usize): v128 {
	const q = f64x2.mul(x, v128.load(quotients + at));
	return f64x2.relaxed_nmadd(q, v128.load(scaled + at), x);
}

/** x mod r for |x| < 2^52, in −r/2 … r/2, or one more where x/r is rounded to the wrong side. */
function balanced(x: v128, r: v128, reciprocal: v128): v128 {
	return f64x2.sub(x, f64x2.mul(f64x2.nearest(f64x2.mul(x, reciprocal)), r));
}

/**
 * x ← x·2^b + limb − q·r, with the quotient taken from x alone: it does not wait for the sum, and |x| stays below
 * r/2 + 2^b. For r below 2^28 and b = 25, or 2^31 and 22, products and sums stay below 2^53 and are exact.
 */
function plainResidues(
	limbs: usize,
	end: usize,
	bits: u32,
	primes: usize,
	residues: usize,
): void {
	const radix = f64x2.splat((1 << bits) as f64);
	const one = f64x2.splat(1);
	const r0 = v128.load(primes);
	const r1 = v128.load(primes, 16);
	const r2 = v128.load(primes, 32);
	const r3 = v128.load(primes, 48);
	const i0 = f64x2.div(radix, r0);
	const i1 = f64x2.div(radix, r1);
	const i2 = f64x2.div(radix, r2);
	const i3 = f64x2.div(radix, r3);
	let x0 = f64x2.splat(0);
	let x1 = f64x2.splat(0);
	let x2 = f64x2.splat(0);
	let x3 = f64x2.splat(0);
	for (let at = limbs; at < end; at += 8) {
		const limb = v128.load64_splat(at);
		const q0 = f64x2.nearest(f64x2.mul(x0, i0));
		const q1 = f64x2.nearest(f64x2.mul(x1, i1));
		const q2 = f64x2.nearest(f64x2.mul(x2, i2));
		const q3 = f64x2.nearest(f64x2.mul(x3, i3));
		x0 = f64x2.sub(f64x2.add(f64x2.mul(x0, radix), limb), f64x2.mul(q0, r0));
		x1 = f64x2.sub(f64x2.add(f64x2.mul(x1, radix), limb), f64x2.mul(q1, r1));
		x2 = f64x2.sub(f64x2.add(f64x2.mul(x2, radix), limb), f64x2.mul(q2, r2));
		x3 = f64x2.sub(f64x2.add(f64x2.mul(x3, radix), limb), f64x2.mul(q3, r3));
	}
	v128.store(residues, balanced(x0, r0, f64x2.div(one, r0)));
	v128.store(residues, balanced(x1, r1, f64x2.div(one, r1)), 16);
	v128.store(residues, balanced(x2, r2, f64x2.div(one, r2)), 32);
	v128.store(residues, balanced(x3, r3, f64x2.div(one, r3)), 48);
}
