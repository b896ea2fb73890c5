import { toZn } from "bigint-mod-arith";
import { bigintEngine } from "./bigint-engine.js";
import type { Engine, LucasTerms, Power } from "./engine.js";
import { residueShift } from "./fermat-residue.js";
import { bitLength } from "./integers.js";

/** What workers/assembly/power.ts exports. */
interface PowerKernel extends Record<Place, WebAssembly.Global> {
	readonly memory: WebAssembly.Memory;
	prepare(limbs: number): void;
	parse(operand: number, lane: Lane, limbs: number): void;
	format(operand: number, lane: Lane, limbs: number): void;
	fermat(length: number): void;
	power(length: number): void;
	lucas(length: number): void;
	fused(x: number): number;
}

/** Places in the kernel's memory. */
type Place = "modulus" | "inverse" | "value" | "table" | "bytes" | "digits";
type Lane = 0 | 1;
type Pair<T> = readonly [T, T];

// These mirror the kernel.
const LIMB_BITS = 52;
const LIMB_HEX_DIGITS = 13;
const INVERSE_BITS = 2 * LIMB_BITS;
const MIN_LIMBS = 4;
const MAX_LIMBS = 330;
const OPERAND_BYTES = MAX_LIMBS * 16;
const MAX_DIGITS = 3432;

/** R ≥ 32 N: the kernel's results stay below 4 N. */
const HEADROOM_BITS = 5;

/** The largest modulus that the kernel takes, in bits; beyond it, the BigInt engine does the work. */
export const MAX_KERNEL_BITS = MAX_LIMBS * LIMB_BITS - HEADROOM_BITS;
const TOO_LARGE = 1n << BigInt(MAX_KERNEL_BITS);

/** The WebAssembly kernel: numbers go through it in pairs, and an odd one out is paired with itself. */
export class KernelEngine implements Engine {
	readonly name = "kernel";
	readonly lanes = 2;

	readonly #kernel: PowerKernel;
	readonly #memory: Buffer;

	/** @param module workers/assembly/power.ts, compiled: see `compileKernel` */
	constructor(module: WebAssembly.Module) {
		this.#kernel = new WebAssembly.Instance(module)
			.exports as unknown as PowerKernel;
		this.#memory = Buffer.from(this.#kernel.memory.buffer);
	}

	/** Does this machine round a multiply-add once? If not, the kernel's results are wrong. */
	get isFused(): boolean {
		return this.#kernel.fused(1 + 2 ** -30) !== 0;
	}

