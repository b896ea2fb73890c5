import { randomBytes } from "node:crypto";
import { bigintEngine } from "../arithmetic/bigint-engine.js";
import { type EngineChoice, engineOf } from "../arithmetic/choose-engine.js";
import type {
	ConfirmedEngine,
	Engine,
	LucasTerms,
	Power,
} from "../arithmetic/engine.js";
import { residueShift } from "../arithmetic/fermat-residue.js";
import { fromBytes } from "../arithmetic/integers.js";
import { UnconfirmedResultError } from "../errors.js";
import { isStrongProbablePrime } from "./miller-rabin.js";
import { primesUpTo } from "./small-primes.js";

/** The size of the secret prime in bits: two more limbs of the kernel at most. */
const WITNESS_BITS = 60;

// Miller-Rabin with the first 12 primes decides below 2^64 (Sorenson and Webster 2015).
const BASES = primesUpTo(37).map(BigInt);

/**
 * An engine whose every result BigInt confirms at a small part of its cost. It computes modulo n·r instead of n, with a
 * random prime r of 60 bits; BigInt computes the same modulo r alone, and the two must agree modulo r (Shamir, "How to
 * check modular exponentiation", 1997). A result that is wrong by a number which does not depend on r is noticed unless r
 * divides that number: below 20,000 bits it has at most 338 such divisors, among more than 2^53 primes, a chance below 2^−44.
 *
 * @param engine of this thread
 */
export function confirmedEngine(engine: Engine): ConfirmedEngine {
	const witness = randomPrime();
	return {
		name: engine.name,
		lanes: engine.lanes,
		isConfirmed: true,

		fermat(candidates) {
			const powers = candidates.map((n) => ({
				base: 2n,
				exponent: n - 1n,
				modulus: n,
			}));
			return this.powers(powers).map((power) => power === 1n);
		},

		fermatResidues(candidates) {
			return this.powers(
				candidates.map((n) => ({
					base: 2n,
					exponent: n - 1n + BigInt(residueShift(n)),
					modulus: n,
				})),
			);
		},

		powers(powers: readonly Power[]) {
			const widened = powers.map((power) => ({
				...power,
				modulus: power.modulus * witness,
			}));
			const results = engine.powers(widened);
			return powers.map(({ base, exponent, modulus }, i) => {
				const result = results[i] as bigint;
				const [expected] = bigintEngine.powers([
					{
						base: base % witness,
						exponent: reduced(exponent, witness - 1n),
						modulus: witness,
					},
				]);
				if (result % witness !== expected) throw unconfirmed();
				return result % modulus;
			});
		},

		lucas({ parameter, index, modulus }: LucasTerms) {
			const [v, next] = engine.lucas({
				parameter,
				index,
				modulus: modulus * witness,
			});
			// The roots of t² − Pt + 1 are in the field of r² elements: V_k has a period that divides r² − 1.
			const [expected, expectedNext] = bigintEngine.lucas({
				parameter: parameter % witness,
				index: index % (witness * witness - 1n),
				modulus: witness,
			});
			if (v % witness !== expected || next % witness !== expectedNext) {
				throw unconfirmed();
			}
			return [v % modulus, next % modulus];
		},
	};
}

/** The engine of this thread, for results that nothing else confirms: BigInt as it is, a kernel with {@link confirmedEngine}. */
export function confirmedEngineOf(choice: EngineChoice): ConfirmedEngine {
	return choice.name === "kernel"
		? confirmedEngine(engineOf(choice))
		: bigintEngine;
}

/** The exponent modulo r − 1 by Fermat; not 0 where it is above 0, since a base may be a multiple of r. */
function reduced(exponent: bigint, order: bigint): bigint {
	return exponent < order ? exponent : (exponent % order) + order;
}

function unconfirmed(): UnconfirmedResultError {
	return new UnconfirmedResultError(
		"The kernel computed a modular power that BigInt does not confirm. Please report it as a bug.",
	);
}

/** A random prime of {@link WITNESS_BITS} bits. */
function randomPrime(): bigint {
	for (;;) {
		const random = BigInt.asUintN(WITNESS_BITS - 1, fromBytes(randomBytes(8)));
		const n = random | (1n << BigInt(WITNESS_BITS - 1)) | 1n;
		if (BASES.every((base) => isStrongProbablePrime(n, base, bigintEngine))) {
			return n;
		}
	}
}
