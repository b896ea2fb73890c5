import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { UnconfirmedResultError } from "../../src/errors.js";
import { isStrongLucasProbablePrime } from "../../src/primality/lucas.js";
import {
	below,
	isStrongProbablePrime,
	randomBases,
	witnesses,
} from "../../src/primality/miller-rabin.js";
import { provesSafePrime } from "../../src/primality/pocklington.js";
import { PrimalityTester } from "../../src/primality/primality-tester.js";
import { primesUpTo, smallFactor } from "../../src/primality/small-primes.js";
import { load, number } from "../vectors/groups.js";
import { passesBailliePsw } from "./baillie-psw.js";

const LIMIT = 20_000;
const primes = primesUpTo(LIMIT);
const isPrime = new Set(primes);

function tester(rounds = 64): PrimalityTester {
	return new PrimalityTester({
		engine: bigintEngine,
		random: randomBytes,
		rounds,
		pause: async () => {},
	});
}

describe("small primes", () => {
	test("are those that trial division leaves", () => {
		const slow = [];
		for (let n = 2; n <= 3000; n++) {
			let divisor = 2;
			while (n % divisor !== 0) divisor++;
			if (divisor === n) slow.push(n);
		}
		expect(primesUpTo(3000)).toEqual(slow);
		expect(primesUpTo(1)).toEqual([]);
		// OEIS A006880: the number of primes below 10^n.
		expect(primesUpTo(99_999).length).toBe(9592);
	});

	test("a factor is a proper one", () => {
		expect(smallFactor(7n, primes)).toBeUndefined();
		expect(smallFactor(49n, primes)).toBe(7);
		expect(smallFactor(19_997n * 20_011n, primes)).toBe(19_997);
	});
});

describe("every number below 20,000", () => {
	test("Baillie-PSW finds exactly the primes", () => {
		for (let n = 0; n < LIMIT; n++) {
			expect(passesBailliePsw(BigInt(n)), `${n}`).toBe(isPrime.has(n));
		}
	});

	test("the tester finds exactly the safe primes", async () => {
		const { smallRange, smallSafePrimes } = load<{
			smallRange: [number, number];
			smallSafePrimes: number[];
		}>("safe-primes");
		const found: number[] = [];
		for (let p = 3; p < LIMIT; p += 2) {
			const verdict = await tester(4).safePrime(BigInt(p));
			expect(verdict.p === undefined, `${p}`).toBe(isPrime.has(p));
			if (verdict.p === undefined && verdict.half === undefined) found.push(p);
		}
		expect(found).toEqual(
			primes.filter((p) => p > 2 && isPrime.has((p - 1) / 2)),
		);
		expect(found.filter((p) => p <= smallRange[1])).toEqual(smallSafePrimes);
	});

	test("Pocklington proves exactly the safe primes, given the prime half", () => {
		for (const q of primes.filter((q) => q > 7 && q < LIMIT / 2)) {
			const p = 2 * q + 1;
			const proved = [2n, 3n, 4n, 5n, 9n].some((witness) =>
				provesSafePrime(BigInt(q), witness, bigintEngine),
			);
			expect(proved, `${p}`).toBe(isPrime.has(p));
		}
	});
});

