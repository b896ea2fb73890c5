/**
 * Rounds of a quadratic Frobenius test that extends Grantham's (1998): beside the conjugate it compares roots of unity of
 * order 24, as Damgård and Frandsen do (2003), whose way to use them is simplified after Seysen (2005). A composite n without a
 * factor up to {@link TRIAL_LIMIT} passes a round with a chance below 24^−4, whoever made it: docs/frobenius.md has the
 * test and the proof.
 */
import type { Engine } from "../arithmetic/engine.js";
import type { FrobeniusElement } from "./frobenius-elements.js";
import type { FrobeniusSetup } from "./frobenius-setup.js";
import { areEqual, type Quadratic, QuadraticRing } from "./quadratic-ring.js";

/** The bound needs an n without a factor up to here. */
export const TRIAL_LIMIT = 16_384;

/** log2 of 24^4: what a round adds to the exponent of the bound. */
const ROUND_BITS = 4 * Math.log2(24);

/** Of an element that may be one of a field. */
export interface FrobeniusResult {
	/** z^((n² − 1)/8) */
	readonly eighth: Quadratic;
	/** i of ζ^i = z^((n² − 1)/3) */
	readonly third: 0 | 1 | 2;
}

/** So many rounds a composite passes with a chance below 2^−`exponent`. */
export function frobeniusRounds(exponent: number): number {
	return Math.ceil(exponent / ROUND_BITS);
}

/**
 * Rounds for these elements. Each costs a power of its norm and a Lucas sequence of its trace, both with an index of
 * some n/48: z² is norm·y, where y has norm 1.
 *
 * @returns undefined for an element that shows n to be composite
 */
export function frobeniusResults(
	{ n, c, cubeRoot }: FrobeniusSetup,
	elements: readonly FrobeniusElement[],
	engine: Pick<Engine, "powers" | "lucas">,
): (FrobeniusResult | undefined)[] {
	const ring = new QuadraticRing(n, c);
	const exponent = n / 24n;
	const index = exponent / 2n;
	const norms = engine.powers(
		elements.map(({ norm }) => ({ base: norm, exponent: index, modulus: n })),
	);
	return elements.map(({ z, trace, scale }, i) => {
		const [v, next] = engine.lucas({ parameter: trace, index, modulus: n });
		const half = (n + 1n) / 2n;
		const root = ring.element(v * half, (2n * next - trace * v) * scale);
		const even = ring.multiply(ring.element(norms[i] as bigint), root);
		const power = exponent % 2n === 0n ? even : ring.multiply(even, z);
		return resultOf(ring, cubeRoot, z, power);
	});
}

/** @param power z^⌊n/24⌋ */
function resultOf(
	ring: QuadraticRing,
	cubeRoot: Quadratic,
	z: Quadratic,
	power: Quadratic,
): FrobeniusResult | undefined {
	const rest = Number(ring.n % 24n);
	const isConjugate = rest % 3 === 2;
	// z^((n + 1)/3), or z^((n − 1)/3)
	const third = ring.multiply(
		ring.power(power, 8),
		ring.power(z, Math.round(rest / 3)),
	);
	const cube = ring.power(third, 3);
	// z^n is the conjugate: z^(n + 1) is the norm.
	const holds = isConjugate
		? areEqual(cube, ring.element(ring.norm(z)))
		: areEqual(ring.multiply(cube, z), ring.conjugate(z));
	if (!holds) return undefined;
	// So (z^i)^n is the conjugate of z^i for each i.
	const roots = [0, 1, 2] as const;
	const found = roots.find((i) => {
		const root = ring.power(cubeRoot, i);
		return isConjugate
			? areEqual(ring.conjugate(third), ring.multiply(third, root))
			: areEqual(ring.element(ring.norm(third)), root);
	});
	if (found === undefined) return undefined;
	// n = 8k + r, and (n² − 1)/8 = n·k + r·k + (r² − 1)/8
	const r = rest % 8;
	const k = ring.multiply(
		ring.power(power, 3),
		ring.power(z, Math.floor(rest / 8)),
	);
	const eighth = ring.multiply(
		ring.multiply(ring.conjugate(k), ring.power(k, r)),
		ring.power(z, (r * r - 1) / 8),
	);
	return { eighth, third: found };
}

/**
 * What the results for all elements say, that of the non-square first: "open" where no z^((n² − 1)/3) was other than 1,
 * and more rounds are needed. A third of the elements of a field are cubes.
 */
export function frobeniusVerdict(
	{ n, c }: FrobeniusSetup,
	results: readonly (FrobeniusResult | undefined)[],
): "passes" | "composite" | "open" {
	const ring = new QuadraticRing(n, c);
	const root = results[0]?.eighth;
	// A root of unity of order 8: those of the others are powers of it.
	if (root === undefined || !isMinusOne(ring, ring.power(root, 4))) {
		return "composite";
	}
	const powers = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ring.power(root, i));
	const pass = results.every(
		(result) =>
			result !== undefined &&
			powers.some((each) => areEqual(each, result.eighth)),
	);
	if (!pass) return "composite";
	return results.some((result) => result?.third !== 0) ? "passes" : "open";
}

function isMinusOne(ring: QuadraticRing, u: Quadratic): boolean {
	return areEqual(u, ring.element(-1n));
}
