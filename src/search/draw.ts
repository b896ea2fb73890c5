import { createHash, randomBytes } from "node:crypto";
import { modInv } from "bigint-mod-arith";
import { fromBytes } from "../arithmetic/integers.js";
import type { ChainBytes } from "../certificate/chain.js";
import { type Construction, SEED_CONSTRUCTION } from "../encoding/seed.js";
import type { Plan } from "./plan.js";
import type { Window } from "./window.js";

/** A window to search, and the key of the order in which its candidates are tested. */
export interface Draw {
	readonly window: Window;
	/** 32 bytes, for `randomOrder`. */
	readonly key: Uint8Array;
}

/** Gives the bytes that decide on the window of this number, counted from 0: random ones, or those of a seed. */
export type DrawBytes = (window: number, length: number) => Uint8Array;

const KEY_BYTES = 32;
// So many bytes more than the start has make its remainder uniform but for 2^−64: FIPS 186-5, appendix A.2.1.
const EXTRA_BYTES = 8;

/**
 * A window whose start is uniform among those that hold only candidates of exactly `bits` bits, and its key: the first
 * bytes, as a big-endian number modulo the number of starts, give the start, and the last 32 are the key.
 *
 * @param factor a prime that is to divide (q − 1)/2 of each candidate p = 2q + 1
 */
export function draw(
	plan: Plan,
	number: number,
	bytesOf: DrawBytes,
	factor?: bigint,
): Draw {
	const { bits, residueClass, windowLength } = plan;
	const startBytes = Math.ceil(bits / 8) + EXTRA_BYTES;
	const bytes = bytesOf(number, startBytes + KEY_BYTES);
	const m = BigInt(residueClass.modulus);
	const [step, residue] =
		factor === undefined
			? [m, BigInt(residueClass.residue)]
			: [m * factor, leastWithFactor(m, factor)];
	const { lowest, count } = starts(bits, step, residue, windowLength);
	const k = lowest + (fromBytes(bytes.subarray(0, startBytes)) % count);
	return {
		window: {
			first: step * k + residue,
			step: residueClass.modulus,
			factor,
			length: windowLength,
		},
		key: bytes.subarray(startBytes),
	};
}

/** The least p = 4·factor·h + 3 with p ≡ −1 (mod m), which is factor·h ≡ −1 (mod m/4): m is a multiple of 12. */
function leastWithFactor(m: bigint, factor: bigint): bigint {
	const quarter = m / 4n;
	return 4n * factor * (quarter - modInv(factor, quarter)) + 3n;
}

/** The least k for which step·k + residue has `bits` bits, and how many are followed by a whole window of such. */
function starts(
	bits: number,
	step: bigint,
	residue: bigint,
	windowLength: number,
): { lowest: bigint; count: bigint } {
	const lowest = ((1n << BigInt(bits - 1)) - residue + step - 1n) / step;
	const highest = ((1n << BigInt(bits)) - 1n - residue) / step;
	return { lowest, count: highest - lowest - BigInt(windowLength) + 2n };
}

/** What a seed's bytes depend on besides it. */
interface SeedContext extends Pick<Plan, "bits" | "generator"> {
	/** Each has other groups. Default: that of a search for one group without a certificate. */
	readonly construction?: Construction | undefined;
}

/**
 * The bytes of a seed: SHAKE256 (FIPS 202) of the construction's name, the size, the generator and the window's number,
 * each followed by a line feed, and the seed. docs/seeds.md describes the whole.
 */
export function seededBytes(seed: string, context: SeedContext): DrawBytes {
	return (window, length) => shake(seed, context, `${window}`, length);
}

/**
 * The bytes for the chain of a certificate: random ones, or those of a seed, where "chain LEVEL ATTEMPT" stands in place
 * of the window's number.
 */
export function chainBytes(
	seed: string | undefined,
	context: SeedContext,
): ChainBytes {
	if (seed === undefined)
		return (_level, _attempt, length) => randomBytes(length);
	return (level, attempt, length) =>
		shake(seed, context, `chain ${level} ${attempt}`, length);
}

function shake(
	seed: string,
	{ bits, generator, construction = SEED_CONSTRUCTION }: SeedContext,
	use: string,
	length: number,
): Uint8Array {
	return createHash("shake256", { outputLength: length })
		.update(
			`${construction}\n${bits}\n${generator}\n${use}\n${seed.normalize("NFC")}`,
			"utf8",
		)
		.digest();
}
