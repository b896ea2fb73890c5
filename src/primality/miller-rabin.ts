import type { Engine } from "../arithmetic/engine.js";
import { bitLength, fromBytes, trailingZeros } from "../arithmetic/integers.js";

/** Source of random bytes; `crypto.randomBytes` in the product, something repeatable in tests. */
export type RandomBytes = (length: number) => Uint8Array;

/** One round of Miller-Rabin: odd n > 3, and a base in 2 … n − 2. */
export interface Round {
	readonly n: bigint;
	readonly base: bigint;
}

/**
 * Which of the bases prove n composite (Miller-Rabin): witnesses of odd n > 3; bases in 2 … n−2.
 * Rabin 1980: at least three quarters of all bases are witnesses of a composite n.
 */
export function witnesses(
	n: bigint,
	bases: readonly bigint[],
	engine: Pick<Engine, "powers">,
): bigint[] {
	const passed = passes(
		bases.map((base) => ({ n, base })),
		engine,
	);
	return bases.filter((_, i) => !passed[i]);
}

/** Is n a strong probable prime to the base, in each round? */
export function passes(
	rounds: readonly Round[],
	engine: Pick<Engine, "powers">,
): boolean[] {
	const powers = engine.powers(
		rounds.map(({ n, base }) => ({
			base,
			exponent: (n - 1n) >> BigInt(trailingZeros(n - 1n)),
			modulus: n,
		})),
	);
	const squarings = rounds.map(({ n }, i) => ({
		n,
		square: powers[i] as bigint,
		left: trailingZeros(n - 1n) - 1,
	}));
	skipBlocks(squarings, engine);
	return squarings.map(reachMinusOne);
}

/** Is n > 3, odd, a strong probable prime to this base? */
export function isStrongProbablePrime(
	n: bigint,
	base: bigint,
	engine: Pick<Engine, "powers">,
): boolean {
	return witnesses(n, [base], engine).length === 0;
}

/** `count` independent bases, each uniform in 2 … n−2, for n > 4. */
export function randomBases(
	n: bigint,
	count: number,
	random: RandomBytes,
): bigint[] {
	return Array.from({ length: count }, () => 2n + below(n - 3n, random));
}

/** A uniform integer in 0 … bound−1, by rejection. */
export function below(bound: bigint, random: RandomBytes): bigint {
	const bits = bitLength(bound - 1n);
	const excess = BigInt(Math.ceil(bits / 8) * 8 - bits);
	for (;;) {
		const n = fromBytes(random(Math.ceil(bits / 8))) >> excess;
		if (n < bound) return n;
	}
}

/** Where a round is: a power of its base, and how many squarings are left that may lead to −1. */
interface Squarings {
	readonly n: bigint;
	square: bigint;
	left: number;
}

// More squarings than this the engine does in blocks, many times faster than BigInt.
const BLOCK = 256;

/**
 * Squares up to the block that leads to 1 or −1: after −1 all squares are 1, so that one that ends with anything else
 * holds neither. Only an n made for it, n − 1 a multiple of 2^258, has so many squarings.
 */
function skipBlocks(
	rounds: readonly Squarings[],
	engine: Pick<Engine, "powers">,
): void {
	const exponent = 1n << BigInt(BLOCK);
	let open = rounds.filter(({ left }) => left > BLOCK);
	while (open.length > 0) {
		const ends = engine.powers(
			open.map(({ n, square }) => ({ base: square, exponent, modulus: n })),
		);
		open = open.filter((round, i) => {
			const end = ends[i] as bigint;
			if (isOneOrMinusOne(end, round.n)) return false;
			round.square = end;
			round.left -= BLOCK;
			return round.left > BLOCK;
		});
	}
}

/** The power b^d of n − 1 = 2^s · d must be 1, or reach −1 by squaring fewer than s times. */
function reachMinusOne({ n, square: power, left }: Squarings): boolean {
	if (isOneOrMinusOne(power, n)) return true;
	let square = power;
	for (let i = 0; i < left && square !== 1n; i++) {
		square = (square * square) % n;
		if (square === n - 1n) return true;
	}
	return false;
}

function isOneOrMinusOne(x: bigint, n: bigint): boolean {
	return x === 1n || x === n - 1n;
}
