import type { FermatTask } from "../../workers/fermat.js";
import type { SieveTask } from "../../workers/sieve.js";
import { compileKernel } from "../arithmetic/kernel-module.js";
import type { RandomBytes } from "../primality/miller-rabin.js";
import { Board } from "./board.js";
import { randomOrder } from "./order.js";
import type { Plan } from "./plan.js";
import type { WorkerPool } from "./pool.js";
import { chanceSoFar, type Progress } from "./progress.js";
import { candidate, randomWindow, type Window } from "./window.js";

/** How often `onProgress` is called while candidates are tested, in ms. */
const PROGRESS_INTERVAL = 100;

/**
 * Finds a prime p of the plan's size and class for which (p − 1)/2 is prime too, by Fermat's test to base 2: probable
 * primes, to be verified. The result depends on the random bytes alone, not on the number of threads or their speed.
 */
export async function search(
	plan: Plan,
	pool: WorkerPool,
	random: RandomBytes,
	onProgress: (progress: Progress) => void = () => {},
): Promise<bigint> {
	const clock = new SearchClock(plan, onProgress);
	const module = await compileKernel("sieve");
	for (;;) {
		const window = randomWindow(plan, random);
		clock.report("sieve");
		const struck = await sieveWindow(window, plan.sieveBound, module, pool);
		const order = shared(randomOrder(struck, random(32)));
		const winner = await testWindow(window, order, pool, clock);
		if (winner !== undefined) {
			clock.report("verify");
			return candidate(window, winner);
		}
	}
}

/** The workers split the primes; each strikes a window of its own, and what one strikes out is out. */
async function sieveWindow(
	window: Window,
	bound: number,
	module: WebAssembly.Module,
	pool: WorkerPool,
): Promise<Uint32Array> {
	const board = new Board().memory;
	const parts = await pool.runOnAll<SieveTask, Uint32Array>("sieve", {
		module,
		window,
		bound,
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

/** The window's first safe prime in the given order, or undefined where it holds none. */
async function testWindow(
	window: Window,
	order: Uint32Array<SharedArrayBuffer>,
	pool: WorkerPool,
	clock: SearchClock,
): Promise<number | undefined> {
	const board = new Board();
	const timer = setInterval(
		() => clock.report("test", board.tested),
		PROGRESS_INTERVAL,
	);
	try {
		clock.report("test");
		await pool.runOnAll<FermatTask, void>("fermat", {
			window,
			order: order.buffer,
			board: board.memory,
		});
	} finally {
		clearInterval(timer);
		clock.endWindow(board.tested);
	}
	return board.winner === undefined ? undefined : order[board.winner];
}

function shared(values: Uint32Array): Uint32Array<SharedArrayBuffer> {
	const copy = new Uint32Array(new SharedArrayBuffer(values.byteLength));
	copy.set(values);
	return copy;
}

/** Tells the caller where the search stands, over all its windows. */
class SearchClock {
	readonly #began = performance.now();
	readonly #expectedTests: number;
	readonly #onProgress: (progress: Progress) => void;
	#firstTest: number | undefined;
	#testedBefore = 0;

	constructor(plan: Plan, onProgress: (progress: Progress) => void) {
		this.#expectedTests = plan.expectedTests;
		this.#onProgress = onProgress;
	}

	report(phase: Progress["phase"], testedInWindow = 0): void {
		const now = performance.now();
		if (phase === "test") this.#firstTest ??= now;
		const tested = this.#testedBefore + testedInWindow;
		const testingMs = now - (this.#firstTest ?? now);
		this.#onProgress({
			phase,
			tested,
			expectedTests: this.#expectedTests,
			chance: chanceSoFar(tested, this.#expectedTests),
			elapsedMs: now - this.#began,
			testsPerSecond: testingMs > 0 ? (tested / testingMs) * 1000 : 0,
		});
	}

	endWindow(tested: number): void {
		this.#testedBefore += tested;
	}
}
