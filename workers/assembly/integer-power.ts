/**
 * Modular powers and Lucas sequences in integers, for machines without a fused multiply-add; see docs/kernel.md.
 *
 * The host calls `prepare`, and writes N, −1/N mod R and the operands in Montgomery form (x·R mod N) through `bytes`, and
 * the exponent or index as bytes. A result between −2 N and 2 N is left in `value`.
 */
import {
	LIMBS,
	limbs,
	MAX_LIMBS,
	OPERAND,
	pair,
	prepare,
} from "./integer-columns";
import { inverse, modulus, multiply, square, zero } from "./integer-montgomery";

export { inverse, modulus, prepare };

/** How many bytes an exponent may have. */
const MAX_EXPONENT: i32 = 2145;
const WINDOW: i32 = 5;
const ENTRIES: i32 = 1 << WINDOW;

/** A number, big-endian, 13 bytes for every eight limbs; as a result in two's complement. */
export const bytes: usize = memory.data((MAX_LIMBS / 8) * 13, 16);
/** The exponent, little-endian. */
export const exponent: usize = memory.data(MAX_EXPONENT + 8, 16);
export const value: usize = memory.data(OPERAND, 16);
/** For `lucas`, V_(k+1). */
export const next: usize = memory.data(OPERAND, 16);
/** For `lucas`, −2 and −P. */
export const minusTwo: usize = memory.data(OPERAND, 16);
export const minusParameter: usize = memory.data(OPERAND, 16);
/** For `power`, 1 and x. */
export const one: usize = memory.data(OPERAND, 16);
export const base: usize = memory.data(OPERAND, 16);
/** The limbs of x^0, x^1 … x^31. */
const table: usize = memory.data(ENTRIES * LIMBS, 16);

/** Balanced limbs from bytes, modulo R. */
export function parse(operand: usize): void {
	let at = (bytes + (limbs / 8) * 13) as usize;
	let to = operand;
	let carry: i64 = 0;
	for (let i: i32 = 0; i < limbs; i += 8) {
		at -= 13;
		carry = parseFour(bswap(load<i64>(at, 5)), carry, to);
		carry = parseFour(bswap(load<i64>(at)) >> 12, carry, to + 8);
		to += 16;
	}
	pair(operand);
}

function parseFour(bits: i64, carry: i64, to: usize): i64 {
	for (let i: i64 = 0; i < 4; i++) {
		const limb = ((bits >> (13 * i)) & 8191) + carry;
		carry = (limb + 4096) >> 13;
		store<i16>(to + ((2 * i) as usize), (limb - (carry << 13)) as i16);
	}
	return carry;
}

/** Bytes from limbs. */
export function format(operand: usize): void {
	let at = (bytes + (limbs / 8) * 13) as usize;
	let from = operand;
	let carry: i64 = 0;
	for (let i: i32 = 0; i < limbs; i += 8) {
		at -= 13;
		carry += sumOfFour(from);
		const low = carry & 0x000fffffffffffff;
		carry = (carry >> 52) + sumOfFour(from + 8);
		const high = carry & 0x000fffffffffffff;
		carry >>= 52;
		store<u64>(at, bswap(((high << 12) | (low >> 40)) as u64));
		store<u64>(at, bswap(((high << 52) | low) as u64), 5);
		from += 16;
	}
}

/** The value of four limbs. */
function sumOfFour(from: usize): i64 {
	return (
		(load<i16>(from) as i64) +
		((load<i16>(from, 2) as i64) << 13) +
		((load<i16>(from, 4) as i64) << 26) +
		((load<i16>(from, 6) as i64) << 39)
	);
}

/** value ← value^(2^length)·2^e, where the lowest `length` bits of the exponent are e. */
export function fermat(length: i32): void {
	for (let i = length - 1; i >= 0; i--) {
		square(value, zero, -exponentBits(i, 1), value);
	}
}

/** value ← base^e, no longer in Montgomery form, where the `length` base-32 digits of the exponent make up e. */
export function power(length: i32): void {
	memory.copy(table, one, limbs * 2);
	memory.copy(entry(1), base, limbs * 2);
	memory.copy(value, base, OPERAND);
	for (let i: i32 = 2; i < ENTRIES; i++) {
		multiply(base, value, zero, value);
		memory.copy(entry(i), value, limbs * 2);
	}
	memory.copy(
		value,
		entry(exponentBits((length - 1) * WINDOW, WINDOW)),
		limbs * 2,
	);
	pair(value);
	for (let i = length - 2; i >= 0; i--) {
		for (let bit: i32 = 0; bit < WINDOW; bit++) {
			square(value, zero, 0, value);
		}
		multiply(entry(exponentBits(i * WINDOW, WINDOW)), value, zero, value);
	}
	leaveMontgomeryForm();
}

/** value, next ← V_k and V_(k+1), value no longer in Montgomery form: the lowest `length` bits of the exponent are k. */
export function lucas(length: i32): void {
	for (let i = length - 1; i >= 0; i--) {
		const isSet = exponentBits(i, 1) === 1;
		multiply(value, next, minusParameter, isSet ? value : next);
		const other = isSet ? next : value;
		square(other, minusTwo, 0, other);
	}
	leaveMontgomeryForm();
	memory.copy(base, value, OPERAND);
	memory.copy(value, next, OPERAND);
	leaveMontgomeryForm();
	memory.copy(next, value, OPERAND);
	memory.copy(value, base, OPERAND);
}

function leaveMontgomeryForm(): void {
	memory.fill(table, 0, limbs * 2);
	store<i16>(table, 1);
	multiply(table, value, zero, value);
}

function exponentBits(at: i32, count: i32): i32 {
	return (load<u16>(exponent + (at >> 3)) >> (at & 7)) & ((1 << count) - 1);
}

function entry(i: i32): usize {
	return table + i * LIMBS;
}
