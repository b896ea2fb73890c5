import { randomBytes } from "node:crypto";
import type { LucasTerms, Power } from "../../src/arithmetic/engine.js";
import { fromBytes } from "../../src/arithmetic/integers.js";

/** An integer of 0 … limit − 1. */
export type Below = (limit: number) => number;

const LIMB = 2n ** 52n;
const LIMBS_OF_13 = 1n + 2n ** 13n + 2n ** 26n + 2n ** 39n;
// Halves of products round at 2^51, limbs end at 2^52. Limbs of 13 bits are balanced at 2^12.
const HARD_LIMBS: readonly bigint[] = [
	0n,
	1n,
	2n ** 51n - 1n,
	2n ** 51n,
	2n ** 51n + 1n,
	LIMB - 1n,
	4095n * LIMBS_OF_13,
	4096n * LIMBS_OF_13,
	4097n * LIMBS_OF_13,
];

/** Numbers of `bits` bits that carry, round and overflow where random ones do not. */
export function hardNumber(bits: number, below: Below): bigint {
	const top = 1n << BigInt(bits - 1);
	switch (below(6)) {
		case 0: // just below a power of two
			return top | BigInt.asUintN(bits - 1, -BigInt(below(5)));
		case 1: // just above one
			return top | BigInt.asUintN(bits - 1, BigInt(below(4)));
		case 2: // few bits
			return top | (1n << BigInt(below(bits)));
		case 3: // one kind of limb throughout
			return top | BigInt.asUintN(bits, repeated(pick(below), bits));
		case 4: // many kinds
			return top | BigInt.asUintN(bits, mixed(bits, below));
		default:
			return top | BigInt.asUintN(bits, random(bits));
	}
}

/** A power to compute, of hard numbers; the exponent has up to `exponentBits` bits. */
export function hardPower(
	bits: number,
	exponentBits: number,
	below: Below,
): Power {
	const modulus = hardNumber(bits, below) | 1n;
	const base = hardNumber(1 + below(bits), below) % modulus;
	const exponent = hardNumber(1 + below(exponentBits), below);
	return { base, exponent, modulus };
}

/** Terms of a Lucas sequence to compute, of hard numbers. */
export function hardLucasTerms(
	bits: number,
	indexBits: number,
	below: Below,
): LucasTerms {
	const { base, exponent, modulus } = hardPower(bits, indexBits, below);
	return { parameter: base, index: exponent, modulus };
}

function random(bits: number): bigint {
	return fromBytes(randomBytes(Math.ceil(bits / 8)));
}

function pick(below: Below): bigint {
	return HARD_LIMBS[below(HARD_LIMBS.length)] as bigint;
}

function repeated(limb: bigint, bits: number): bigint {
	let n = 0n;
	for (let at = 0; at < bits; at += 52) n = n * LIMB + limb;
	return n;
}

function mixed(bits: number, below: Below): bigint {
	let n = 0n;
	for (let at = 0; at < bits; at += 52) {
		n = n * LIMB + (below(3) === 0 ? random(51) : pick(below));
	}
	return n;
}
