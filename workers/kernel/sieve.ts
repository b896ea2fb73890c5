/**
 * The combined sieve (Wiener, "Safe Prime Generation with a Combined Sieve", 2003) in AssemblyScript.
 *
 * The window is the candidates p(k) = P + m·k for k = 0 … length − 1. Bit k is set where a prime r of the
 * range divides p(k) or q(k) = (p(k) − 1)/2. One instance serves one window at a time: `prepare`, write the
 * limbs of P, `strike` range by range, read the bits.
 */

// Limbs of P: signed residues |x| ≤ 2^27 of primes below 2^28 keep x·2^25 + limb and its quotient times r exact in a
// double, without a fused multiply-add.
const LIMB_RADIX: f64 = 33554432; // 2^25
// The prime generator's segment: flags of odd numbers, one byte each, sized for the first-level cache.
const SEGMENT: u32 = 32768;
// Primes to the square root of the largest bound, 2^28.
const BASE_LIMIT: u32 = 16384;
const BASE_CAPACITY: u32 = 1900; // π(16384)
// The pattern of multiples of 3, 5, 7, 11 and 13 among the odd numbers repeats after 15015.
const PATTERN: u32 = 15015;
// Primes below this strike part by part of the window, so that the part stays in the first-level cache.
const SMALL_LIMIT: u32 = 262144;
const SMALL_CAPACITY: u32 = 23000; // π(262144)
const PART: u32 = 262144; // bits
const LANES: u32 = 8;

const segment: usize = memory.data(SEGMENT);
const pattern: usize = memory.data(PATTERN);
const basePrimes: usize = memory.data(BASE_CAPACITY * 4);
const nextMultiple: usize = memory.data(BASE_CAPACITY * 4);
const batch: usize = memory.data(LANES * 8, 16);
const batchResidues: usize = memory.data(LANES * 8, 16);
const small: usize = memory.data(SMALL_CAPACITY * 12);

let baseCount: u32 = 0;
let smallCount: u32 = 0;
let limbs: usize = 0;
let limbCount: u32 = 0;
let modulus: u32 = 0;
let negativeInverses: usize = 0;
let window: usize = 0;
let windowLength: u32 = 0;

/** Lays out a window of `length` candidates (a multiple of 32) whose start has `count` limbs and whose step is `m`. */
export function prepare(count: u32, m: u32, length: u32): void {
	if (baseCount === 0) generateBasePrimes();
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

/** Where the host writes the limbs of P: 25 bits each, as f64, the highest first. */
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
	for (let i: u32 = 0; i < baseCount; i++) {
		store<u32>(
			nextMultiple + (i << 2),
			firstMultiple(load<u32>(basePrimes + (i << 2)), low),
		);
	}
	for (let start = low; start < high; start += SEGMENT << 1) {
		const span = min(SEGMENT, (high - start) >> 1);
		sieveSegment(start, span);
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

/** Flags the composite odd numbers start + 1, start + 3, … (span of them) with a byte that is not 0. */
function sieveSegment(start: u32, span: u32): void {
	const phase = (start >> 1) % PATTERN;
	let copied: u32 = 0;
	for (let from = phase; copied < span; from = 0) {
		const length = min(PATTERN - from, span - copied);
		memory.copy(segment + copied, pattern + from, length);
		copied += length;
	}
	if (start === 0) {
		store<u8>(segment, 1); // 1 is no prime; 3 to 13 are, whatever the pattern says
		for (let n: u32 = 3; n <= 13; n += 2)
			store<u8>(segment + (n >> 1), n === 9 ? 1 : 0);
	}
	for (let i: u32 = 0; i < baseCount; i++) {
		const prime = load<u32>(basePrimes + (i << 2));
		let multiple = load<u32>(nextMultiple + (i << 2));
		for (; multiple < span; multiple += prime) store<u8>(segment + multiple, 1);
		store<u32>(nextMultiple + (i << 2), multiple - span);
	}
}

/** The index, among the odd numbers from `low` on, of the first odd multiple of a prime that is at least its square. */
function firstMultiple(prime: u32, low: u32): u32 {
	const square = prime * prime;
	if (square >= low) return (square - low) >> 1;
	let quotient = (low + prime - 1) / prime;
	if ((quotient & 1) === 0) quotient++;
	return (prime * quotient - low) >> 1;
}

/**
 * Residues of P modulo eight primes at once, then their strikes; only the first `filled` lanes count.
 *
 * Horner's rule, x ← x·2^25 + limb mod r, with the quotient taken from x alone: it does not wait for the sum, and
 * |x| stays below r/2 + 2^25.
 */
function strikeBatch(filled: u32): void {
	const radix = f64x2.splat(LIMB_RADIX);
	const r0 = v128.load(batch);
	const r1 = v128.load(batch, 16);
	const r2 = v128.load(batch, 32);
	const r3 = v128.load(batch, 48);
	const i0 = f64x2.div(radix, r0);
	const i1 = f64x2.div(radix, r1);
	const i2 = f64x2.div(radix, r2);
	const i3 = f64x2.div(radix, r3);
	let x0 = f64x2.splat(0);
	let x1 = f64x2.splat(0);
	let x2 = f64x2.splat(0);
	let x3 = f64x2.splat(0);
	const end = limbs + (limbCount << 3);
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
	v128.store(batchResidues, x0);
	v128.store(batchResidues, x1, 16);
	v128.store(batchResidues, x2, 32);
	v128.store(batchResidues, x3, 48);
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

/** The primes 17 … 2^14, which the pattern leaves over, and the pattern. */
function generateBasePrimes(): void {
	for (let n: u32 = 3; n <= 13; n += 2) {
		if (n === 9) continue;
		for (let index = n >> 1; index < PATTERN; index += n)
			store<u8>(pattern + index, 1);
	}
	for (let n: u32 = 17; n < BASE_LIMIT; n += 2) {
		let isPrime = load<u8>(pattern + ((n >> 1) % PATTERN)) === 0;
		for (let i: u32 = 0; isPrime && i < baseCount; i++) {
			const prime = load<u32>(basePrimes + (i << 2));
			if (prime * prime > n) break;
			isPrime = n % prime !== 0;
		}
		if (isPrime) store<u32>(basePrimes + (baseCount++ << 2), n);
	}
}
