/**
 * Inverses: modulo many primes at once, in double precision, and modulo the step of the window.
 */

/**
 * Replaces x by 1/x mod r for each lane, −r … r; what is stored where r divides x is of no use. Euclid's algorithm with
 * the least remainder in size, on all lanes side by side: a lane that has ended stays as it is, since its quotient is
 * masked, until the last one ends. Numbers stay below r and products below 3/2·r, far from 2^53: all is exact.
 *
 * @param primes f64, odd
 * @param values f64, −r/2 … r/2
 * @param count how many, a multiple of 8
 */
export function inversesModulo(primes: usize, values: usize, count: u32): void {
	const zero = f64x2.splat(0);
	const one = f64x2.splat(1);
	for (let at: usize = 0; at < (count as usize) << 3; at += 64) {
		// Invariant: a ≡ u·x and b ≡ v·x (mod r).
		let a0 = v128.load(primes + at);
		let a1 = v128.load(primes + at, 16);
		let a2 = v128.load(primes + at, 32);
		let a3 = v128.load(primes + at, 48);
		let b0 = v128.load(values + at);
		let b1 = v128.load(values + at, 16);
		let b2 = v128.load(values + at, 32);
		let b3 = v128.load(values + at, 48);
		let u0 = zero;
		let u1 = zero;
		let u2 = zero;
		let u3 = zero;
		let v0 = one;
		let v1 = one;
		let v2 = one;
		let v3 = one;
		for (;;) {
			const q0 = quotient(a0, b0);
			const q1 = quotient(a1, b1);
			const q2 = quotient(a2, b2);
			const q3 = quotient(a3, b3);
			a0 = f64x2.sub(a0, f64x2.mul(q0, b0));
			a1 = f64x2.sub(a1, f64x2.mul(q1, b1));
			a2 = f64x2.sub(a2, f64x2.mul(q2, b2));
			a3 = f64x2.sub(a3, f64x2.mul(q3, b3));
			u0 = f64x2.sub(u0, f64x2.mul(q0, v0));
			u1 = f64x2.sub(u1, f64x2.mul(q1, v1));
			u2 = f64x2.sub(u2, f64x2.mul(q2, v2));
			u3 = f64x2.sub(u3, f64x2.mul(q3, v3));
			const p0 = quotient(b0, a0);
			const p1 = quotient(b1, a1);
			const p2 = quotient(b2, a2);
			const p3 = quotient(b3, a3);
			b0 = f64x2.sub(b0, f64x2.mul(p0, a0));
			b1 = f64x2.sub(b1, f64x2.mul(p1, a1));
			b2 = f64x2.sub(b2, f64x2.mul(p2, a2));
			b3 = f64x2.sub(b3, f64x2.mul(p3, a3));
			v0 = f64x2.sub(v0, f64x2.mul(p0, u0));
			v1 = f64x2.sub(v1, f64x2.mul(p1, u1));
			v2 = f64x2.sub(v2, f64x2.mul(p2, u2));
			v3 = f64x2.sub(v3, f64x2.mul(p3, u3));
			const open = v128.or(
				v128.or(bothOpen(a0, b0), bothOpen(a1, b1)),
				v128.or(bothOpen(a2, b2), bothOpen(a3, b3)),
			);
			if (!v128.any_true(open)) break;
		}
		// One of a and b is 0, the other 1 or −1.
		v128.store(values + at, f64x2.add(f64x2.mul(a0, u0), f64x2.mul(b0, v0)));
		v128.store(
			values + at,
			f64x2.add(f64x2.mul(a1, u1), f64x2.mul(b1, v1)),
			16,
		);
		v128.store(
			values + at,
			f64x2.add(f64x2.mul(a2, u2), f64x2.mul(b2, v2)),
			32,
		);
		v128.store(
			values + at,
			f64x2.add(f64x2.mul(a3, u3), f64x2.mul(b3, v3)),
			48,
		);
	}
}

/** a/b to the nearest integer; 0 where b is 0. */
function quotient(a: v128, b: v128): v128 {
	const isOpen = f64x2.ne(b, f64x2.splat(0));
	return v128.and(f64x2.nearest(f64x2.div(a, b)), isOpen);
}

function bothOpen(a: v128, b: v128): v128 {
	return f64x2.ne(f64x2.mul(a, b), f64x2.splat(0));
}

/** Stores, for each x below m, −1/x mod m as f64, and 0 where x is not prime to m. */
export function fillNegativeInverses(at: usize, m: u32): void {
	store<f64>(at, 0);
	for (let x: u32 = 1; x < m; x++) {
		let a = m as i32;
		let b = x as i32;
		let u: i32 = 0;
		let v: i32 = 1;
		while (b !== 0) {
			const quotient = a / b;
			let next = a - quotient * b;
			a = b;
			b = next;
			next = u - quotient * v;
			u = v;
			v = next;
		}
		const negative = u > 0 ? m - (u as u32) : (-u as u32);
		store<f64>(at + (x << 3), a === 1 ? (negative as f64) : 0);
	}
}
