/**
 * The odd primes below 2^31, segment by segment: the sieve of Eratosthenes on odd numbers, one byte each.
 */

/** How many odd numbers a segment holds at most: sized for the first-level cache. */
export const SEGMENT: u32 = 32768;
/** Flags: 0 for a prime. */
export const segment: usize = memory.data(SEGMENT);

// Primes to the square root of the largest bound, 2^31.
const BASE_LIMIT: u32 = 46341;
const BASE_CAPACITY: u32 = 4792; // π(46341)
// The pattern of multiples of 3, 5, 7, 11 and 13 among the odd numbers repeats after 15015.
const PATTERN: u32 = 15015;

const pattern: usize = memory.data(PATTERN);
const basePrimes: usize = memory.data(BASE_CAPACITY * 4);
const nextMultiple: usize = memory.data(BASE_CAPACITY * 4);

let baseCount: u32 = 0;
// How many of them the segments up to `high` need.
let usedCount: u32 = 0;

/** Makes ready for segments of the numbers low … high − 1; both are even, high at most 2^31. */
export function beginSegments(low: u32, high: u32): void {
	if (baseCount === 0) generateBasePrimes();
	for (usedCount = 0; usedCount < baseCount; usedCount++) {
		const i = usedCount;
		const prime = load<u32>(basePrimes + (i << 2));
		if (prime * prime >= high) break;
		store<u32>(nextMultiple + (i << 2), firstMultiple(prime, low));
	}
}

/** Flags the composite odd numbers start + 1, start + 3, … (span of them) with a byte that is not 0; in ascending order. */
export function nextSegment(start: u32, span: u32): void {
	const phase = (start >> 1) % PATTERN;
	let copied: u32 = 0;
	for (let from = phase; copied < span; from = 0) {
		const length = min(PATTERN - from, span - copied);
		memory.copy(segment + copied, pattern + from, length);
		copied += length;
	}
	if (start === 0) {
		store<u8>(segment, 1); // 1 is not a prime; 3 to 13 are, whatever the pattern says
		for (let n: u32 = 3; n <= 13; n += 2)
			store<u8>(segment + (n >> 1), n === 9 ? 1 : 0);
	}
	for (let i: u32 = 0; i < usedCount; i++) {
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

/** The primes 17 … 46341, which the pattern leaves over, and the pattern. */
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
