import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { chooseEngine } from "../arithmetic/choose-engine.js";
import type { ConfirmedEngine } from "../arithmetic/engine.js";
import { InvalidArgumentError } from "../errors.js";
import { confirmedEngineOf } from "../primality/confirmed-engine.js";
import type { RandomBytes } from "../primality/miller-rabin.js";
import {
	PrimalityTester,
	type PrimalityTesterOptions,
} from "../primality/primality-tester.js";
import { availableProcessors } from "../threads/processors.js";
import { RoundThreads } from "./round-threads.js";

/** What the expensive checks work with. */
export interface PrimalityResources extends AsyncDisposable {
	readonly engine: ConfirmedEngine;
	readonly tester: PrimalityTester;
}

/**
 * How the primality tests run.
 *
 * @example
 * const options: PrimalityOptions = { threads: 1, signal: AbortSignal.timeout(10_000) };
 */
export interface PrimalityOptions {
	/** Rejects the promise with its reason, within the time of one batch of powers. */
	readonly signal?: AbortSignal | undefined;
	/** Threads for the rounds of 4096 bits and more. Default: one for each processor available to this process and its container. */
	readonly threads?: number | undefined;
	/**
	 * The arithmetic, in one thread; the fastest that works here unless given.
	 *
	 * @internal
	 */
	readonly engine?: ConfirmedEngine | undefined;
	/**
	 * Where the secret bases come from; `crypto.randomBytes` unless a test wants to repeat itself.
	 *
	 * @internal
	 */
	readonly random?: RandomBytes | undefined;
}

// Measured by 2 threads instead of 1: 1.1 of the time at 3072 bits, 0.8 at 4096, 0.63 at 8192.
const SHARED_FROM_BITS = 4096;

/** @throws {@link InvalidArgumentError} for a number of threads that makes no sense */
export async function startPrimalityResources(
	bits: number,
	rounds: number,
	{ signal, threads, engine: own, random = randomBytes }: PrimalityOptions,
): Promise<PrimalityResources> {
	if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
		throw new InvalidArgumentError(
			`threads is ${threads}; it must be a whole number from 1.`,
		);
	}
	const pause = async () => {
		await setImmediate();
		signal?.throwIfAborted();
	};
	const options = { random, rounds, pause };
	if (own !== undefined) return alone({ ...options, engine: own });
	const others =
		bits < SHARED_FROM_BITS
			? undefined
			: new RoundThreads(threads ?? availableProcessors());
	const choice = chooseEngine();
	const engine = confirmedEngineOf(choice);
	if (others === undefined) return alone({ ...options, engine });
	return {
		engine,
		tester: new PrimalityTester({
			...options,
			engine,
			help: () => others.help(choice),
		}),
		[Symbol.asyncDispose]: () => others[Symbol.asyncDispose](),
	};
}

/** All in the calling thread. */
function alone(options: PrimalityTesterOptions): PrimalityResources {
	return {
		engine: options.engine,
		tester: new PrimalityTester(options),
		[Symbol.asyncDispose]: async () => {},
	};
}
