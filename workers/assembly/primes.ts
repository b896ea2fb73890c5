/**
 * The primes from 7 to 2^36, class by class: the sieve of Eratosthenes on the numbers start + c + 120·j of one residue
 * class c prime to 120 at a time, a byte for each j. Three quarters of all numbers are never looked at, and a prime p
 * strikes every p-th byte.
 */

/** The modulus of the classes. */
export const WHEEL: u32 = 120;
/** How many numbers of a class a segment holds at most: those of 2^22 numbers, about the size of a first-level cache. */
export const SEGMENT: u32 = 35008;
/** Flags: 0 for a prime. They are followed by some that are never 0, up to a multiple of 64. */
export const segment: usize = memory.data(SEGMENT + 64, 16);

// Primes to the square root of the largest bound, 2^36.
const BASE_LIMIT: u32 = 262144;
const BASE_CAPACITY: u32 = 23000; // π(2^18)
// The pattern of multiples of 7, 11, 13 and 17 in a class repeats after 17017.
const PATTERN: u32 = 17017;
const INVERSE_IN_PATTERN: u32 = 6665; // 1/120 mod 17017

const pattern: usize = memory.data(PATTERN);
const composites: usize = memory.data(BASE_LIMIT / 2); // of the number 2·i + 1 at i
// For each base prime p from 19 on: p, 1/60 mod p, and the least j ≥ 0 at which p divides start + c + 120·j.
const basePrimes: usize = memory.data(BASE_CAPACITY * 4, 16);
const inverses: usize = memory.data(BASE_CAPACITY * 4, 16);
const positions: usize = memory.data(BASE_CAPACITY * 4, 16);

let baseLimit: u32 = 0;
let baseCount: u32 = 0;
// How many of them the segment needs.
let usedCount: u32 = 0;
let segmentStart: u64 = 0;
let segmentClass: u32 = 0;

/**
 * Makes ready for the classes of the numbers start … start + 120·SEGMENT − 1, as far as they are below `high`; start is a
 * multiple of 120 and high at most 2^36. Class 1 is the first.
 */
export function beginSegment(start: u64, high: u64): void {
	findBasePrimes(high);
	segmentStart = start;
	segmentClass = 1;
	for (usedCount = 0; usedCount < baseCount; usedCount++) {
		const at = (usedCount << 2) as usize;
		const prime = load<u32>(basePrimes + at) as u64;
		if (prime * prime >= high) break;
		// j ≡ −(start + 1)/120 (mod p); 1/120 is half of 1/60.
		const inverse = load<u32>(inverses + at) as u64;
		const half = (inverse + (prime & -(inverse & 1))) >> 1;
		const rest = prime - ((start + 1) % prime);
		store<u32>(positions + at, ((rest * half) % prime) as u32);
	}
}

/** The least class above c that is prime to 120; above 120 there is none. */
export function nextClass(c: u32): u32 {
	do c += 2;
	while (c % 3 === 0 || c % 5 === 0);
	return c;
}

/** Flags the first `span` numbers of a class of the segment. Classes are taken in ascending order. */
export function flagClass(c: u32, span: u32): void {
	movePositions((c - segmentClass) >> 1);
	segmentClass = c;
	copyPattern(c, span);
	let i: u32 = 0;
	for (; i < usedCount; i++) {
		const prime = load<u32>(basePrimes + (i << 2));
		if (prime >= span) break;
		let j = load<u32>(positions + (i << 2));
		for (; j < span; j += prime) store<u8>(segment + j, 1);
	}
	// Larger primes strike once or not at all: then the byte behind the last, without a branch.
	for (; i < usedCount; i++) {
		store<u8>(segment + min(load<u32>(positions + (i << 2)), span), 1);
	}
	if (segmentStart < (BASE_LIMIT as u64)) unflagBasePrimes(c, span);
	memory.fill(segment + span, 1, 64);
}

/** Moves all positions to the class 2·steps further: each step is 2/120 = 1/60 back. */
function movePositions(steps: u32): void {
	const end = (usedCount << 2) as usize;
	for (let at: usize = 0; at < end; at += 16) {
		const prime = v128.load(basePrimes + at);
		const inverse = v128.load(inverses + at);
		let j = v128.load(positions + at);
		for (let step: u32 = 0; step < steps; step++) {
			j = i32x4.sub(j, inverse);
			j = i32x4.add(j, v128.and(prime, i32x4.shr_s(j, 31)));
		}
		v128.store(positions + at, j);
	}
}

function copyPattern(c: u32, span: u32): void {
	const residue = ((segmentStart + (c as u64)) % (PATTERN as u64)) as u32;
	let from = (residue * INVERSE_IN_PATTERN) % PATTERN;
	for (let copied: u32 = 0; copied < span; from = 0) {
		const length = min(PATTERN - from, span - copied);
		memory.copy(segment + copied, pattern + from, length);
		copied += length;
	}
}

/** What strikes is a multiple of itself too. And 1 is not a prime. */
function unflagBasePrimes(c: u32, span: u32): void {
	const end = segmentStart + (WHEEL as u64) * (span as u64);
	unflag(7, c, end);
	unflag(11, c, end);
	unflag(13, c, end);
	unflag(17, c, end);
	for (let i: u32 = 0; i < usedCount; i++)
		unflag(load<u32>(basePrimes + (i << 2)), c, end);
	if (segmentStart === 0 && c === 1) store<u8>(segment, 1);
}

function unflag(prime: u32, c: u32, end: u64): void {
	if (prime % WHEEL !== c || (prime as u64) < segmentStart) return;
	if ((prime as u64) >= end) return;
	store<u8>(segment + (prime - (segmentStart as u32)) / WHEEL, 0);
}

/** The primes from 19 to the square root of `high`, unless they are there, and the pattern. */
function findBasePrimes(high: u64): void {
	let limit: u32 = 256;
	while ((limit as u64) * (limit as u64) < high) limit <<= 1;
	if (limit <= baseLimit) return;
	baseLimit = limit;
	baseCount = 0;
	memory.fill(composites, 0, limit >> 1);
	for (let n: u32 = 3; n < limit; n += 2) {
		if (load<u8>(composites + (n >> 1)) !== 0) continue;
		for (let multiple = n * n; multiple < limit && n < 512; multiple += n << 1)
			store<u8>(composites + (multiple >> 1), 1);
		if (n > 17) addBasePrime(n);
		else if (n > 5)
			for (let j: u32 = 0; j < PATTERN; j += n) store<u8>(pattern + j, 1);
	}
}

/** With 1/60 mod p = (p·t + 1)/60 for t = −1/p mod 60, which is −p³, since all units modulo 60 have x⁴ = 1. */
function addBasePrime(prime: u32): void {
	const at = (baseCount++ << 2) as usize;
	const c = prime % 60;
	const t = 60 - ((c * c * c) % 60);
	store<u32>(basePrimes + at, prime);
	store<u32>(inverses + at, (prime * t + 1) / 60);
}
