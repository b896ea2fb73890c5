import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import {
	chooseEngine,
	type EngineChoice,
} from "../arithmetic/choose-engine.js";
import { InvalidArgumentError } from "../errors.js";
import { generate } from "../generate/generate.js";
import { methodOfEngine } from "../search/engines.js";
import { worthwhileThreads } from "../search/plan.js";
import { availableProcessors } from "../threads/processors.js";
import { measureCosts, opensslPowerMs } from "./costs.js";
import { type Forecast, forecast, opensslForecast } from "./forecast.js";
import { mean, meanInterval } from "./statistics.js";

/** The version of this shape; docs/bench.md describes it. */
export const BENCH_VERSION = 1;

/** Whole searches, in seconds. */
export interface Measured {
	readonly runs: number;
	readonly mean: number;
	/** With 95 % confidence the mean is in between. */
	readonly interval: readonly [low: number, high: number];
}

/** What one size takes, in seconds. */
export interface SizeResult {
	readonly bits: number;
	readonly threads: number;
	/** By the kernel; null where this machine cannot run it. */
	readonly kernel: Forecast | null;
	readonly bigint: Forecast;
	/** Of `openssl dhparam`: expected, from the OpenSSL in Node. */
	readonly openssl: Forecast;
	/** Our whole searches, where they were asked for. */
	readonly measured?: Measured;
	/** Those of the `openssl` command, where they were asked for. */
	readonly opensslMeasured?: Measured;
}

export interface BenchResult {
	readonly version: typeof BENCH_VERSION;
	readonly date: string;
	readonly node: string;
	/** The OpenSSL in Node. */
	readonly openssl: string;
	readonly cpu: string;
	/** Why the kernel does not run here; null where it does. */
	readonly noKernel: string | null;
	readonly sizes: readonly SizeResult[];
}

export interface BenchOptions {
	readonly sizes: readonly number[];
	/** For the measurements of all sizes together, about; in seconds. */
	readonly seconds: number;
	/** Whole searches for each size, beside the forecast. */
	readonly runs: number;
	/** Whether `openssl dhparam` is run as often. */
	readonly peers: boolean;
	readonly threads?: number | undefined;
	readonly signal?: AbortSignal;
	/** Called before each size is measured. */
	readonly onSize?: (bits: number) => void;
}

/** Measures what the sizes take on this machine. */
export async function bench(options: BenchOptions): Promise<BenchResult> {
	const choice = chooseEngine();
	const sizes: SizeResult[] = [];
	for (const bits of options.sizes) {
		options.signal?.throwIfAborted();
		options.onSize?.(bits);
		sizes.push(await benchSize(bits, choice, options));
	}
	return {
		version: BENCH_VERSION,
		date: new Date().toISOString(),
		node: process.version,
		openssl: process.versions.openssl,
		cpu: cpus()[0]?.model.trim() ?? "unknown",
		noKernel: choice.name === "bigint" ? choice.reason : null,
		sizes,
	};
}

async function benchSize(
	bits: number,
	choice: EngineChoice,
	{ sizes, seconds, runs, peers, threads, signal }: BenchOptions,
): Promise<SizeResult> {
	const budget = (1000 * seconds) / sizes.length / 3;
	const used = threads ?? worthwhileThreads(bits, availableProcessors());
	const slow = { name: "bigint", reason: "compared" } as const;
	const bigint = await measureCosts(bits, slow, budget);
	const kernel =
		choice.name === "kernel" ? await measureCosts(bits, choice, budget) : null;
	return {
		bits,
		threads: used,
		kernel: kernel && forecast(kernel, methodOfEngine(choice), used),
		bigint: forecast(bigint, "bigint", used),
		openssl: opensslForecast(bits, await opensslPowerMs(bits, budget)),
		...(runs > 0 && {
			measured: await repeat(runs, () =>
				generate(bits, { threads: used, allowWeak: true, signal }),
			),
		}),
		...(runs > 0 &&
			peers && {
				opensslMeasured: await repeat(runs, () => runOpenssl(bits)),
			}),
	};
}

async function repeat(
	runs: number,
	run: () => unknown | Promise<unknown>,
): Promise<Measured> {
	const times: number[] = [];
	for (let i = 0; i < runs; i++) {
		const began = performance.now();
		await run();
		times.push((performance.now() - began) / 1000);
	}
	return { runs, mean: mean(times), interval: meanInterval(times) };
}

/** A peer, for comparison: nothing of ours depends on it. */
function runOpenssl(bits: number): void {
	const { error, status } = spawnSync("openssl", ["dhparam", String(bits)], {
		stdio: "ignore",
	});
	if (error !== undefined || status !== 0) {
		throw new InvalidArgumentError(
			`openssl dhparam ${bits} does not run here (${error?.message ?? `exit status ${status}`}), so it cannot be measured.`,
		);
	}
}