describe("published pseudoprimes", () => {
	// OEIS A001262, A217255, A014233: strong to base 2; strong Lucas; strong to the first n primes.
	test("strong to base 2", () => {
		for (const n of [2047n, 3277n, 4033n, 4681n, 8321n, 15841n, 29341n]) {
			expect(isStrongProbablePrime(n, 2n, bigintEngine)).toBe(true);
			expect(isStrongLucasProbablePrime(n)).toBe(false);
		}
	});

	test("strong Lucas", () => {
		for (const n of [5459n, 5777n, 10877n, 16109n, 18971n, 22499n, 24569n]) {
			expect(isStrongLucasProbablePrime(n)).toBe(true);
			expect(isStrongProbablePrime(n, 2n, bigintEngine)).toBe(false);
		}
	});

	test("strong to the first 2 to 13 primes", () => {
		const psi = [
			1373653n,
			25326001n,
			3215031751n,
			2152302898747n,
			3474749660383n,
			341550071728321n,
			341550071728321n,
			3825123056546413051n,
			3825123056546413051n,
			3825123056546413051n,
			318665857834031151167461n,
			3317044064679887385961981n,
		];
		for (const [i, n] of psi.entries()) {
			const bases = primes.slice(0, i + 2).map(BigInt);
			expect(witnesses(n, bases, bigintEngine)).toEqual([]);
			expect(passesBailliePsw(n)).toBe(false);
		}
	});
});

// n − 1 = m·2^s with a large s: Proth primes (OEIS A002253, A032353), and composites of that form beside them.
describe("numbers with thousands of squarings in a round", () => {
	test.each([
		[3n, 2208n, true],
		[7n, 1804n, true],
		[3n, 2210n, false],
		[1n, 1024n, false],
	])("%i·2^%i + 1", (m, s, isPrime) => {
		const n = m * 2n ** s + 1n;
		const bases = [2n, ...randomBases(n, 6, randomBytes)];
		const found = witnesses(n, bases, bigintEngine);
		// A Fermat number passes base 2, and no other.
		const passing = m === 1n ? [2n] : [];
		expect(bases.filter((base) => !found.includes(base))).toEqual(
			isPrime ? bases : passing,
		);
	});
});

describe("composites made to pass, and primes for contrast", () => {
	const { cases } = load<{
		cases: {
			id: string;
			comment: string;
			n: string;
			q?: string;
			bits: number;
			expected: "composite" | "prime";
			expectedSafePrime?: boolean;
			passesMRFirstPrimeBases?: number;
			lucasClass?: string;
		}[];
	}>("adversarial-composites");

	test.each(cases)("$id: $comment", async ({ n, expected, bits, q }) => {
		// The large primes are tested with the groups; here a few rounds show that they pass.
		const verdict = await tester(bits > 1100 ? 4 : 64).compositeness(number(n));
		expect(verdict === undefined).toBe(expected === "prime");
		if (q !== undefined) {
			expect(await tester().compositeness(number(q))).toBeDefined();
		}
	});

	test.each(cases.filter((c) => c.passesMRFirstPrimeBases !== undefined))(
		"$id fools the fixed bases that it was made for",
		({ n, passesMRFirstPrimeBases: count = 0 }) => {
			const bases = primes.slice(0, Math.min(count, 8)).map(BigInt);
			expect(witnesses(number(n), bases, bigintEngine)).toEqual([]);
		},
	);

	test.each(cases.filter(({ lucasClass }) => lucasClass === "slucas"))(
		"$id fools the strong Lucas test",
		({ n }) => expect(isStrongLucasProbablePrime(number(n))).toBe(true),
	);
});

