/**
 * The combined sieve (Wiener, "Safe Prime Generation with a Combined Sieve", 2003) in AssemblyScript.
 *
 * The window is the candidates p(k) = P + m·k for k = 0 … length − 1. Bit k is set where a prime r of the
 * range divides p(k) or q(k) = (p(k) − 1)/2. One instance serves one window at a time: `prepare`, write the
 * limbs of P, `strike` range by range, read the bits.
 */

import { beginSegments, nextSegment, SEGMENT, segment } from "./primes";
import { LANES, LIMB_BITS, LOWEST_LIMB, residuesOf } from "./residues";

// Primes below this strike part by part of the window, so that the part stays in the first-level cache.
const SMALL_LIMIT: u32 = 262144;
const SMALL_CAPACITY: u32 = 23000; // π(262144)
const PART: u32 = 262144; // bits

const batch: usize = memory.data(LANES * 8, 16);
const batchResidues: usize = memory.data(LANES * 8, 16);
const small: usize = memory.data(SMALL_CAPACITY * 12);

let smallCount: u32 = 0;
let limbs: usize = 0;
let limbCount: u32 = 0;
let modulus: u32 = 0;
let negativeInverses: usize = 0;
let window: usize = 0;
let windowLength: u32 = 0;

/** Lays out a window of `length` candidates (a multiple of 32) whose start has `count` limbs and whose step is `m`. */
export function prepare(count: u32, m: u32, length: u32): void {
	limbCount = count;
	modulus = m;
	windowLength = length;
	limbs = (__heap_base + 15) & ~15;
	negativeInverses = limbs + ((count << 3) as usize);
	window = (negativeInverses + ((m << 2) as usize) + 15) & ~15;
	const end = window + ((length >> 3) as usize);
	const pages = ((end + 65535) >> 16) as i32;
	if (pages > memory.size()) memory.grow(pages - memory.size());
	memory.fill(window, 0, (length >> 3) as usize);
	fillNegativeInverses();
}

/** The size of the limbs of P. */
export function limbBits(): u32 {
	return LIMB_BITS;
}

/** What each limb of P but the highest must at least be; it is below that plus 2^limbBits. */
export function lowestLimb(): f64 {
	return LOWEST_LIMB;
}

/** Where the host writes the limbs of P, as f64, the highest first. */
export function limbsAt(): usize {
	return limbs;
}

/** Where the host reads the window: bit k & 31 of the 32-bit word k >> 5. */
export function windowAt(): usize {
	return window;
}

/** Strikes with every odd prime of low … high − 1 that does not divide m; both are even, high at most 2^28. */
export function strike(low: u32, high: u32): void {
	let filled: u32 = 0;
	smallCount = 0;
	beginSegments(low);
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
				if (index >= span || modulus % prime === 0 || prime < 3) continue;
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

/** The strikes of a batch of primes; only the first `filled` lanes count. */
function strikeBatch(filled: u32): void {
	residuesOf(limbs, limbCount, batch, batchResidues);
	for (let i: u32 = 0; i < filled; i += 2) {
		strikePair(
			v128.load(batch + (i << 3)),
			v128.load(batchResidues + (i << 3)),
			filled - i,
		);
	}
}

/** r divides p(k) where k ≡ −P/m, and q(k) where k ≡ (1 − P)/m (mod r); P ≡ residue, of either sign. */
function strikePair(r: v128, residue: v128, lanes: u32): void {
	const m = f64x2.splat(modulus as f64);
	const reciprocal = f64x2.div(f64x2.splat(1), r);
	// 1/m mod r, exactly: r·t + 1 is a multiple of m for t = −1/r mod m.
	const classes = f64x2.sub(r, f64x2.mul(m, f64x2.floor(f64x2.div(r, m))));
	const t = f64x2.replace_lane(
		f64x2.splat(negativeInverse(f64x2.extract_lane(classes, 0))),
		1,
		negativeInverse(f64x2.extract_lane(classes, 1)),
	);
	const inverse = f64x2.nearest(
		f64x2.div(f64x2.add(f64x2.mul(r, t), f64x2.splat(1)), m),
	);
	// −P/m mod r, with P in two parts, so that no product exceeds 2^53.
	const high = f64x2.nearest(f64x2.mul(residue, f64x2.splat(1.0 / 16384)));
	const low = f64x2.sub(residue, f64x2.mul(high, f64x2.splat(16384)));
	const partial = reduce(f64x2.mul(high, inverse), r, reciprocal);
	const sum = f64x2.add(
		f64x2.mul(partial, f64x2.splat(16384)),
		f64x2.mul(low, inverse),
	);
	const first = nonNegative(f64x2.neg(reduce(sum, r, reciprocal)), r);
	const second = nonNegative(f64x2.sub(f64x2.add(first, inverse), r), r);
	const end = f64x2.splat(windowLength as f64);
	const some = v128.any_true(
		v128.or(f64x2.lt(first, end), f64x2.lt(second, end)),
	);
	if (!some && f64x2.extract_lane(r, 0) >= (SMALL_LIMIT as f64)) return;
	strikePrime(
		f64x2.extract_lane(r, 0) as u32,
		f64x2.extract_lane(first, 0) as u32,
		f64x2.extract_lane(second, 0) as u32,
	);
	if (lanes > 1) {
		strikePrime(
			f64x2.extract_lane(r, 1) as u32,
			f64x2.extract_lane(first, 1) as u32,
			f64x2.extract_lane(second, 1) as u32,
		);
	}
}

function negativeInverse(residueClass: f64): f64 {
	return load<u32>(negativeInverses + ((residueClass as u32) << 2)) as f64;
}

/** x mod r, in −r/2 … r/2. */
function reduce(x: v128, r: v128, reciprocal: v128): v128 {
	return f64x2.sub(x, f64x2.mul(f64x2.nearest(f64x2.mul(x, reciprocal)), r));
}

/** x in −r … r − 1 as 0 … r − 1. */
function nonNegative(x: v128, r: v128): v128 {
	return f64x2.add(x, v128.and(r, f64x2.lt(x, f64x2.splat(0))));
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
		store<u32>(
			negativeInverses + (x << 2),
			u > 0 ? modulus - (u as u32) : (-u as u32),
		);
	}
}
