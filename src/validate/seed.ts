import { setImmediate } from "node:timers/promises";
import type { Engine } from "../arithmetic/engine.js";
import {
	PROVABLE_CONSTRUCTION,
	quotedSeed,
	SEED_CONSTRUCTION,
	type SeedOrigin,
} from "../encoding/seed.js";
import { chainBytes, draw, seededBytes } from "../search/draw.js";
import { MIN_BITS, type Plan, plan } from "../search/plan.js";
import { MAX_GENERATOR } from "../search/residue-class.js";
import { indexOf } from "../search/window.js";
import type { PrimalityResources } from "./primality-resources.js";
import type { Check } from "./report.js";
import type { Subject } from "./subject.js";

const SOURCE =
	"docs/seeds.md; Fried, Gaudry, Heninger, Thomé: A kilobit hidden SNFS discrete logarithm computation (2017)";

// One window in 55 holds no safe prime: a search gets here with a chance of 55^−64.
const MAX_WINDOWS = 64;

// Windows 0 to 3 hold none, all four, with a chance of e^−16.
const LAST_USUAL_WINDOW = 3;

/**
 * Was p derived from the seed that the file names, or that the caller gives? Nothing to check where there is neither.
 * That p is a candidate of a window of the seed leaves its maker the choice among the safe primes of a few
 * windows, and no way to give p a hidden structure; that it is the first of them is seen by making it again.
 */
export async function checkSeed(
	{ params, bits }: Subject,
	asked: string | undefined,
	resources: () => Promise<Pick<PrimalityResources, "engine">>,
): Promise<Check | undefined> {
	const { origin, g, p } = params;
	const seed = asked ?? origin?.seed;
	if (seed === undefined) return undefined;
	const named = quotedSeed(seed);
	if (origin !== undefined && origin.seed.normalize() !== seed.normalize()) {
		return wrong(
			`The file names the seed ${quotedSeed(origin.seed)}, not ${named}.`,
		);
	}
	if (g < 2n || g > MAX_GENERATOR || bits < MIN_BITS) {
		return wrong("No seed leads to parameters of this size and generator.");
	}
	const provable =
		origin?.provable ??
		(origin === undefined && params.certificate !== undefined);
	const planned = plan(bits, Number(g), "bigint");
	const factor = provable
		? await factorOf(seed, planned, (await resources()).engine)
		: undefined;
	const found = placeOf(p, seed, planned, factor);
	if (found === undefined) {
		return wrong(`p does not come from the seed ${named}.`);
	}
	if (
		origin !== undefined &&
		(found.window !== origin.window || found.candidate !== origin.candidate)
	) {
		return wrong(
			`p comes from the seed ${named}, but from another place than the file names.`,
		);
	}
	const place = `candidate ${found.candidate} of window ${found.window}`;
	const late = found.window > LAST_USUAL_WINDOW;
	return {
		id: "seed",
		verdict: late ? "warn" : "accept",
		message: late
			? `p comes from the seed ${named}, but from ${place}: a search gets beyond window ${LAST_USUAL_WINDOW} once in ten million times, so the safe primes before it were passed over.`
			: `p comes from the seed ${named}: ${place}.`,
		advice: late
			? "Make the parameters again from the seed, and use those."
			: null,
		source: SOURCE,
	};
}

/** The prime that the search with a certificate builds on: the last of the seed's chain. */
async function factorOf(
	seed: string,
	{ bits, generator }: Plan,
	engine: Engine,
): Promise<bigint> {
	const { drawChain, lastOf } = await import("../certificate/chain.js");
	const bytesOf = chainBytes(seed, {
		bits,
		generator,
		construction: PROVABLE_CONSTRUCTION,
	});
	return lastOf(await drawChain(bits, bytesOf, engine, setImmediate));
}

/** The place of p in the first window of the seed that holds it. */
function placeOf(
	p: bigint,
	seed: string,
	planned: Plan,
	factor: bigint | undefined,
): SeedOrigin | undefined {
	const { bits, generator } = planned;
	const construction =
		factor === undefined ? SEED_CONSTRUCTION : PROVABLE_CONSTRUCTION;
	const bytesOf = seededBytes(seed, { bits, generator, construction });
	for (let window = 0; window < MAX_WINDOWS; window++) {
		const drawn = draw(planned, window, bytesOf, factor);
		const candidate = indexOf(drawn.window, p);
		if (candidate !== undefined) return { seed, window, candidate };
	}
	return undefined;
}

function wrong(message: string): Check {
	return {
		id: "seed",
		verdict: "reject",
		message,
		advice:
			"Do not trust the file's claim. Make the parameters again from the seed and compare.",
		source: SOURCE,
	};
}
