import { PROVABLE_CONSTRUCTION, SEED_CONSTRUCTION } from "../encoding/seed.js";
import { InvalidArgumentError } from "../errors.js";
import { chainBytes, seededBytes } from "../search/draw.js";
import type { SearchEngines } from "../search/engines.js";
import { HIGHEST_BOUND, type Method, plan } from "../search/plan.js";
import type { Progress } from "../search/progress.js";
import type { Found } from "../search/search.js";
import type { Unit, UnitResult } from "../search/unit.js";
import type { UnitPart, UnitSearch } from "../search/unit-search.js";
import type { WorkerPool } from "../threads/pool.js";
import type { GroupsRequest } from "./groups-request.js";
import { loaded } from "./loaded.js";
import type { StopSignal } from "./stop-signal.js";

/** A search for one group. */
export interface FindRequest {
	readonly bits: number;
	readonly generator: number;
	readonly seed: string | undefined;
	readonly provable: boolean;
	readonly signal: AbortSignal;
	readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** How a unit of work is done. */
export interface UnitOptions {
	/** What has a digest each, instead of 64 parts. */
	readonly parts?: readonly UnitPart[] | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What runs on the threads of a pool, with the fastest engines that this machine runs. */
export class Searcher {
	readonly #pool: WorkerPool;
	#engines: Promise<SearchEngines>;
	#units: UnitSearch | undefined;

	constructor(pool: WorkerPool) {
		this.#pool = pool;
		// Not at the top, where it would delay the start of the workers. Its error is thrown where it is awaited.
		this.#engines = loaded(import("../search/engines.js")).then(
			({ chooseEngines }) => chooseEngines(),
		);
		this.#engines.catch(() => {});
	}

	/** How far the sieve goes. */
	async highestBound(): Promise<number> {
		const { methodOf } = await loaded(import("../search/engines.js"));
		return 2 ** HIGHEST_BOUND[methodOf(await this.#engines)];
	}

	/** The first group that is found. */
	async find(request: FindRequest): Promise<Found> {
		const { bits, generator, seed, provable, signal, onProgress } = request;
		const construction = provable ? PROVABLE_CONSTRUCTION : SEED_CONSTRUCTION;
		const context = { bits, generator, construction } as const;
		const { search } = await loaded(import("../search/search.js"));
		return this.#withEngines((engines, method) =>
			search({
				plan: plan(bits, generator, method),
				pool: this.#pool,
				...engines,
				bytesOf: seed === undefined ? undefined : seededBytes(seed, context),
				chainBytes: provable ? chainBytes(seed, context) : undefined,
				signal,
				onProgress,
			}),
		);
	}

	/** The first groups of a seed. */
	async collect(request: GroupsRequest, stop: StopSignal): Promise<Found[]> {
		const { bits, generator, seed, construction, wanted } = request;
		const { state, onState, onProgress } = request;
		const context = { bits, generator, construction };
		// What an earlier run has found does not share this sieve.
		const shares = Math.max(1, wanted - (state?.hits.length ?? 0));
		const { collect } = await loaded(import("../search/collect.js"));
		return this.#withEngines((engines, method) =>
			collect({
				plan: plan(bits, generator, method, { construction, shares }),
				pool: this.#pool,
				...engines,
				bytesOf: seededBytes(seed, context),
				chainBytes:
					construction === PROVABLE_CONSTRUCTION
						? chainBytes(seed, context)
						: undefined,
				wanted,
				state,
				onState: onState && stop.guard(onState, { isFinal: true }),
				signal: stop.signal,
				onProgress: onProgress && stop.guard(onProgress),
			}),
		);
	}

	/** A unit of work. The sieve of its window is kept for the next one. */
	async work(
		unit: Unit,
		stop: StopSignal,
		{ parts, onProgress }: UnitOptions,
	): Promise<UnitResult> {
		const { bits, generator, sieveBound } = unit;
		const { UnitSearch } = await loaded(import("../search/unit-search.js"));
		this.#units ??= new UnitSearch();
		const units = this.#units;
		return this.#withEngines((engines, method) => {
			checkBound(unit, method);
			return units.run(
				unit,
				{ ...plan(bits, generator, method, unit), sieveBound },
				{
					pool: this.#pool,
					...engines,
					parts,
					signal: stop.signal,
					onProgress: onProgress && stop.guard(onProgress),
				},
			);
		});
	}

	/** Where a thread gets no memory for WebAssembly, the search is done again without it. */
	async #withEngines<T>(
		run: (engines: SearchEngines, method: Method) => Promise<T>,
	): Promise<T> {
		const engines = await this.#engines;
		const { enginesAfter, methodOf } = await loaded(
			import("../search/engines.js"),
		);
		try {
			return await run(engines, methodOf(engines));
		} catch (error) {
			const others = enginesAfter(engines, error);
			if (others === undefined) throw error;
			this.#engines = Promise.resolve(others);
			return await run(others, methodOf(others));
		}
	}
}

/** @throws {@link InvalidArgumentError} for a sieve that this machine's does not reach */
function checkBound({ sieveBound }: Unit, method: Method): void {
	const highest = 2 ** HIGHEST_BOUND[method];
	if (sieveBound <= highest) return;
	throw new InvalidArgumentError(
		`The unit's sieve goes to ${sieveBound}, and that of this machine to ${highest} (${method}). Have the unit done by another machine.`,
	);
}