	fermat(candidates: readonly bigint[]): boolean[] {
		return inPairs(candidates, (pair) =>
			pair.some(isTooLarge)
				? bigintEngine.fermat(pair)
				: this.#fermatPair(
						pair,
						(n, value, shift) => (value - (1n << shift)) % n === 0n,
					),
		);
	}

	fermatResidues(candidates: readonly bigint[]): bigint[] {
		return inPairs(candidates, (pair) =>
			pair.some(isTooLarge)
				? bigintEngine.fermatResidues(pair)
				: this.#fermatPair(
						pair,
						(n, value, shift) =>
							(value << (BigInt(residueShift(n)) - shift)) % n,
					),
		);
	}

	powers(powers: readonly Power[]): bigint[] {
		return inPairs(powers, (pair) =>
			pair.some(isTooLong) ? bigintEngine.powers(pair) : this.#powerPair(pair),
		);
	}

	lucas(terms: LucasTerms): readonly [bigint, bigint] {
		const { parameter, index, modulus } = terms;
		if (isTooLong({ exponent: index, modulus })) {
			return bigintEngine.lucas(terms);
		}
		const limbs = this.#begin([modulus, modulus], bitLength(modulus));
		const write = (pair: Pair<bigint>, operand: number) =>
			forLanes(pair, (n, lane) => {
				const form = (toZn(n, modulus) << BigInt(limbs * LIMB_BITS)) % modulus;
				this.#write(form, operand, lane, limbs);
			});
		const [value, table] = [this.#at("value"), this.#at("table")];
		write([2n, parameter], value);
		write([-2n, -parameter], table);
		write([-parameter, -2n], table + OPERAND_BYTES);
		this.#writeDigits(index.toString(32), 0);
		this.#kernel.lucas(base32Length(index));
		return forLanes(
			[modulus, modulus],
			(n, lane) => this.#read(value, lane, limbs) % n,
		);
	}

	/** @param read is given 2^(n − 1 + shift) modulo n, and gives the result */
	#fermatPair<Result>(
		candidates: Pair<bigint>,
		read: (n: bigint, value: bigint, shift: bigint) => Result,
	): Pair<Result> {
		const bits = longest(candidates);
		const limbs = this.#begin(candidates, bits);
		const shift = BigInt(limbs * LIMB_BITS);
		// The first bits of n − 1, as many as cost one shift and one division, go into the start value.
		const length = bits - Math.ceil(Math.log2(bits));
		const value = this.#at("value");
		forLanes(candidates, (n, lane) => {
			const first = (n - 1n) >> BigInt(length);
			this.#write((1n << (shift + first)) % n, value, lane, limbs);
		});
		this.#kernel.fermat(length);
		return forLanes(candidates, (n, lane) =>
			read(n, this.#read(value, lane, limbs), shift),
		);
	}

	#powerPair(powers: Pair<Power>): Pair<bigint> {
		const moduli = forLanes(powers, ({ modulus }) => modulus);
		const limbs = this.#begin(moduli, longest(moduli));
		const shift = BigInt(limbs * LIMB_BITS);
		const length = Math.max(
			...powers.map(({ exponent }) => base32Length(exponent)),
		);
		const table = this.#at("table");
		forLanes(powers, ({ base, exponent, modulus }, lane) => {
			this.#write((1n << shift) % modulus, table, lane, limbs);
			const x = (base << shift) % modulus;
			this.#write(x, table + OPERAND_BYTES, lane, limbs);
			this.#writeDigits(exponent.toString(32).padStart(length, "0"), lane);
		});
		this.#kernel.power(length);
		const value = this.#at("value");
		return forLanes(
			powers,
			({ modulus }, lane) => this.#read(value, lane, limbs) % modulus,
		);
	}

	/** Gets the kernel ready for two moduli of up to `bits` bits, and returns how many limbs it works with: an even number. */
	#begin(moduli: Pair<bigint>, bits: number): number {
		const pairs = Math.ceil((bits + HEADROOM_BITS) / (2 * LIMB_BITS));
		const limbs = Math.max(MIN_LIMBS, 2 * pairs);
		this.#kernel.prepare(limbs);
		forLanes(moduli, (n, lane) => {
			this.#write(n, this.#at("modulus"), lane, limbs);
			this.#write(negatedInverse(n), this.#at("inverse"), lane, 2);
		});
		return limbs;
	}

	#write(n: bigint, operand: number, lane: Lane, limbs: number): void {
		const hex = n.toString(16).padStart(limbs * LIMB_HEX_DIGITS, "0");
		this.#memory.write(hex, this.#at("bytes"), "hex");
		this.#kernel.parse(operand, lane, limbs);
	}

	#read(operand: number, lane: Lane, limbs: number): bigint {
		this.#kernel.format(operand, lane, limbs);
		const at = this.#at("bytes");
		const end = at + (limbs * LIMB_HEX_DIGITS) / 2;
		return BigInt(`0x${this.#memory.toString("hex", at, end)}`);
	}

	#writeDigits(digits: string, lane: Lane): void {
		this.#memory.write(
			digits,
			this.#at("digits") + lane * MAX_DIGITS,
			"latin1",
		);
	}

	#at(place: Place): number {
		return this.#kernel[place].value;
	}
}

function inPairs<T, Result>(
	items: readonly T[],
	run: (pair: Pair<T>) => readonly Result[],
): Result[] {
	const results: Result[] = [];
	for (let i = 0; i < items.length; i += 2) {
		const first = items[i] as T;
		results.push(...run([first, items[i + 1] ?? first]));
	}
	return results.slice(0, items.length);
}

function forLanes<T, Result>(
	pair: Pair<T>,
	run: (item: T, lane: Lane) => Result,
): Pair<Result> {
	return [run(pair[0], 0), run(pair[1], 1)];
}

/** −1/n mod 2^104 for odd n, by Newton's iteration: n is right modulo 8, and each round doubles the bits. */
function negatedInverse(n: bigint): bigint {
	const low = BigInt.asUintN(INVERSE_BITS, n);
	let inverse = low;
	for (let bits = 3; bits < INVERSE_BITS; bits *= 2) {
		inverse = BigInt.asUintN(INVERSE_BITS, inverse * (2n - low * inverse));
	}
	return BigInt.asUintN(INVERSE_BITS, -inverse);
}

function longest(pair: Pair<bigint>): number {
	return bitLength(pair[0] | pair[1]);
}

function isTooLarge(modulus: bigint): boolean {
	return modulus >= TOO_LARGE;
}

function isTooLong({
	exponent,
	modulus,
}: Pick<Power, "exponent" | "modulus">): boolean {
	return isTooLarge(modulus) || base32Length(exponent) > MAX_DIGITS;
}

function base32Length(exponent: bigint): number {
	return Math.max(1, Math.ceil(bitLength(exponent) / 5));
}
