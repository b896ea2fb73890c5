/**
 * The cost model of the plan (src/search/plan.ts): measures the sieve's time for a prime and the time of a test, fits
 * the model's constants to them, and prints what the plan predicts beside what was measured:
 *   npm run bench:plan
 * The constants in plan.ts are those of such a run; on another machine the ratio of the two matters, not their size.
 */
import { randomBytes } from "node:crypto";
import {
	chooseEngine,
	type EngineChoice,
	engineOf,
} from "../src/arithmetic/choose-engine.js";
import type { Engine } from "../src/arithmetic/engine.js";
import { compileKernel } from "../src/arithmetic/kernel-module.js";
import { draw } from "../src/search/draw.js";
import { methodOfEngine } from "../src/search/engines.js";
import {
	type Method,
	type Plan,
	plan,
	sieveMs,
	testMs,
} from "../src/search/plan.js";
import { sieve, sieveKernel, sieveRanges } from "../src/search/sieve.js";
import { candidate, type Window } from "../src/search/window.js";

const SIZES = [512, 1024, 2048, 3072, 4096, 8192];
const SIEVE_BOUND = 2 ** 24;
const PRIMES_BELOW = 1_077_871; // π(2^24)
const ROUNDS = 5;
const TEST_BUDGET_MS = 400;

const choice = await chooseEngine();
const reason = "measured for comparison";
const choices: EngineChoice[] = [
	...(choice.name === "kernel" && choice.kernel === "fused" ? [choice] : []),
	{
		name: "kernel",
		kernel: "integer",
		module: await compileKernel("integer-power"),
		reason,
	},
	{ name: "bigint", reason },
];
for (const each of choices) {
	const engine = engineOf(each);
	const method = methodOfEngine(each);
	const module = await compileKernel(sieveKernel(each));
	const primeNs = SIZES.map((bits) => timeOfPrime(module, bits));
	const tests = SIZES.map((bits) => timeOfTest(engine, method, bits));
	console.log(`${method}, ${process.version}\n`);
	report(method, primeNs, tests);
}

/** The sieve's worker time in ns for one prime: the least of several runs over the whole range. */
function timeOfPrime(module: WebAssembly.Module, bits: number): number {
	const window = someWindow(plan(bits, 2, "bigint"));
	const ranges = sieveRanges(0, SIEVE_BOUND);
	const ms = least(ROUNDS, () => sieve(module, window, ranges));
	return (ms * 1e6) / PRIMES_BELOW;
}

/** The time of one test in ms, with all lanes of the engine at work. */
function timeOfTest(engine: Engine, method: Method, bits: number): number {
	const window = someWindow(plan(bits, 2, method));
	const candidates = Array.from({ length: engine.lanes }, (_, k) =>
		candidate(window, k),
	);
	const expected = testMs(bits, method) * engine.lanes;
	const rounds = Math.max(2, Math.round(TEST_BUDGET_MS / expected));
	return least(rounds, () => engine.fermat(candidates)) / engine.lanes;
}

function someWindow(planned: Plan): Window {
	return draw(planned, 0, (_, length) => randomBytes(length)).window;
}

function least(rounds: number, run: () => unknown): number {
	let best = Number.POSITIVE_INFINITY;
	for (let i = 0; i < rounds; i++) {
		const start = performance.now();
		run();
		best = Math.min(best, performance.now() - start);
	}
	return best;
}

function report(
	method: Method,
	primeNs: readonly number[],
	tests: readonly number[],
): void {
	const [perPrime, perBit] = line(SIZES, primeNs);
	const [logAt2048, exponent] = line(
		SIZES.map((bits) => Math.log(bits / 2048)),
		tests.map(Math.log),
	);
	console.log(
		`fit: ns a prime = ${perPrime.toFixed(1)} + ${perBit.toFixed(4)}·bits; ms a test = ${Math.exp(logAt2048).toFixed(2)}·(bits/2048)^${exponent.toFixed(2)}\n`,
	);
	console.log(
		"         sieve, ns a prime      one test, ms       sieve of the plan, s\n" +
			" bits   measured  the plan    measured  the plan     bound  the plan  expected tests",
	);
	SIZES.forEach((bits, i) => {
		const { sieveBound, expectedTests } = plan(bits, 2, method);
		const planned = (sieveMs(bits, SIEVE_BOUND, method) * 1e6) / PRIMES_BELOW;
		console.log(
			[
				String(bits).padStart(5),
				(primeNs[i] as number).toFixed(1).padStart(10),
				planned.toFixed(1).padStart(10),
				(tests[i] as number).toFixed(3).padStart(12),
				testMs(bits, method).toFixed(3).padStart(10),
				`2^${Math.log2(sieveBound).toFixed(1)}`.padStart(10),
				(sieveMs(bits, sieveBound, method) / 1000).toFixed(3).padStart(10),
				expectedTests.toFixed(0).padStart(16),
			].join(""),
		);
	});
	console.log();
}

/** Least relative squares: the line y = a + b·x with Σ ((a + b·x − y)/w)² least, w = |y| where all y are positive. */
function line(
	x: readonly number[],
	y: readonly number[],
): [a: number, b: number] {
	const relative = y.every((value) => value > 0);
	const weights = y.map((value) => (relative ? 1 / value ** 2 : 1));
	const sum = (term: (i: number) => number) =>
		weights.reduce((total, w, i) => total + w * term(i), 0);
	const n = sum(() => 1);
	const sx = sum((i) => x[i] as number);
	const sy = sum((i) => y[i] as number);
	const sxx = sum((i) => (x[i] as number) ** 2);
	const sxy = sum((i) => (x[i] as number) * (y[i] as number));
	const b = (n * sxy - sx * sy) / (n * sxx - sx * sx);
	return [(sy - b * sx) / n, b];
}
