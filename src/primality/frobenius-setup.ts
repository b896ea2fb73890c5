import type { Engine } from "../arithmetic/engine.js";
import { jacobi, squareRoot } from "../arithmetic/integers.js";
import { below, type RandomBytes } from "./miller-rabin.js";
import { type Quadratic, QuadraticRing } from "./quadratic-ring.js";

/** What the rounds for n work with; plain data, which other threads receive. */
export interface FrobeniusSetup {
	readonly n: bigint;
	/** x² = c, where (c/n) = −1. */
	readonly c: bigint;
	/** ζ, with ζ² + ζ + 1 = 0. */
	readonly cubeRoot: Quadratic;
}

// That so many are cubes of a prime happens with a chance of 3^−64; of some composites all are.
const MAX_BASES = 64;

/** What a setup is made with. */
export interface FrobeniusResources {
	readonly engine: Pick<Engine, "powers">;
	readonly random: RandomBytes;
	/** Called before each power; rejects to stop the work. */
	readonly pause: () => Promise<void>;
}

/**
 * @param n above 3, without the factors 2 and 3
 * @returns undefined for an n that proves to be composite
 */
export async function frobeniusSetup(
	n: bigint,
	resources: FrobeniusResources,
): Promise<FrobeniusSetup | undefined> {
	if (n % 3n === 2n) {
		// (−3/n) = (n/3) = −1, and x = √−3 leads to ζ.
		const half = (n + 1n) / 2n;
		const ring = new QuadraticRing(n, -3n);
		return { n, c: -3n, cubeRoot: ring.element(-half, half) };
	}
	// A square has no c.
	if (squareRoot(n) ** 2n === n) return undefined;
	const root = await rationalCubeRoot(n, resources);
	if (root === undefined) return undefined;
	return { n, c: nonResidue(n), cubeRoot: { a: root, b: 0n } };
}

/** The first of −1, 2, 3, 4, 5, … whose Jacobi symbol is −1: some hundreds are tried for an n that was made for it. */
function nonResidue(n: bigint): bigint {
	if (jacobi(-1n, n) === -1) return -1n;
	for (let c = 2n; ; c++) if (jacobi(c, n) === -1) return c;
}

/**
 * b^((n − 1)/3), if it is a cube root of unity, for the first random b for which it is not 1. Small b would not do: there
 * are primes for which hundreds of them are cubes.
 */
async function rationalCubeRoot(
	n: bigint,
	{ engine, random, pause }: FrobeniusResources,
): Promise<bigint | undefined> {
	for (let i = 0; i < MAX_BASES; i++) {
		await pause();
		const base = 1n + below(n - 1n, random);
		const exponent = (n - 1n) / 3n;
		const [root] = engine.powers([{ base, exponent, modulus: n }]) as [bigint];
		if (root === 1n) continue;
		return (root * root + root + 1n) % n === 0n ? root : undefined;
	}
	return undefined;
}
