import type { FermatTask } from "../../workers/fermat.js";
import type { SieveTask } from "../../workers/sieve.js";
import type { VerifyTask } from "../../workers/verify.js";
import type { EngineChoice } from "../arithmetic/choose-engine.js";
import { compileKernel, type KernelName } from "../arithmetic/kernel-module.js";
import { UnconfirmedResultError } from "../errors.js";
import type { RandomBytes } from "../primality/miller-rabin.js";
import { Board } from "./board.js";
import { isStruck, randomOrder } from "./order.js";
import type { Plan } from "./plan.js";
import type { WorkerPool } from "./pool.js";
import { type Progress, SearchClock } from "./progress.js";
import { sieve, sieveRanges } from "./sieve.js";
import { proofs } from "./verify.js";
import { candidate, randomWindow, type Window } from "./window.js";

/** How often `onProgress` is called while candidates are tested, in ms. */
const PROGRESS_INTERVAL = 100;

/** How many candidates each thread tests before the long sieve. */
const FIRST_TESTS = 8;

/**
 * Finds a safe prime of the plan's size and class, and verifies it. Which one depends on the random bytes alone, not on
 * the number of threads, their speed, or the depth of the sieve.
 *
 * @throws {UnconfirmedResultError} when a result is not confirmed: the search has a bug
 */
export async function search(
	plan: Plan,
	pool: WorkerPool,
	engine: EngineChoice,
	random: RandomBytes,
	onProgress: (progress: Progress) => void = () => {},
): Promise<bigint> {
	const clock = new SearchClock(plan, engine, onProgress);
	const module = await compileKernel(sieveKernel(engine));
	for (;;) {
		const window = randomWindow(plan, random);
		const key = random(32);
		const winner = await searchWindow(window, key, plan, {
			pool,
			engine,
			module,
			clock,
		});
		if (winner !== undefined) {
			const p = candidate(window, winner);
			clock.report("verify");
			await confirm(p, plan.generator, random, pool);
			return p;
		}
	}
}

/** What works on a window. */
interface Crew {
	readonly pool: WorkerPool;
	readonly engine: EngineChoice;
	/** The sieve's. */
	readonly module: WebAssembly.Module;
	readonly clock: SearchClock;
}

/**
 * The window's first safe prime in the key's order, or undefined where it holds none. After a shallow sieve a few
 * candidates are tested at once, so that a search begins to test, and knows its rate, before the long sieve.
 */
async function searchWindow(
	window: Window,
	key: Uint8Array,
	{ firstBound, sieveBound }: Plan,
	crew: Crew,
): Promise<number | undefined> {
	const { pool, clock, module } = crew;
	clock.report("sieve");
	// By this thread: the workers are still starting when it is done.
	const shallow = sieve(module, window, sieveRanges(0, firstBound));
	const order = randomOrder(shallow, key);
	if (firstBound === sieveBound) return testWindow(window, order, crew);

	const few = FIRST_TESTS * pool.threads;
	const early = await testWindow(window, order.subarray(0, few), crew);
	if (early !== undefined) return early;
	clock.report("sieve");
	const deep = await sieveWindow(window, [firstBound, sieveBound], crew);
	const rest = order.subarray(few).filter((k) => !isStruck(deep, k));
	return testWindow(window, rest, crew);
}

/** The sieve that this machine runs best: the kernel engine says that it has a fused multiply-add. */
export function sieveKernel({ name }: EngineChoice): KernelName {
	return name === "kernel" ? "sieve-fused" : "sieve";
}

/** The workers split the primes of a range; each strikes a window of its own, and what one strikes out is out. */
async function sieveWindow(
	window: Window,
	range: readonly [low: number, high: number],
	{ pool, module }: Crew,
): Promise<Uint32Array> {
	const board = new Board().memory;
	const parts = await pool.runOnAll<SieveTask, Uint32Array>("sieve", {
		module,
		window,
		range,
		board,
	});
	const struck = new Uint32Array(window.length / 32);
	for (const part of parts) {
		for (let i = 0; i < struck.length; i++) {
			(struck[i] as number) |= part[i] as number;
		}
	}
	return struck;
}

/** The first safe prime of these candidates, or undefined where none is one. */
async function testWindow(
	window: Window,
	candidates: Uint32Array,
	{ pool, engine, clock }: Crew,
): Promise<number | undefined> {
	const order = shared(candidates);
	const board = new Board();
	const timer = setInterval(
		() => clock.report("test", board.tested),
		PROGRESS_INTERVAL,
	);
	try {
		clock.report("test");
		await pool.runOnAll<FermatTask, void>("fermat", {
			engine,
			window,
			order: order.buffer,
			board: board.memory,
		});
	} finally {
		clearInterval(timer);
		clock.addTested(board.tested);
	}
	return board.winner === undefined ? undefined : order[board.winner];
}

async function confirm(
	p: bigint,
	generator: number,
	random: RandomBytes,
	pool: WorkerPool,
): Promise<void> {
	const required = proofs(p, generator, random);
	const held = await pool.runOnAll<VerifyTask, number>("verify", {
		proofs: required,
		board: new Board().memory,
	});
	if (held.reduce((sum, count) => sum + count) !== required.length) {
		throw new UnconfirmedResultError(
			`The search found p = 0x${p.toString(16)}, but the BigInt engine does not confirm it as a safe prime with generator ${generator}. Nothing was written. This is a bug in gen-dhparams; please report it with this line.`,
		);
	}
}

function shared(values: Uint32Array): Uint32Array<SharedArrayBuffer> {
	const copy = new Uint32Array(new SharedArrayBuffer(values.byteLength));
	copy.set(values);
	return copy;
}
