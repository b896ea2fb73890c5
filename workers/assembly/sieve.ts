/**
 * The combined sieve (Wiener, "Safe Prime Generation with a Combined Sieve", 2003) in AssemblyScript.
 *
 * The window is the candidates p(k) = P + m·k for k = 0 … length − 1. Bit k is set where a prime r of the
 * range divides p(k) or q(k) = (p(k) − 1)/2. One instance serves one window at a time: `prepare`, write the
 * limbs of X = (P + 1)/m, `strike` range by range, read the bits.
 *
 * With a factor f the candidates are p(k) = f·(X + m·k) + 3, for an X that is a multiple of 4 with f·X ≡ −4 (mod m):
 * then f divides (q(k) − 1)/2 … 4, and the limbs of f are written behind those of X. Both have half the size of p.
 */

import { inversesModulo } from "./inverses";
import { beginSegments, nextSegment, SEGMENT, segment } from "./primes";
import { LANES, LIMB_BITS, LOWEST_LIMB, residuesOf } from "./residues";

// Primes below this strike part by part of the window, so that the part stays in the first-level cache.
const SMALL_LIMIT: u32 = 262144;
const SMALL_CAPACITY: u32 = 23000; // π(262144)
const PART: u32 = 262144; // bits

const batch: usize = memory.data(LANES * 8, 16);
// The least k ≥ 0 at which each prime of the batch divides p(k), and q(k); before that, the residues of X.
const firstHits: usize = memory.data(LANES * 8, 16);
const secondHits: usize = memory.data(LANES * 8, 16);
const factorInverses: usize = memory.data(LANES * 8, 16);
const small: usize = memory.data(SMALL_CAPACITY * 12);

let smallCount: u32 = 0;
let limbs: usize = 0;
let limbCount: u32 = 0;
let factorLimbs: usize = 0;
let factorLimbCount: u32 = 0;
let modulus: u32 = 0;
let negativeInverses: usize = 0;
let window: usize = 0;
let windowLength: u32 = 0;

/**
 * Lays out a window of `length` candidates (a multiple of 32) whose start X has `count` limbs and whose step is `m`;
 * `factorCount` is the number of limbs of the factor, 0 for a window without one.
 */
export function prepare(
	count: u32,
	m: u32,
	length: u32,
	factorCount: u32,
): void {
	limbCount = count;
	factorLimbCount = factorCount;
	modulus = m;
	windowLength = length;
	limbs = (__heap_base + 15) & ~15;
	factorLimbs = limbs + ((count << 3) as usize);
	negativeInverses = factorLimbs + ((factorCount << 3) as usize);
	window = (negativeInverses + ((m << 3) as usize) + 15) & ~15;
	const end = window + ((length >> 3) as usize);
	const pages = ((end + 65535) >> 16) as i32;
	if (pages > memory.size()) memory.grow(pages - memory.size());
	memory.fill(window, 0, (length >> 3) as usize);
	fillNegativeInverses();
}

/** The size of the limbs of X. */
export function limbBits(): u32 {
	return LIMB_BITS;
}

/** What each limb of X but the highest must at least be; it is below that plus 2^limbBits. */
export function lowestLimb(): f64 {
	return LOWEST_LIMB;
}

/** Where the host writes the limbs of X, as f64, the highest first. */
export function limbsAt(): usize {
	return limbs;
}

/** Where the host writes the limbs of the factor, as f64, the highest first. */
export function factorLimbsAt(): usize {
	return factorLimbs;
}

/** Where the host reads the window: bit k & 31 of the 32-bit word k >> 5. */
export function windowAt(): usize {
	return window;
}

/** Strikes with every odd prime of low … high − 1 that does not divide m; both are even, high at most 2^28 or, fused, 2^31. */
export function strike(low: u32, high: u32): void {
	let filled: u32 = 0;
	smallCount = 0;
	beginSegments(low, high);
	for (let start = low; start < high; start += SEGMENT << 1) {
		const span = min(SEGMENT, (high - start) >> 1);
		nextSegment(start, span);
		for (let at: u32 = 0; at < span; at += 16) {
			let primes =
				~i8x16.bitmask(i8x16.ne(v128.load(segment + at), i8x16.splat(0))) &
				0xffff;
			while (primes !== 0) {
				const index = at + ctz(primes);
				primes &= primes - 1;
				const prime = start + (index << 1) + 1;
				if (index >= span || dividesModulus(prime)) continue;
				store<f64>(batch + (filled << 3), prime as f64);
				if (++filled === LANES) {
					strikeBatch(filled);
					filled = 0;
				}
			}
		}
	}
	if (filled > 0) {
		for (let i = filled; i < LANES; i++) store<f64>(batch + (i << 3), 3);
		strikeBatch(filled);
	}
	strikeSmall();
}

function dividesModulus(prime: u32): bool {
	return prime <= modulus && modulus % prime === 0;
}

/**
 * The strikes of a batch of primes; only the first `filled` lanes count. With X = (P + 1)/m, r divides
 * p(k) = m·(X + k) − 1 where k ≡ 1/m − X, and q(k) = (p(k) − 1)/2 where k ≡ 2/m − X (mod r). With a factor f, r divides
 * p(k) = f·(X + m·k) + 3 where k ≡ −(3/f + X)/m, and q(k) where k ≡ −(2/f + X)/m, which is 1/(f·m) further.
 */
