import { gcd } from "bigint-mod-arith";
import type { Engine } from "../arithmetic/engine.js";
import {
	isStrongProbablePrime,
	passes,
	type RandomBytes,
	randomBases,
} from "./miller-rabin.js";
import type { Compositeness } from "./primality-tester.js";
import { primesUpTo, smallFactor } from "./small-primes.js";

/** What disproves that p is a safe prime: it or its half (p − 1)/2 is composite. */
export interface SafePrimeFault {
	readonly of: "p" | "half";
	readonly found: Compositeness;
}

/** One part of a quick test. */
export interface QuickRounds {
	/** Odd, of at least 40 bits. */
	readonly p: bigint;
	/** Rounds of Miller-Rabin for (p − 1)/2. */
	readonly rounds: number;
	/** Also trial division, and the round that proves p where its half is prime. */
	readonly first: boolean;
}

const SMALL_PRIMES = primesUpTo(1000);
const SHOWN_FACTORS = 65_536;

/**
 * Rounds of Miller-Rabin with random secret bases, which find any composite half with a chance of 3/4 each (Rabin 1980),
 * whoever made it. Where the half q is prime, one round for p proves it: b^q ≡ ±1 and gcd(b² − 1, p) = 1 (Pocklington 1914).
 *
 * @param engine one whose results are confirmed
 * @returns undefined where the numbers pass
 */
export function quickRounds(
	{ p, rounds, first }: QuickRounds,
	engine: Pick<Engine, "powers">,
	random: RandomBytes,
): SafePrimeFault | undefined {
	const half = (p - 1n) / 2n;
	if (first) {
		for (const [of, n] of [["p", p] as const, ["half", half] as const]) {
			const factor = smallFactor(n, SMALL_PRIMES);
			if (factor !== undefined)
				return { of, found: { kind: "factor", factor } };
		}
	}
	const bases = randomBases(half, rounds, random);
	const [own] = randomBases(p, 1, random) as [bigint];
	const halves = bases.map((base) => ({ n: half, base }));
	const passed = passes(
		first ? [{ n: p, base: own }, ...halves] : halves,
		engine,
	);
	if (first && (passed.shift() === false || gcd(own * own - 1n, p) !== 1n)) {
		return { of: "p", found: shown(p, own, engine) };
	}
	const witness = bases.find((_, i) => passed[i] === false);
	return witness === undefined
		? undefined
		: { of: "half", found: shown(half, witness, engine) };
}

/** A small factor or 2 as a witness says more than a random base. */
function shown(
	n: bigint,
	base: bigint,
	engine: Pick<Engine, "powers">,
): Compositeness {
	const factor = smallFactor(n, primesUpTo(SHOWN_FACTORS));
	if (factor !== undefined) return { kind: "factor", factor };
	return isStrongProbablePrime(n, 2n, engine)
		? { kind: "witness", base }
		: { kind: "witness", base: 2n };
}