describe("evidence", () => {
	test("a factor, a square root, or a witness that anyone can check", async () => {
		const big = (1n << 127n) - 1n;
		const other = (1n << 89n) - 1n;
		expect(await tester().compositeness(1n)).toEqual({ kind: "below-two" });
		expect(await tester().compositeness(999n)).toEqual({
			kind: "factor",
			factor: 3,
		});
		// Beyond trial division, found once the number is known to be composite.
		expect(await tester().compositeness(65_521n * big)).toEqual({
			kind: "factor",
			factor: 65_521,
		});
		const witness = await tester().compositeness(big * other);
		expect(witness).toMatchObject({ kind: "witness" });
		// The square of a Wieferich prime passes base 2.
		expect(isStrongProbablePrime(1093n ** 2n, 2n, bigintEngine)).toBe(true);
		expect(await tester().compositeness(3511n ** 2n)).toEqual({
			kind: "factor",
			factor: 3511,
		});
	});

	test("p = 2q + 1 with a prime q and a composite p", async () => {
		const q = (1n << 127n) - 1n;
		const verdict = await tester(8).safePrime(2n * q + 1n);
		expect(verdict.half).toBeUndefined();
		expect(verdict.p).toBeDefined();
	});

	test("a witness that BigInt does not confirm is our bug, and no verdict", async () => {
		const wrong = new PrimalityTester({
			engine: {
				...bigintEngine,
				powers: (powers) => powers.map(({ modulus }) => modulus - 2n),
			},
			random: randomBytes,
			rounds: 4,
			pause: async () => {},
		});
		await expect(wrong.compositeness((1n << 521n) - 1n)).rejects.toThrow(
			UnconfirmedResultError,
		);
	});

	test("a prime gets base 2 and 8 rounds with secret elements, none twice", async () => {
		const sequences: bigint[] = [];
		const exponents: bigint[] = [];
		const counting = () =>
			new PrimalityTester({
				engine: {
					...bigintEngine,
					powers: (powers) => {
						exponents.push(...powers.map(({ exponent }) => exponent));
						return bigintEngine.powers(powers);
					},
					lucas: (terms) => {
						sequences.push(terms.parameter);
						return bigintEngine.lucas(terms);
					},
				},
				random: randomBytes,
				rounds: 64,
				pause: async () => {},
			});
		const prime = 2n ** 255n - 19n;
		const one = counting();
		expect(await one.compositeness(prime)).toBeUndefined();
		expect(await one.compositeness(prime)).toBeUndefined();
		// n − 1 is 4 times an odd number.
		const strong = exponents.filter((each) => each === (prime - 1n) / 4n);
		expect(strong).toHaveLength(1);
		expect(sequences.length).toBeGreaterThanOrEqual(8);
		// One prime in 3^8 needs more.
		expect(sequences.length).toBeLessThanOrEqual(20);
		const first = new Set(sequences);
		expect(await counting().compositeness(prime)).toBeUndefined();
		// The first element is the same for all.
		expect(new Set(sequences).size).toBeGreaterThanOrEqual(first.size + 7);
	});

	test("an engine that fails a prime is our bug, and no verdict", async () => {
		const wrong = new PrimalityTester({
			engine: {
				...bigintEngine,
				lucas: ({ parameter }) => [parameter, 2n],
			},
			random: randomBytes,
			rounds: 4,
			pause: async () => {},
		});
		await expect(wrong.compositeness((1n << 521n) - 1n)).rejects.toThrow(
			UnconfirmedResultError,
		);
	});

	test("the work stops when the pause rejects", async () => {
		const stopped = new PrimalityTester({
			engine: bigintEngine,
			random: randomBytes,
			rounds: 64,
			pause: async () => {
				throw new Error("stop");
			},
		});
		await expect(stopped.compositeness((1n << 521n) - 1n)).rejects.toThrow(
			"stop",
		);
	});
});

describe("random bases", () => {
	test("below is uniform over its range and never outside", () => {
		const counts = new Array<number>(10).fill(0);
		for (let i = 0; i < 10_000; i++) {
			const n = Number(below(10n, randomBytes));
			counts[n] = (counts[n] as number) + 1;
		}
		// Nearly seven standard deviations on each side.
		expect(counts.every((count) => count > 800 && count < 1200)).toBe(true);
		fc.assert(
			fc.property(fc.bigInt({ min: 1n, max: 1n << 300n }), (bound) => {
				const n = below(bound, randomBytes);
				expect(n >= 0n && n < bound).toBe(true);
			}),
		);
	});

	test("bases are in 2 ... n - 2, both ends included", () => {
		const seen = new Set(
			randomBases(7n, 500, randomBytes).map((base) => Number(base)),
		);
		expect([...seen].sort()).toEqual([2, 3, 4, 5]);
	});
});
