import { toZn } from "bigint-mod-arith";

/** a + b·x, where x² = c; 0 ≤ a, b < n. */
export interface Quadratic {
	readonly a: bigint;
	readonly b: bigint;
}

/** The numbers a + b·x modulo n, where x² = c: the field of n² elements where n is prime and c is not a square modulo n. */
export class QuadraticRing {
	readonly n: bigint;
	/** −n < c < n */
	readonly c: bigint;

	constructor(n: bigint, c: bigint) {
		this.n = n;
		this.c = c;
	}

	/** Any integers a and b. */
	element(a: bigint, b = 0n): Quadratic {
		return { a: toZn(a, this.n), b: toZn(b, this.n) };
	}

	multiply(u: Quadratic, v: Quadratic): Quadratic {
		return this.element(
			u.a * v.a + this.c * (u.b * v.b),
			u.a * v.b + u.b * v.a,
		);
	}

	/** By squaring: for small exponents. */
	power(u: Quadratic, exponent: number): Quadratic {
		let power = this.element(1n);
		for (const digit of exponent.toString(2)) {
			power = this.multiply(power, power);
			if (digit === "1") power = this.multiply(power, u);
		}
		return power;
	}

	/** a − b·x; for a prime n and c that is not a square it is the n-th power. */
	conjugate({ a, b }: Quadratic): Quadratic {
		return this.element(a, -b);
	}

	/** The product with the conjugate, 0 … n − 1. */
	norm({ a, b }: Quadratic): bigint {
		return toZn(a * a - this.c * (b * b), this.n);
	}
}

export function areEqual(u: Quadratic, v: Quadratic): boolean {
	return u.a === v.a && u.b === v.b;
}
