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
	expectedTests,
	type Method,
	type Plan,
	plan,
	primesBelow,
	sieveMs,
	testMs,
} from "../src/search/plan.js";
import { sieve, sieveKernel, sieveRanges } from "../src/search/sieve.js";
import { candidate, type Window } from "../src/search/window.js";

const SIZES = [512, 1024, 2048, 3072, 4096, 8192];
// Stretches of primes such as a sieve ends with, and how many they hold. The primes below some 2^20 take longer, because
// they strike often: that depends on the window, and nothing on the bound.
const USUAL = { low: 2 ** 26, high: 2 ** 26 + 2 ** 23, primes: 464_009 };
const LARGE = { low: 2 ** 34, high: 2 ** 34 + 2 ** 23, primes: 356_179 };
// What larger bounds save beside this one is printed.
const LARGE_BOUND = 2 ** 31;
const ROUNDS = 7;
const TEST_BUDGET_MS = 400;

const choice = chooseEngine();
const reason = "measured for comparison";
const choices: EngineChoice[] = [
	...(choice.name === "kernel" && choice.kernel === "fused" ? [choice] : []),
	{
		name: "kernel",
		kernel: "integer",
		module: compileKernel("integer-power"),
		reason,
	},
	{ name: "bigint", reason },
];
for (const each of choices) {
	const engine = engineOf(each);
	const method = methodOfEngine(each);
	const module = compileKernel(sieveKernel(each));
	const costs = SIZES.map((bits) => ({
		bits,
		primeNs: timeOfPrime(module, bits, USUAL),
		// Only the fused sieve goes beyond 2^31.
		largeNs: method === "kernel" ? timeOfPrime(module, bits, LARGE) : 0,
		testMs: timeOfTest(engine, method, bits),
	}));
	console.log(`${method}, ${process.version}\n`);
	report(method, costs);
	reportLosses(method);
}

/** What was measured: ns a prime below and above 2^31, and ms a test. */
interface Costs {
	readonly bits: number;
	readonly primeNs: number;
	readonly largeNs: number;
	readonly testMs: number;
}

/** The sieve's worker time in ns for one prime of a stretch: the least of several runs. */
function timeOfPrime(
	module: WebAssembly.Module,
	bits: number,
	{ low, high, primes }: typeof USUAL,
): number {
	const window = someWindow(plan(bits, 2, "bigint"));
	const ranges = sieveRanges(low, high);
	const ms = least(ROUNDS, () => sieve(module, window, ranges));
	return (ms * 1e6) / primes;
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

/** The least CPU time of several runs, in ms: wall time would count what other programs take. */
function least(rounds: number, run: () => unknown): number {
	let best = Number.POSITIVE_INFINITY;
	for (let i = 0; i < rounds; i++) {
		const before = process.cpuUsage();
		run();
		const { user, system } = process.cpuUsage(before);
		best = Math.min(best, (user + system) / 1000);
	}
	return best;
}

function report(method: Method, costs: readonly Costs[]): void {
	const sizes = costs.map(({ bits }) => bits);
	const [perPrime, perBit] = line(
		sizes,
		costs.map(({ primeNs }) => primeNs),
	);
	const [logAt2048, exponent] = line(
		sizes.map((bits) => Math.log(bits / 2048)),
		costs.map((cost) => Math.log(cost.testMs)),
	);
	const large =
		costs.reduce((sum, cost) => sum + cost.largeNs - cost.primeNs, 0) /
		costs.length;
	console.log(
		`fit: ns a prime = ${perPrime.toFixed(1)} + ${perBit.toFixed(4)}·bits${
			method === "kernel" ? `, above 2^31 ${large.toFixed(1)} more` : ""
		}; ms a test = ${Math.exp(logAt2048).toFixed(2)}·(bits/2048)^${exponent.toFixed(2)}\n`,
	);
	console.log(
		"         sieve, ns a prime            one test, ms       sieve of the plan           expected CPU\n" +
			" bits   measured  2^34  the plan    measured  the plan     bound  the plan   tests   in s  by that of 2^31",
	);
	for (const cost of costs) {
		const { bits } = cost;
		const { sieveBound, expectedTests: tests } = plan(bits, 2, method);
		const planned =
			(sieveMs(bits, 2 ** 26, method) * 1e6) / primesBelow(2 ** 26);
		const ratio = expectedMs(cost, sieveBound) / expectedMs(cost, LARGE_BOUND);
		console.log(
			[
				String(bits).padStart(5),
				cost.primeNs.toFixed(1).padStart(10),
				(method === "kernel" ? cost.largeNs.toFixed(1) : "").padStart(6),
				planned.toFixed(1).padStart(10),
				cost.testMs.toFixed(3).padStart(12),
				testMs(bits, method).toFixed(3).padStart(10),
				`2^${Math.log2(sieveBound).toFixed(1)}`.padStart(10),
				`${(sieveMs(bits, sieveBound, method) / 1000).toFixed(3)} s`.padStart(
					10,
				),
				tests.toFixed(0).padStart(8),
				(expectedMs(cost, sieveBound) / 1000).toFixed(2).padStart(8),
				(sieveBound > LARGE_BOUND ? ratio.toFixed(3) : "").padStart(11),
			].join(""),
		);
	}
	console.log();
}

/** What a plan costs on a machine where a test takes 0.6 to 1.4 of the plan's constant, by the best bound for it. */
function reportLosses(method: Method): void {
	console.log("loss where a test takes 0.6, 0.7, 1.3 and 1.4 of the constant");
	for (const bits of SIZES) {
		const losses = [0.6, 0.7, 1.3, 1.4].map((factor) => {
			const time = (bound: number) =>
				sieveMs(bits, bound, method) +
				factor * expectedTests(bits, bound) * testMs(bits, method);
			const bounds = Array.from({ length: 45 }, (_, i) => 2 ** (14 + i / 2));
			const loss =
				time(plan(bits, 2, method).sieveBound) / Math.min(...bounds.map(time));
			return `${(100 * (loss - 1)).toFixed(1)} %`;
		});
		console.log(`${String(bits).padStart(5)}  ${losses.join("  ")}`);
	}
	console.log();
}

/** The expected CPU time of a search in ms, by the measured costs. */
function expectedMs(cost: Costs, bound: number): number {
	const usual = primesBelow(Math.min(bound, LARGE_BOUND));
	const large = primesBelow(bound) - usual;
	return (
		(usual * cost.primeNs + large * cost.largeNs) / 1e6 +
		expectedTests(cost.bits, bound) * cost.testMs
	);
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
