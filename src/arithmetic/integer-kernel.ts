import { toZn } from "bigint-mod-arith";
import { bigintEngine } from "./bigint-engine.js";
import type { Engine, LucasTerms, Power } from "./engine.js";
import { residueShift } from "./fermat-residue.js";
import { bitLength } from "./integers.js";

/** What workers/assembly/integer-power.ts exports. */
interface IntegerPowerKernel extends Record<Place, WebAssembly.Global> {
	readonly memory: WebAssembly.Memory;
	prepare(limbs: number): void;
	parse(operand: number): void;
	format(operand: number): void;
	fermat(length: number): void;
	power(length: number): void;
	lucas(length: number): void;
}

/** Places in the kernel's memory. */
type Place =
	| "modulus"
	| "inverse"
	| "value"
	| "next"
	| "minusTwo"
	| "minusParameter"
	| "one"
	| "base"
	| "bytes"
	| "exponent";

// These mirror the kernel. Eight limbs fill 13 bytes.
const LIMB_BITS = 13;
const MAX_LIMBS = 1280;
const MAX_EXPONENT_BITS = 17160;

/** R ≥ 16 N: the kernel's results stay between −2 N and 2 N. */
const HEADROOM_BITS = 4;

/** The largest modulus that the kernel takes, in bits; beyond it, the BigInt engine does the work. */
export const MAX_INTEGER_KERNEL_BITS = MAX_LIMBS * LIMB_BITS - HEADROOM_BITS;
const TOO_LARGE = 1n << BigInt(MAX_INTEGER_KERNEL_BITS);
const TOO_LONG = 1n << BigInt(MAX_EXPONENT_BITS);

/** The WebAssembly kernel that needs no fused multiply-add. */
export class IntegerKernelEngine implements Engine {
	readonly name = "kernel";
	readonly lanes = 1;

	readonly #kernel: IntegerPowerKernel;
	readonly #memory: Buffer;

	/** @param module workers/assembly/integer-power.ts, compiled: see `compileKernel` */
	constructor(module: WebAssembly.Module) {
		this.#kernel = new WebAssembly.Instance(module)
			.exports as unknown as IntegerPowerKernel;
		this.#memory = Buffer.from(this.#kernel.memory.buffer);
	}

	fermat(candidates: readonly bigint[]): boolean[] {
		return candidates.map((n) =>
			n >= TOO_LARGE ? bigintEngine.fermat([n])[0] === true : this.#passes(n),
		);
	}

	fermatResidues(candidates: readonly bigint[]): bigint[] {
		return candidates.map((n) =>
			n >= TOO_LARGE
				? (bigintEngine.fermatResidues([n])[0] as bigint)
				: this.#residue(n),
		);
	}

	powers(powers: readonly Power[]): bigint[] {
		return powers.map((power) =>
			power.modulus >= TOO_LARGE || power.exponent >= TOO_LONG
				? (bigintEngine.powers([power])[0] as bigint)
				: this.#power(power),
		);
	}

	lucas(terms: LucasTerms): readonly [bigint, bigint] {
		const { parameter, index, modulus } = terms;
		if (modulus >= TOO_LARGE || index >= TOO_LONG) {
			return bigintEngine.lucas(terms);
		}
		const bits = this.#begin(modulus);
		const write = (place: Place, n: bigint) =>
			this.#write(place, (toZn(n, modulus) << BigInt(bits)) % modulus, bits);
		write("value", 2n);
		write("next", parameter);
		write("minusTwo", -2n);
		write("minusParameter", -parameter);
		this.#writeExponent(index);
		this.#kernel.lucas(bitLength(index));
		return [
			toZn(this.#read("value", bits), modulus),
			toZn(this.#read("next", bits), modulus),
		];
	}

	#passes(n: bigint): boolean {
		const bits = this.#begin(n);
		return (this.#fermat(n, bits) - (1n << BigInt(bits))) % n === 0n;
	}

	#residue(n: bigint): bigint {
		const bits = this.#begin(n);
		return toZn(this.#fermat(n, bits) << BigInt(residueShift(n) - bits), n);
	}

	/** 2^(n − 1 + bits) modulo n, between −2 n and 2 n. */
	#fermat(n: bigint, bits: number): bigint {
		const size = bitLength(n);
		const radix = 1n << BigInt(bits);
		// The first bits of n − 1, as many as cost one shift and one division, go into the start value.
		const length = size - Math.ceil(Math.log2(size));
		this.#write("value", (radix << ((n - 1n) >> BigInt(length))) % n, bits);
		this.#writeExponent(n - 1n);
		this.#kernel.fermat(length);
		return this.#read("value", bits);
	}

	#power({ base, exponent, modulus }: Power): bigint {
		const bits = this.#begin(modulus);
		const radix = BigInt(bits);
		this.#write("one", (1n << radix) % modulus, bits);
		this.#write("base", (base << radix) % modulus, bits);
		this.#writeExponent(exponent);
		this.#kernel.power(Math.max(1, Math.ceil(bitLength(exponent) / 5)));
		return toZn(this.#read("value", bits), modulus);
	}

	/** Gets the kernel ready for a modulus, and returns how many bits R has. */
	#begin(modulus: bigint): number {
		const eights = Math.ceil(
			(bitLength(modulus) + HEADROOM_BITS) / (8 * LIMB_BITS),
		);
		const bits = 8 * LIMB_BITS * eights;
		this.#kernel.prepare(8 * eights);
		this.#write("modulus", modulus, bits);
		this.#write("inverse", negatedInverse(modulus, bits), bits);
		return bits;
	}

	#write(place: Place, n: bigint, bits: number): void {
		const hex = n.toString(16).padStart(bits / 4, "0");
		this.#memory.write(hex, this.#at("bytes"), "hex");
		this.#kernel.parse(this.#at(place));
	}

	#writeExponent(exponent: bigint): void {
		const hex = exponent.toString(16);
		const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
		const at = this.#at("exponent");
		this.#memory.set(bytes.reverse(), at);
		// A window may reach beyond the last byte.
		this.#memory.fill(0, at + bytes.length, at + bytes.length + 2);
	}

	/** A number between −2 N and 2 N. */
	#read(place: Place, bits: number): bigint {
		this.#kernel.format(this.#at(place));
		const at = this.#at("bytes");
		const hex = this.#memory.toString("hex", at, at + bits / 8);
		return BigInt.asIntN(bits, BigInt(`0x${hex}`));
	}

	#at(place: Place): number {
		return this.#kernel[place].value as number;
	}
}

/** −1/n mod 2^bits for odd n, by Newton's iteration: n is right modulo 8, and each round doubles the bits. */
function negatedInverse(n: bigint, bits: number): bigint {
	let inverse = n;
	for (let known = 3; known < bits; known *= 2) {
		const next = Math.min(2 * known, bits);
		const low = BigInt.asUintN(next, n);
		inverse = BigInt.asUintN(next, inverse * (2n - low * inverse));
	}
	return BigInt.asUintN(bits, -inverse);
}
