/**
 * Modular powers and Lucas sequences of two pairs of numbers at once, one pair in each lane of a vector; see docs/kernel.md.
 *
 * The host calls `prepare`, and for each lane writes N, −1/N mod 2^104 and the operands in Montgomery form (x·R mod N)
 * through `bytes`, and for `power` and `lucas` the exponent's digits in ASCII. A result below 4 N is left in `value`.
 */
import {
	bias,
	doubling,
	end,
	fused,
	inverse,
	MAX_LIMBS,
	modulus,
	multiply,
	OPERAND,
	prepare,
	VECTOR,
} from "./montgomery";

export { fused, inverse, modulus, prepare };

/** How many base-32 digits an exponent may have. */
const MAX_DIGITS: i32 = 3432;
// Base-32 digits: 31 multiplications for the table, then one for every five squarings.
const WINDOW: i32 = 5;
const ENTRIES: i32 = 1 << WINDOW;

/** A number, big-endian, 13 bytes for every two limbs. */
export const bytes: usize = memory.data((MAX_LIMBS / 2) * 13, 16);
/** The exponents' digits: those of lane 1 begin MAX_DIGITS after those of lane 0. */
export const digits: usize = memory.data(2 * MAX_DIGITS, 16);
export const value: usize = memory.data(OPERAND, 16);
const factor: usize = memory.data(OPERAND, 16);
/** x^0, x^1 … x^31; the host writes the first two. For `lucas` what is added, and what `bias` was. */
export const table: usize = memory.data(ENTRIES * OPERAND, 16);

/** Limbs from bytes. */
export function parse(operand: usize, lane: i32, limbs: i32): void {
	let at = bytes;
	for (let i = limbs - 2; i >= 0; i -= 2) {
		const to = operand + (i as usize) * VECTOR + ((lane * 8) as usize);
		const low = bswap(load<u64>(at, 5)) & 0x000fffffffffffff;
		store<f64>(to, low as f64);
		store<f64>(to, (bswap(load<u64>(at)) >> 12) as f64, VECTOR);
		at += 13;
	}
}

/** Bytes from limbs. */
export function format(operand: usize, lane: i32, limbs: i32): void {
	let at = bytes;
	for (let i = limbs - 2; i >= 0; i -= 2) {
		const from = operand + (i as usize) * VECTOR + ((lane * 8) as usize);
		const low = load<f64>(from) as u64;
		const high = load<f64>(from, VECTOR) as u64;
		store<u64>(at, bswap((high << 12) | (low >> 40)));
		store<u64>(at, bswap((high << 52) | low), 5);
		at += 13;
	}
}

/** value ← value^(2^length)·2^e, where e is made up of the lowest `length` bits of N − 1. */
export function fermat(length: i32): void {
	for (let i = length - 1; i >= 0; i--) {
		const double = i64x2.splat(-exponentBit(i, 0));
		v128.store(doubling, i64x2.replace_lane(double, 1, -exponentBit(i, 1)));
		multiply(value, value, value);
	}
}

/** Bit i of N − 1, which differs from N only in bit 0. */
function exponentBit(i: i32, lane: i32): i64 {
	const limb = modulus + ((i / 52) as usize) * VECTOR + ((lane * 8) as usize);
	return i === 0 ? 0 : ((load<f64>(limb) as i64) >> ((i % 52) as i64)) & 1;
}

/** value ← x^e, no longer in Montgomery form, where the `length` base-32 digits make up e. */
export function power(length: i32): void {
	for (let i: i32 = 2; i < ENTRIES; i++) {
		multiply(entry(i - 1), entry(1), entry(i));
	}
	select(value, 0);
	for (let i: i32 = 1; i < length; i++) {
		for (let bit: i32 = 0; bit < WINDOW; bit++) {
			multiply(value, value, value);
		}
		select(factor, i);
		multiply(value, factor, value);
	}
	leaveMontgomeryForm();
}

function leaveMontgomeryForm(): void {
	memory.fill(factor, 0, end);
	v128.store(factor, f64x2.splat(1));
	multiply(value, factor, value);
}

/**
 * value ← (V_k, V_(k+1)), a lane each and no longer in Montgomery form, from (V_0, V_1): the `length` base-32 digits of
 * lane 0 make up k, Q is 1, and both lanes have the same N. A step from k to 2k or 2k + 1 is one product, of both terms
 * by the one that the bit names, plus (−2, −P) or (−P, −2), which the host writes into the table's entries 0 and 1.
 */
export function lucas(length: i32): void {
	memory.copy(entry(2), bias + end, end);
	addBias(entry(0));
	addBias(entry(1));
	for (let i: i32 = 0; i < length; i++) {
		const bits = base32(digit(i, 0));
		for (let at: i32 = WINDOW - 1; at >= 0; at--) {
			const bit = (bits >> at) & 1;
			memory.copy(bias + end, entry(bit), end);
			broadcast(bit);
			multiply(value, factor, value);
		}
	}
	memory.copy(bias + end, entry(2), end);
	leaveMontgomeryForm();
}

/** Makes an operand what the upper half of `bias` is to be, so that products come with the operand added. */
function addBias(operand: usize): void {
	for (let at: usize = 0; at < end; at += VECTOR) {
		const x = v128.load(operand + at);
		const integer = i64x2.splat(f64x2.extract_lane(x, 0) as i64);
		const both = i64x2.replace_lane(
			integer,
			1,
			f64x2.extract_lane(x, 1) as i64,
		);
		v128.store(operand + at, i64x2.add(both, v128.load(bias + end + at)));
	}
}

/** factor ← a lane of value, in both lanes. */
function broadcast(lane: i32): void {
	const from = value + ((lane * 8) as usize);
	for (let at: usize = 0; at < end; at += VECTOR) {
		v128.store(factor + at, v128.load64_splat(from + at));
	}
}

/** Each lane's table entry for its digit i. */
function select(to: usize, i: i32): void {
	const first = entry(base32(digit(i, 0)));
	const second = entry(base32(digit(i, 1)));
	for (let at: usize = 0; at < end; at += VECTOR) {
		store<f64>(to + at, load<f64>(first + at));
		store<f64>(to + at, load<f64>(second + at, 8), 8);
	}
}

function entry(i: i32): usize {
	return table + ((i * OPERAND) as usize);
}

function digit(i: i32, lane: i32): i32 {
	return load<u8>(digits + ((lane * MAX_DIGITS + i) as usize));
}

/** The value of one of 0 … 9, a … v. */
function base32(ascii: i32): i32 {
	return ascii <= 57 ? ascii - 48 : ascii - 87;
}
