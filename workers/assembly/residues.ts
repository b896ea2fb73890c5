/**
 * Residues of a long number X modulo many primes at once, by Horner's rule on the limbs of X, in double precision.
 * Compiled twice: with a fused multiply-add (relaxed SIMD) and without, where limbs are half as long.
 */

/** How many primes are taken at once. */
export const LANES: u32 = 8;

/** The limbs' size. Without a fused multiply-add, x·2^25 for |x| ≤ 2^27 and its quotient times r are exact below 2^53. */
export const LIMB_BITS: u32 = ASC_FEATURE_RELAXED_SIMD ? 50 : 25;

/**
 * Limbs below the highest are at least this. Fused: then every x exceeds 2^48, so that the quotient of x·2^50 by a
 * prime below 2^31 exceeds 2^52 and is an integer without being rounded to one.
 */
export const LOWEST_LIMB: f64 = ASC_FEATURE_RELAXED_SIMD ? 1125899906842624 : 0; // 2^50

const RADIX: f64 = ASC_FEATURE_RELAXED_SIMD ? 1125899906842624 : 33554432; // 2^LIMB_BITS

/**
 * @param limbs f64, the highest first
 * @param primes LANES odd primes, below 2^28 or, fused, 2^31, as f64
 * @param residues where X mod r goes, as f64, −r/2 … r/2
 */
export function residuesOf(
	limbs: usize,
	limbCount: u32,
	primes: usize,
	residues: usize,
): void {
	if (ASC_FEATURE_RELAXED_SIMD) {
		fusedResidues(limbs, limbs + (limbCount << 3), primes, residues);
	} else {
		plainResidues(limbs, limbs + (limbCount << 3), primes, residues);
	}
}

/**
 * x ← x·2^50 − q·r + limb with q = x·(2^50/r), both products taken with one rounding at the end: q is off by
 * 2^−52 of itself, so that x·2^50 − q·r is below 2^50 in size, 3/4 of it at most, and x between 2^48 and 2^52 though
 * each step takes in 50 bits. Only the last residue is brought to r/2 and below.
 */
function fusedResidues(
	limbs: usize,
	end: usize,
	primes: usize,
	residues: usize,
): void {
	const radix = f64x2.splat(RADIX);
	const r0 = v128.load(primes);
	const r1 = v128.load(primes, 16);
	const r2 = v128.load(primes, 32);
	const r3 = v128.load(primes, 48);
	const i0 = f64x2.div(radix, r0);
	const i1 = f64x2.div(radix, r1);
	const i2 = f64x2.div(radix, r2);
	const i3 = f64x2.div(radix, r3);
	// A multiple of r makes up for a highest limb that is small.
	const multiple = f64x2.splat(1048576); // 2^20
	const highest = v128.load64_splat(limbs);
	let x0 = f64x2.add(f64x2.mul(r0, multiple), highest);
	let x1 = f64x2.add(f64x2.mul(r1, multiple), highest);
	let x2 = f64x2.add(f64x2.mul(r2, multiple), highest);
	let x3 = f64x2.add(f64x2.mul(r3, multiple), highest);
	for (let at = limbs + 8; at < end; at += 8) {
		const limb = v128.load64_splat(at);
		const q0 = f64x2.mul(x0, i0);
		const q1 = f64x2.mul(x1, i1);
		const q2 = f64x2.mul(x2, i2);
		const q3 = f64x2.mul(x3, i3);
		x0 = f64x2.add(f64x2.relaxed_nmadd(q0, r0, f64x2.mul(x0, radix)), limb);
		x1 = f64x2.add(f64x2.relaxed_nmadd(q1, r1, f64x2.mul(x1, radix)), limb);
		x2 = f64x2.add(f64x2.relaxed_nmadd(q2, r2, f64x2.mul(x2, radix)), limb);
		x3 = f64x2.add(f64x2.relaxed_nmadd(q3, r3, f64x2.mul(x3, radix)), limb);
	}
	v128.store(residues, balanced(x0, r0));
	v128.store(residues, balanced(x1, r1), 16);
	v128.store(residues, balanced(x2, r2), 32);
	v128.store(residues, balanced(x3, r3), 48);
}

/** x mod r for |x| < 2^52, in −r/2 … r/2. */
function balanced(x: v128, r: v128): v128 {
	return f64x2.sub(x, f64x2.mul(f64x2.nearest(f64x2.div(x, r)), r));
}

/**
 * x ← x·2^25 + limb − q·r, with the quotient taken from x alone: it does not wait for the sum, and |x| stays below
 * r/2 + 2^25.
 */
function plainResidues(
	limbs: usize,
	end: usize,
	primes: usize,
	residues: usize,
): void {
	const radix = f64x2.splat(RADIX);
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
	v128.store(residues, balanced(x0, r0));
	v128.store(residues, balanced(x1, r1), 16);
	v128.store(residues, balanced(x2, r2), 32);
	v128.store(residues, balanced(x3, r3), 48);
}
