/**
 * Arithmetic modulo two primes at once, in double precision.
 */

/**
 * 1/m mod r = (r·t + 1)/m for t = −1/r mod m, exactly: r·t + 1 is a multiple of m below 2^49, for r below 2^36 and m
 * below 2^13, so that its product with 1/m is off by less than 2^−15.
 */
export function inverseOfModulus(r: v128, t: v128, reciprocal: v128): v128 {
	const multiple = f64x2.add(f64x2.mul(r, t), f64x2.splat(1));
	return f64x2.nearest(f64x2.mul(multiple, reciprocal));
}

/**
 * x·y mod r in −r … r, for |x| and |y| up to r: below 2^36 with a fused multiply-add, and below 2^31 without, where
 * 64-bit integers do. Fused, the product is high + low without an error, |low| up to 2^18; the quotient, below 2^36 + 1,
 * is off by 1/2 + 2^−16, so that high − quotient·r, an integer of at most (1/2 + 2^−16)·r, is exact too.
 */
export function productsModulo(x: v128, y: v128, r: v128): v128 {
	if (ASC_FEATURE_RELAXED_SIMD) {
		const high = f64x2.mul(x, y);
		const low = f64x2.relaxed_madd(x, y, f64x2.neg(high));
		const quotient = f64x2.nearest(f64x2.div(high, r));
		return f64x2.add(f64x2.relaxed_nmadd(quotient, r, high), low);
	}
	return f64x2.replace_lane(
		f64x2.splat(
			productModulo(
				f64x2.extract_lane(x, 0),
				f64x2.extract_lane(y, 0),
				f64x2.extract_lane(r, 0),
			),
		),
		1,
		productModulo(
			f64x2.extract_lane(x, 1),
			f64x2.extract_lane(y, 1),
			f64x2.extract_lane(r, 1),
		),
	);
}

function productModulo(x: f64, y: f64, r: f64): f64 {
	return (((x as i64) * (y as i64)) % (r as i64)) as f64;
}

/** x mod r in −r … r, for |x| below 2^52. */
export function withinPrime(x: v128, r: v128): v128 {
	return f64x2.sub(x, f64x2.mul(f64x2.nearest(f64x2.div(x, r)), r));
}

/** x in −r … 2r − 1 as 0 … r − 1. */
export function belowPrime(x: v128, r: v128): v128 {
	const positive = f64x2.add(x, v128.and(r, f64x2.lt(x, f64x2.splat(0))));
	return f64x2.sub(positive, v128.and(r, f64x2.ge(positive, r)));
}
