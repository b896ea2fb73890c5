import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { chooseEngine, engineOf } from "../../src/arithmetic/choose-engine.js";
import type { Engine } from "../../src/arithmetic/engine.js";
import { UnconfirmedResultError } from "../../src/errors.js";
import { namedGroup } from "../../src/groups/groups.js";
import { confirmedEngine } from "../../src/primality/confirmed-engine.js";

const { p } = namedGroup("ffdhe2048");
const power = { base: 3n, exponent: p >> 1n, modulus: p };
const terms = { parameter: 5n, index: p + 1n, modulus: p };

test("computes what the reference engine does", async () => {
	const engine = confirmedEngine(engineOf(chooseEngine()));
	const odd = fc.bigInt(1n, 1n << 600n).map((n) => 2n * n + 1n);
	fc.assert(
		fc.property(odd, fc.bigInt(0n, 1n << 600n), odd, (modulus, b, exponent) => {
			const base = b % modulus;
			const task = [{ base, exponent, modulus }];
			expect(engine.powers(task)).toEqual(bigintEngine.powers(task));
			const lucas = { parameter: base, index: exponent, modulus };
			expect(engine.lucas(lucas)).toEqual(bigintEngine.lucas(lucas));
		}),
		{ numRuns: 100 },
	);
	expect(engine.powers([{ ...power, exponent: 0n }])).toEqual([1n]);
	expect(engine.powers([{ ...power, base: 0n }])).toEqual([0n]);
	expect(engine.fermat([p, p + 2n])).toEqual([true, false]);
});

/** Engines that compute wrongly now and then, as a carry that is lost does, or always. */
const WRONG: Readonly<Record<string, Engine>> = {
	"every power is 1": {
		...bigintEngine,
		powers: (powers) => powers.map(() => 1n),
		lucas: () => [2n, 5n],
	},
	"every power is −1": {
		...bigintEngine,
		powers: (powers) => powers.map(({ modulus }) => modulus - 1n),
		lucas: ({ modulus }) => [0n, modulus - 1n],
	},
	"a bit is wrong": {
		...bigintEngine,
		powers: (powers) =>
			bigintEngine.powers(powers).map((n) => n ^ (1n << 700n)),
		lucas: (lucas) => {
			const [v, next] = bigintEngine.lucas(lucas);
			return [v, next ^ (1n << 40n)];
		},
	},
	"another base": {
		...bigintEngine,
		powers: (powers) =>
			bigintEngine.powers(
				powers.map((one) => ({ ...one, base: one.base + 1n })),
			),
		lucas: (lucas) => bigintEngine.lucas({ ...lucas, parameter: 7n }),
	},
	"another exponent": {
		...bigintEngine,
		powers: (powers) =>
			bigintEngine.powers(
				powers.map((one) => ({ ...one, exponent: one.exponent - 2n })),
			),
		lucas: (lucas) => bigintEngine.lucas({ ...lucas, index: lucas.index + 1n }),
	},
	"another modulus": {
		...bigintEngine,
		powers: (powers) =>
			bigintEngine.powers(
				powers.map((one) => ({ ...one, modulus: one.modulus - 2n })),
			),
		lucas: (lucas) =>
			bigintEngine.lucas({ ...lucas, modulus: lucas.modulus - 2n }),
	},
};

test("the power of exponent 0 is confirmed too", () => {
	const wrong = { ...bigintEngine, powers: () => [2n] };
	expect(() =>
		confirmedEngine(wrong).powers([{ ...power, exponent: 0n }]),
	).toThrow(UnconfirmedResultError);
});

describe.each(Object.entries(WRONG))("where %s", (_, wrong) => {
	const engine = confirmedEngine(wrong);
	test("the power is refused", () => {
		expect(() => engine.powers([power])).toThrow(UnconfirmedResultError);
	});
	test("the power of a small exponent is refused", () => {
		const small = { ...power, base: p - 3n, exponent: 3n };
		expect(() => engine.powers([small])).toThrow(UnconfirmedResultError);
	});
	test("the Lucas terms are refused", () => {
		expect(() => engine.lucas(terms)).toThrow(UnconfirmedResultError);
	});
});
