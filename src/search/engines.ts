import {
	chooseEngine,
	type EngineChoice,
	NO_MEMORY,
} from "../arithmetic/choose-engine.js";
import type { Method } from "./plan.js";
import { chooseSieve, type SieveChoice } from "./sieve.js";

/** What tests the candidates of a search, and what sieves them. */
export interface SearchEngines {
	readonly engine: EngineChoice;
	readonly sieve: SieveChoice;
}

/** The fastest that this machine runs. */
export function chooseEngines(): SearchEngines {
	const engine = chooseEngine();
	return { engine, sieve: chooseSieve(engine) };
}

/** Of a search that has a compiled sieve. */
export function methodOfEngine(engine: EngineChoice): Method {
	if (engine.name === "bigint") return "bigint";
	return engine.kernel === "fused" ? "kernel" : "integer";
}

export function methodOf({ engine, sieve }: SearchEngines): Method {
	return sieve === "plain" ? "plain" : methodOfEngine(engine);
}

/**
 * What to go on with where a search with these engines failed because a thread got no memory for WebAssembly; undefined
 * for all other failures. Each instance reserves some 10 GB of addresses: a limit (ulimit -v) may allow the first only.
 */
export function enginesAfter(
	{ sieve }: SearchEngines,
	error: unknown,
): SearchEngines | undefined {
	const { cause = error } = error as Error;
	const isRefusal =
		cause instanceof RangeError && cause.message.includes("WebAssembly");
	if (!isRefusal || sieve === "plain") return undefined;
	return { engine: { name: "bigint", reason: NO_MEMORY }, sieve: "plain" };
}
