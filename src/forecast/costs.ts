import { checkPrimeSync, randomBytes } from "node:crypto";
import { type EngineChoice, engineOf } from "../arithmetic/choose-engine.js";
import { montgomeryEngine } from "../arithmetic/montgomery-engine.js";
import { draw } from "../search/draw.js";
import { methodOfEngine } from "../search/engines.js";
import { isStruck } from "../search/order.js";
import { type Plan, plan } from "../search/plan.js";
import { chooseSieve, sieve, sieveRanges } from "../search/sieve.js";
import { candidate } from "../search/window.js";

/** What the parts of a search cost here, in ms of one thread. */
export interface Costs {
	readonly bits: number;
	/** One candidate's Fermat test. */
	readonly test: number;
	/** All primes of the sieve. */
	readonly sieve: number;
	/** One power of the verification, which BigInt does whatever the engine is. */
	readonly confirmation: number;
}

// A stretch of primes such as most are that a sieve takes, beyond those that strike often, and how many it holds.
const STRETCH = [2 ** 28, 2 ** 28 + 2 ** 19] as const;
const PRIMES = 27_101; // π(2^28 + 2^19) − π(2^28)

/**
 * Measures the costs of a search of this size with an engine, within about `budget` ms, or as long as a single test
 * takes. The least of several times counts: it is what the machine can do.
 */
export async function measureCosts(
	bits: number,
	choice: EngineChoice,
	budget: number,
): Promise<Costs> {
	const planned = plan(bits, 2, methodOfEngine(choice));
	const { window } = draw(planned, 0, (_, length) => randomBytes(length));
	const engine = engineOf(choice);
	const candidates = Array.from({ length: engine.lanes }, (_, k) =>
		candidate(window, k),
	);
	const chosen = chooseSieve(choice);
	const one = candidates[0] as bigint;
	return {
		bits,
		test: least(budget / 2, () => engine.fermat(candidates)) / engine.lanes,
		sieve:
			(least(budget / 4, () => sieve(chosen, window, [STRETCH])) *
				primesBelow(planned)) /
			PRIMES,
		confirmation: least(budget / 4, () =>
			montgomeryEngine.powers([power(one)]),
		),
	};
}

const power = (modulus: bigint) => ({
	base: 3n,
	exponent: modulus - 1n,
	modulus,
});

/** π(B) ≈ B/(ln B − 1). */
function primesBelow({ sieveBound }: Plan): number {
	return sieveBound / (Math.log(sieveBound) - 1);
}

/**
 * What one modular power costs the OpenSSL that is in Node, in ms: `crypto.checkPrime` of a number without small factors
 * ends, where it is composite as nearly all of them are, with its first round of Miller-Rabin.
 */
export async function opensslPowerMs(
	bits: number,
	budget: number,
): Promise<number> {
	const { window } = draw(plan(bits, 2, "bigint"), 0, (_, length) =>
		randomBytes(length),
	);
	const struck = sieve("plain", window, sieveRanges(0, 2 ** 16));
	const numbers = Array.from({ length: 2048 }, (_, k) => k)
		.filter((k) => !isStruck(struck, k))
		.slice(0, 3)
		.map((k) => candidate(window, k));
	return Math.min(
		...numbers.map((n) =>
			least(budget / numbers.length, () => checkPrimeSync(n)),
		),
	);
}

/** The least time of a few runs, in ms; at least two. */
function least(budget: number, run: () => unknown): number {
	const began = performance.now();
	let best = Number.POSITIVE_INFINITY;
	for (let runs = 0; runs < 2 || performance.now() - began < budget; runs++) {
		const start = performance.now();
		run();
		best = Math.min(best, performance.now() - start);
	}
	return best;
}