function strikeBatch(filled: u32): void {
	residuesOf(limbs, limbCount, batch, firstHits);
	if (factorLimbCount > 0) {
		residuesOf(factorLimbs, factorLimbCount, batch, factorInverses);
		inversesModulo(batch, factorInverses, LANES);
	}
	const end = f64x2.splat(windowLength as f64);
	const m = f64x2.splat(modulus as f64);
	const reciprocal = f64x2.splat(1.0 / (modulus as f64));
	let some = f64x2.lt(m, m);
	for (let at: usize = 0; at < LANES * 8; at += 16) {
		const r = v128.load(batch + at);
		const inverse = inverseOfModulus(r, m, reciprocal);
		const start = v128.load(firstHits + at);
		let first: v128;
		let between: v128;
		if (factorLimbCount === 0) {
			between = inverse;
			first = belowPrime(f64x2.sub(inverse, start), r);
		} else {
			// 3/f + X, from −2r to 2r, and then its product with −1/m.
			const u = v128.load(factorInverses + at);
			const three = f64x2.add(f64x2.add(u, u), f64x2.add(u, start));
			const sum = belowPrime(withinPrime(three, r), r);
			first = belowPrime(productsModulo(f64x2.neg(sum), inverse, r), r);
			between = belowPrime(productsModulo(u, inverse, r), r);
		}
		const second = belowPrime(f64x2.add(first, between), r);
		some = v128.or(some, f64x2.lt(f64x2.min(first, second), end));
		v128.store(firstHits + at, first);
		v128.store(secondHits + at, second);
	}
	if (!v128.any_true(some) && load<f64>(batch) >= (SMALL_LIMIT as f64)) return;
	for (let lane: u32 = 0; lane < filled; lane++) {
		const at = (lane << 3) as usize;
		strikePrime(
			load<f64>(batch + at) as u32,
			load<f64>(firstHits + at) as u32,
			load<f64>(secondHits + at) as u32,
		);
	}
}

/**
 * 1/m mod r, exactly: r·t + 1 is a multiple of m for t = −1/r mod m. Quotients by m are taken with its reciprocal: r/m
 * is at least 1/m away from an integer, and r·t + 1 is below 2^44, so that its error is nothing beside that.
 */
function inverseOfModulus(r: v128, m: v128, reciprocal: v128): v128 {
	const classes = f64x2.sub(
		r,
		f64x2.mul(m, f64x2.floor(f64x2.mul(r, reciprocal))),
	);
	const t = f64x2.replace_lane(
		f64x2.splat(negativeInverse(f64x2.extract_lane(classes, 0))),
		1,
		negativeInverse(f64x2.extract_lane(classes, 1)),
	);
	const multiple = f64x2.add(f64x2.mul(r, t), f64x2.splat(1));
	return f64x2.nearest(f64x2.mul(multiple, reciprocal));
}

function negativeInverse(residueClass: f64): f64 {
	return load<f64>(negativeInverses + ((residueClass as u32) << 3));
}

/**
 * x·y mod r in −r … r, for |x| and |y| up to r: below 2^31 with a fused multiply-add, which gives the low half of the
 * product without an error, and below 2^28 without, where 64-bit integers do.
 */
function productsModulo(x: v128, y: v128, r: v128): v128 {
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
function withinPrime(x: v128, r: v128): v128 {
	return f64x2.sub(x, f64x2.mul(f64x2.nearest(f64x2.div(x, r)), r));
}

/** x in −r … 2r − 1 as 0 … r − 1. */
function belowPrime(x: v128, r: v128): v128 {
	const positive = f64x2.add(x, v128.and(r, f64x2.lt(x, f64x2.splat(0))));
	return f64x2.sub(positive, v128.and(r, f64x2.ge(positive, r)));
}

/** Strikes k = first and second modulo r, at once or, for the small primes, later and part by part. */
function strikePrime(r: u32, first: u32, second: u32): void {
	if (r < SMALL_LIMIT) {
		const entry = small + smallCount++ * 12;
		store<u32>(entry, r);
		store<u32>(entry, first, 4);
		store<u32>(entry, second, 8);
		return;
	}
	for (let k = first; k < windowLength; k += r) set(k);
	for (let k = second; k < windowLength; k += r) set(k);
}

/** The strikes of the small primes, part by part of the window. */
function strikeSmall(): void {
	for (let part: u32 = 0; part < windowLength; part += PART) {
		const end = min(part + PART, windowLength);
		for (let i: u32 = 0; i < smallCount; i++) {
			const entry = small + i * 12;
			const r = load<u32>(entry);
			let k = load<u32>(entry, 4);
			for (; k < end; k += r) set(k);
			store<u32>(entry, k, 4);
			k = load<u32>(entry, 8);
			for (; k < end; k += r) set(k);
			store<u32>(entry, k, 8);
		}
	}
}

function set(k: u32): void {
	const word = window + ((k >> 5) << 2);
	store<u32>(word, load<u32>(word) | (1 << (k & 31)));
}

/** −1/x mod m for each x prime to m. */
function fillNegativeInverses(): void {
	for (let x: u32 = 1; x < modulus; x++) {
		let a = modulus as i32;
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
		if (a !== 1) continue;
		store<f64>(
			negativeInverses + (x << 3),
			(u > 0 ? modulus - (u as u32) : (-u as u32)) as f64,
		);
	}
}
