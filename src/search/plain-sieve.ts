import { primesUpTo } from "../primality/small-primes.js";
import type { Window } from "./window.js";

/** How many odd numbers are sieved for primes at a time. */
const SEGMENT = 2 ** 17;

/**
 * What {@link sieve} does, in plain TypeScript: the specification of workers/assembly/sieve.ts, and what runs where there is
 * no WebAssembly.
 *
 * @param ranges [low, high) of even numbers, at most 2^36
 */
export function plainSieve(
	{ first, step, factor = 1n, length }: Window,
	ranges: Iterable<readonly [low: number, high: number]>,
): Uint32Array {
	const struck = new Uint32Array(length / 32);
	const distance = BigInt(step) * factor;
	for (const [low, high] of ranges) {
		for (const r of oddPrimes(low, high)) {
			const modulus = BigInt(r);
			const d = Number(distance % modulus);
			if (d === 0) continue;
			// p(k) = first + d·k: r divides it where k ≡ −first/d, and p(k) − 1 where k ≡ (1 − first)/d.
			const inverse = inverseModulo(d, r);
			const firstHit = productModulo(r - Number(first % modulus), inverse, r);
			const secondHit = (firstHit + inverse) % r;
			strike(struck, length, firstHit, r);
			strike(struck, length, secondHit, r);
		}
	}
	return struck;
}

function productModulo(a: number, b: number, r: number): number {
	const product = a * b;
	return product <= Number.MAX_SAFE_INTEGER
		? product % r
		: Number((BigInt(a) * BigInt(b)) % BigInt(r));
}

function strike(
	struck: Uint32Array,
	length: number,
	from: number,
	r: number,
): void {
	for (let k = from; k < length; k += r) {
		(struck[k >> 5] as number) |= 1 << (k & 31);
	}
}

/** The odd primes of low … high − 1 for even bounds, by the sieve of Eratosthenes, segment by segment. */
function* oddPrimes(low: number, high: number): Generator<number> {
	const base = primesUpTo(Math.floor(Math.sqrt(high))).slice(1);
	for (let start = low; start < high; start += 2 * SEGMENT) {
		const end = Math.min(start + 2 * SEGMENT, high);
		// Of the number start + 2·i + 1 at i.
		const isComposite = new Uint8Array((end - start) / 2);
		for (const prime of base) {
			const least = Math.max(prime, Math.ceil(start / prime));
			const multiple = prime * (least + 1 - (least % 2));
			for (let i = (multiple - start - 1) / 2; i < isComposite.length; ) {
				isComposite[i] = 1;
				i += prime;
			}
		}
		for (let i = 0; i < isComposite.length; i++) {
			const n = start + 2 * i + 1;
			if (isComposite[i] === 0 && n > 1) yield n;
		}
	}
}

/** 1/n modulo the prime r, which does not divide n, by Euclid's algorithm. */
function inverseModulo(n: number, r: number): number {
	let [a, b] = [r, n % r];
	let [u, v] = [0, 1];
	while (b !== 0) {
		const quotient = Math.floor(a / b);
		[a, b] = [b, a - quotient * b];
		[u, v] = [v, u - quotient * v];
	}
	return u < 0 ? u + r : u;
}
