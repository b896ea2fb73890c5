import type { FermatTask } from "../../workers/fermat.js";
import type { SieveTask } from "../../workers/sieve.js";
import type { VerifyTask } from "../../workers/verify.js";
import type { EngineChoice } from "../arithmetic/choose-engine.js";
import { compileKernel, type KernelName } from "../arithmetic/kernel-module.js";
import { UnconfirmedResultError } from "../errors.js";
import type { RandomBytes } from "../primality/miller-rabin.js";
import { Board } from "./board.js";
import { randomOrder } from "./order.js";
import type { Plan } from "./plan.js";
import type { WorkerPool } from "./pool.js";
import { type Progress, SearchClock } from "./progress.js";
import { proofs } from "./verify.js";
import { candidate, randomWindow, type Window } from "./window.js";

/** How often `onProgress` is called while candidates are tested, in ms. */
const PROGRESS_INTERVAL = 100;

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
		clock.report("sieve");
		const struck = await sieveWindow(window, plan.sieveBound, module, pool);
		const order = shared(randomOrder(struck, random(32)));
		const winner = await testWindow(window, order, pool, engine, clock);
		if (winner !== undefined) {
			const p = candidate(window, winner);
			clock.report("verify");
			await confirm(p, plan.generator, random, pool);
			return p;
		}
	}
}

/** The sieve that this machine runs best: the kernel engine says that it has a fused multiply-add. */
export function sieveKernel({ name }: EngineChoice): KernelName {
	return name === "kernel" ? "sieve-fused" : "sieve";
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
	engine: EngineChoice,
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
			engine,
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
