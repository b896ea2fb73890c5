import { modInv, toZn } from "bigint-mod-arith";
import { jacobi } from "../arithmetic/integers.js";
import type { FrobeniusSetup } from "./frobenius-setup.js";
import { below, type RandomBytes } from "./miller-rabin.js";
import { type Quadratic, QuadraticRing } from "./quadratic-ring.js";

/** An element z of a round, and what its power is computed from. */
export interface FrobeniusElement {
	readonly z: Quadratic;
	readonly norm: bigint;
	/** The trace of y = z²/norm, an element of norm 1. */
	readonly trace: bigint;
	/** norm/(8·a·b·c) for z = a + b·x: what leads from the Lucas sequence of y to its powers. */
	readonly scale: bigint;
}

/**
 * The elements of the rounds: the first is small and not a square where n is prime, and leads to a root of unity of
 * order 8; the others are random.
 *
 * @returns undefined for an n that proves to be composite
 */
export function frobeniusElements(
	{ n, c }: FrobeniusSetup,
	count: number,
	random: RandomBytes,
): FrobeniusElement[] | undefined {
	const ring = new QuadraticRing(n, c);
	const drawn = Array.from({ length: count }, () =>
		randomElement(ring, random),
	);
	return prepared(ring, [smallNonSquare(ring), ...drawn]);
}

/** One more random element. */
export function frobeniusElement(
	{ n, c }: FrobeniusSetup,
	random: RandomBytes,
): FrobeniusElement | undefined {
	const ring = new QuadraticRing(n, c);
	return prepared(ring, [randomElement(ring, random)])?.[0];
}

function smallNonSquare(ring: QuadraticRing): Quadratic {
	for (let a = 1n; ; a++) {
		const z = { a, b: 1n };
		if (jacobi(ring.norm(z), ring.n) === -1) return z;
	}
}

/** Random, without the few that {@link prepared} cannot take: at most four in n where n is prime. */
function randomElement(ring: QuadraticRing, random: RandomBytes): Quadratic {
	for (;;) {
		const z = { a: below(ring.n, random), b: below(ring.n, random) };
		if (divisorOf(ring, z) !== 0n) return z;
	}
}

function prepared(
	ring: QuadraticRing,
	elements: readonly Quadratic[],
): FrobeniusElement[] | undefined {
	const { n, c } = ring;
	const divisors = elements.map((z) => divisorOf(ring, z));
	return inversesOf(divisors, n)?.map((inverse, i) => {
		const z = elements[i] as Quadratic;
		const norm = ring.norm(z);
		// What y = z²/norm has without x, twice.
		const trace = 2n * (z.a * z.a + c * z.b * z.b) * eightfold(ring, z);
		return {
			z,
			norm,
			trace: toZn(trace * inverse, n),
			scale: toZn(norm * norm * inverse, n),
		};
	});
}

/** The product of all that is divided by. */
function divisorOf(ring: QuadraticRing, z: Quadratic): bigint {
	return toZn(ring.norm(z) * eightfold(ring, z), ring.n);
}

/** 8·a·b·c */
function eightfold({ c }: QuadraticRing, { a, b }: Quadratic): bigint {
	return 8n * a * b * c;
}

/** The inverses of many numbers at the price of one (Montgomery 1987); undefined where one shares a factor with n. */
function inversesOf(
	numbers: readonly bigint[],
	n: bigint,
): bigint[] | undefined {
	const products = [1n];
	for (const each of numbers) {
		products.push(((products.at(-1) as bigint) * each) % n);
	}
	let inverse: bigint;
	try {
		inverse = modInv(products.at(-1) as bigint, n);
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
	const inverses: bigint[] = [];
	for (let i = numbers.length - 1; i >= 0; i--) {
		inverses[i] = (inverse * (products[i] as bigint)) % n;
		inverse = (inverse * (numbers[i] as bigint)) % n;
	}
	return inverses;
}
