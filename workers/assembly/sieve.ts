/**
 * The combined sieve (Wiener, "Safe Prime Generation with a Combined Sieve", 2003) in AssemblyScript.
 *
 * The window is the candidates p(k) = P + m·k for k = 0 … length − 1. Bit k is set where a prime r of the
 * range divides p(k) or q(k) = (p(k) − 1)/2. One instance serves one window at a time: `prepare`, write the
 * limbs of X = (P + 1)/m, `strike` range by range, read the bits.
 *
 * With a factor f the candidates are p(k) = f·(X + m·k) + 3, for an X that is a multiple of 4 with f·X ≡ −4 (mod m):
 * then f divides (q(k) − 1)/2, and the limbs of f are written behind those of X. Both have half the size of p.
 */

import { fillNegativeInverses, inversesModulo } from "./inverses";
import {
	belowPrime,
	inverseOfModulus,
	productsModulo,
	withinPrime,
} from "./modular";
import {
	beginSegment,
	flagClass,
	nextClass,
	SEGMENT,
	segment,
	WHEEL,
} from "./primes";
import { LANES, LOWEST_LIMB, limbBitsBelow, residuesOf } from "./residues";

// Primes below this strike part by part of the window, so that the part stays in the first-level cache.
const SMALL_LIMIT: u32 = 262144;
const SMALL_CAPACITY: u32 = 23000; // π(262144)
const PART: u32 = 262144; // bits

const batch: usize = memory.data(LANES * 8, 16);
// −1/r mod m of each prime r of the batch.
const cofactors: usize = memory.data(LANES * 8, 16);
// The least k ≥ 0 at which each prime of the batch divides p(k), and behind them q(k); before that, the residues of X.
const firstHits: usize = memory.data(LANES * 16, 16);
const secondHits: usize = firstHits + LANES * 8;
const factorInverses: usize = memory.data(LANES * 8, 16);
// Of each small prime: the prime, and the next k at which it divides p(k), and q(k).
const small: usize = memory.data(SMALL_CAPACITY * 12);

let filled: u32 = 0;
let hasSmall: bool = false;
let smallCount: u32 = 0;
let bits: u32 = 0;
let limbs: usize = 0;
let limbCount: u32 = 0;
let factorLimbs: usize = 0;
let factorLimbCount: u32 = 0;
let modulus: u32 = 0;
let negativeInverses: usize = 0;
let window: usize = 0;
let windowLength: u32 = 0;

/**
 * Lays out a window of `length` candidates (a multiple of 32, at most 2^31) whose step is `m`, and room for `capacity`
 * limbs of its start X and as many of the factor.
 */
export function prepare(capacity: u32, m: u32, length: u32): void {
	modulus = m;
	windowLength = length;
	limbs = (__heap_base + 15) & ~15;
	factorLimbs = limbs + ((capacity << 3) as usize);
	negativeInverses = factorLimbs + ((capacity << 3) as usize);
	window = (negativeInverses + ((m << 3) as usize) + 15) & ~15;
	const end = window + ((length >> 3) as usize);
	const pages = ((end + 65535) >> 16) as i32;
	if (pages > memory.size()) memory.grow(pages - memory.size());
	memory.fill(window, 0, (length >> 3) as usize);
	fillNegativeInverses(negativeInverses, m);
}

/** The size of the limbs for primes below `high`. */
export function limbBits(high: f64): u32 {
	return limbBitsBelow(high as u64);
}

/** What each limb of X but the highest must at least be; it is below that plus 2^bits. */
export function lowestLimb(): f64 {
	return LOWEST_LIMB;
}

