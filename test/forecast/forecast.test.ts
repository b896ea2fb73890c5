import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forecast, opensslForecast } from "../../src/forecast/forecast.js";
import { mean, meanInterval } from "../../src/forecast/statistics.js";
import { expectedTests, plan } from "../../src/search/plan.js";

/** Repeatable: a linear congruential generator, Numerical Recipes' constants. */
function* uniform(seed: number): Generator<number, never> {
	for (let state = seed; ; ) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		yield (state + 0.5) / 2 ** 32;
	}
}

test("the forecast is that of simulated searches", () => {
	const costs = { bits: 1024, test: 0.2, sieve: 20, confirmation: 2 };
	const threads = 2;
	const {
		mean: predicted,
		median,
		p5,
		p95,
	} = forecast(costs, "kernel", threads);
	const p = 1 / expectedTests(1024, plan(1024, 2, "kernel").sieveBound);
	const random = uniform(7);
	const times = Array.from({ length: 20_000 }, () => {
		const tests = Math.ceil(Math.log(random.next().value) / Math.log1p(-p));
		return (250 + 20 / threads + 5 * 2 + (tests * 0.2) / threads) / 1000;
	}).sort((a, b) => a - b);
	const quantile = (share: number) => times[share * times.length] as number;
	expect(predicted / mean(times)).toBeCloseTo(1, 1);
	expect(median / quantile(0.5)).toBeCloseTo(1, 1);
	expect(p5 / quantile(0.05)).toBeCloseTo(1, 1);
	expect(p95 / quantile(0.95)).toBeCloseTo(1, 1);
});

test("openssl needs the 10,200 powers at 2048 bits that its source leads to", () => {
	// ../shared/design/search.md; 101 more for p where q passes, and 128 rounds at the end.
	const { mean: seconds } = opensslForecast(2048, 1);
	expect(seconds * 1000).toBeGreaterThan(10_200 * 0.97);
	expect(seconds * 1000).toBeLessThan(10_500 * 1.03);
});

describe("the interval of a mean", () => {
	test("is that of the χ² tables", () => {
		// 2·Σ/χ²(0.975; 20) and 2·Σ/χ²(0.025; 20), with 34.170 and 9.591 from any table.
		const [low, high] = meanInterval(Array(10).fill(1));
		expect(low).toBeCloseTo(20 / 34.17, 2);
		expect(high).toBeCloseTo(20 / 9.591, 1);
	});

	test("holds the true mean 95 times of 100", () => {
		const random = uniform(11);
		const trials = 4000;
		let held = 0;
		for (let i = 0; i < trials; i++) {
			const values = Array.from(
				{ length: 12 },
				() => -Math.log(random.next().value),
			);
			const [low, high] = meanInterval(values);
			if (low <= 1 && 1 <= high) held++;
		}
		expect(held / trials).toBeGreaterThan(0.935);
		expect(held / trials).toBeLessThan(0.965);
	});

	test("goes with the values", () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), {
					minLength: 2,
				}),
				(values) => {
					const [low, high] = meanInterval(values);
					expect(low).toBeLessThan(mean(values));
					expect(high).toBeGreaterThan(mean(values));
				},
			),
		);
	});
});