/** Sets the size of the limbs in bits, and how many X and the factor have; 0 for a window without a factor. */
export function setLimbs(size: u32, count: u32, factorCount: u32): void {
	bits = size;
	limbCount = count;
	factorLimbCount = factorCount;
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

/** Strikes with every odd prime of low … high − 1 that does not divide m; high is at most 2^31 or, fused, 2^36. */
export function strike(low: f64, high: f64): void {
	filled = 0;
	hasSmall = false;
	smallCount = 0;
	const least = low as u64;
	const end = high as u64;
	if (least <= 5 && end > 5) addPrime(5); // 3 divides m, and the classes hold neither
	const length = (WHEEL * SEGMENT) as u64;
	let start = least - (least % (WHEEL as u64));
	for (; start < end; start += length) {
		beginSegment(start, end);
		for (let c: u32 = 1; c < WHEEL; c = nextClass(c)) {
			const from: u32 = start + (c as u64) < least ? 1 : 0;
			strikeClass(start + (c as u64), from, min(end, start + length));
		}
	}
	if (filled > 0) strikeBatch();
	strikeSmall();
}

/** The primes first + 120·j below `end` for j from `from` on. */
function strikeClass(first: u64, from: u32, end: u64): void {
	if (first >= end) return;
	const span = ((end - first + (WHEEL - 1)) / WHEEL) as u32;
	flagClass((first % (WHEEL as u64)) as u32, span);
	if (from === 1) store<u8>(segment, 1);
	for (let at: u32 = 0; at < span; at += 64) {
		let primes = zeroBytes(segment + at);
		while (primes !== 0) {
			const j = at + (ctz(primes) as u32);
			primes &= primes - 1;
			addPrime(first + ((j * WHEEL) as u64));
		}
	}
}

/** Which of 64 bytes are 0, the first in bit 0. */
function zeroBytes(at: usize): u64 {
	let bits: u64 = 0;
	for (let i: u32 = 0; i < 64; i += 16) {
		const zeros = i8x16.eq(v128.load(at + i), i8x16.splat(0));
		bits |= (i8x16.bitmask(zeros) as u64) << i;
	}
	return bits;
}

/** Adds a prime to the batch, unless it divides m, and strikes when the batch is full. */
function addPrime(prime: u64): void {
	const residue = (prime % (modulus as u64)) as u32;
	const cofactor = load<f64>(negativeInverses + (residue << 3));
	if (cofactor === 0) return;
	if (prime < (SMALL_LIMIT as u64)) hasSmall = true;
	const at = (filled << 3) as usize;
	store<f64>(batch + at, prime as f64);
	store<f64>(cofactors + at, cofactor);
	if (++filled === LANES) strikeBatch();
}

/**
 * The strikes of a batch of primes. With X = (P + 1)/m, r divides
 * p(k) = m·(X + k) − 1 where k ≡ 1/m − X, and q(k) = (p(k) − 1)/2 where k ≡ 2/m − X (mod r). With a factor f, r divides
 * p(k) = f·(X + m·k) + 3 where k ≡ −(3/f + X)/m, and q(k) where k ≡ −(2/f + X)/m, which is 1/(f·m) further.
 */
function strikeBatch(): void {
	for (let i = filled; i < LANES; i++) store<f64>(batch + (i << 3), 3);
	residuesOf(limbs, limbCount, bits, batch, firstHits);
	if (factorLimbCount > 0) {
		residuesOf(factorLimbs, factorLimbCount, bits, batch, factorInverses);
		inversesModulo(batch, factorInverses, LANES);
	}
	const end = f64x2.splat(windowLength as f64);
	const reciprocal = f64x2.splat(1.0 / (modulus as f64));
	let least = end;
	for (let at: usize = 0; at < LANES * 8; at += 16) {
		const r = v128.load(batch + at);
		const inverse = inverseOfModulus(r, v128.load(cofactors + at), reciprocal);
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
		least = f64x2.pmin(least, f64x2.pmin(first, second));
		v128.store(firstHits + at, first);
		v128.store(secondHits + at, second);
	}
	if (hasSmall) strikeSmallLater();
	else if (v128.any_true(f64x2.lt(least, end))) strikeHits();
	filled = 0;
	hasSmall = false;
}

/** Strikes k = first and second of each prime, at once or, for the small primes, later and part by part. */
function strikeSmallLater(): void {
	for (let lane: u32 = 0; lane < filled; lane++) {
		const r = load<f64>(batch + (lane << 3));
		const first = load<f64>(firstHits + (lane << 3)) as u32;
		const second = load<f64>(secondHits + (lane << 3)) as u32;
		if (r < (SMALL_LIMIT as f64)) {
			const entry = small + smallCount++ * 12;
			store<u32>(entry, r as u32);
			store<u32>(entry, first, 4);
			store<u32>(entry, second, 8);
		} else {
			strikeFrom(first, r);
			strikeFrom(second, r);
		}
	}
}

/** Most large primes divide nothing in the window. Bit i of `hits` is lane i of the first hits, bit 16 + i of the second. */
function strikeHits(): void {
	const end = f64x2.splat(windowLength as f64);
	let hits: u32 = 0;
	for (let lane: u32 = 0; lane < LANES * 2; lane += 2) {
		const k = v128.load(firstHits + (lane << 3));
		hits |= (i64x2.bitmask(f64x2.lt(k, end)) as u32) << lane;
	}
	hits &= ((1 << filled) - 1) * 0x10001; // not those that only fill up the batch
	while (hits !== 0) {
		const lane = ctz(hits);
		hits &= hits - 1;
		const r = load<f64>(batch + ((lane & (LANES - 1)) << 3));
		strikeFrom(load<f64>(firstHits + (lane << 3)) as u32, r);
	}
}

/** Strikes k = first, first + r and so on. */
function strikeFrom(first: u32, r: f64): void {
	if (first >= windowLength) return;
	if (r >= (windowLength as f64)) {
		set(first);
		return;
	}
	for (let k = first; k < windowLength; k += r as u32) set(k);
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
