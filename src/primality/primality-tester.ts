import type { ConfirmedEngine, Engine } from "../arithmetic/engine.js";
import { bitLength } from "../arithmetic/integers.js";
import { montgomeryEngine } from "../arithmetic/montgomery-engine.js";
import { UnconfirmedResultError } from "../errors.js";
import {
	type FrobeniusResult,
	frobeniusResults,
	frobeniusRounds,
	frobeniusVerdict,
	TRIAL_LIMIT,
} from "./frobenius.js";
import {
	type FrobeniusElement,
	frobeniusElement,
	frobeniusElements,
} from "./frobenius-elements.js";
import { type FrobeniusSetup, frobeniusSetup } from "./frobenius-setup.js";
import {
	isStrongProbablePrime,
	passes,
	type RandomBytes,
	randomBases,
} from "./miller-rabin.js";
import { type FinishedRound, SharedRounds } from "./shared-rounds.js";
import { primesUpTo, smallFactor } from "./small-primes.js";

/** Why a number is not prime; each kind can be checked again by anyone. */
export type Compositeness =
	| { readonly kind: "below-two" }
	| { readonly kind: "factor"; readonly factor: number }
	/** A base to which n is not a strong probable prime. */
	| { readonly kind: "witness"; readonly base: bigint };

export interface PrimalityTesterOptions {
	readonly engine: ConfirmedEngine;
	/** Where the secret elements come from. */
	readonly random: RandomBytes;
	/** A composite passes with a chance below 4^−rounds, that of as many rounds of Miller-Rabin. */
	readonly rounds: number;
	/** Called between batches of powers; lets others run, and rejects to stop the work. */
	readonly pause: () => Promise<void>;
	/** Gets other threads to take rounds too; asked for when a number has passed the fast tests. */
	readonly help?: () => RoundsHelp | undefined;
}

/** Other threads' part of the rounds of a {@link SharedRounds}. */
export type RoundsHelp = (
	setup: FrobeniusSetup,
	elements: readonly FrobeniusElement[],
	share: SharedArrayBuffer,
) => Promise<readonly FinishedRound[]>;

const SMALL_PRIMES = primesUpTo(1000);

// Below this no number without a factor up to 1000 is composite: the next prime is 1009.
const DECIDED_BY_TRIAL = 1009n ** 2n;

// A factor up to here is looked for only to show it, where a composite is known already.
const SHOWN_FACTORS = 65_536;

// Each finds a composite with a chance of 3/4; where none of so many does, a test before was wrong.
const MAX_BASES = 64;

/**
 * Tests numbers that an attacker may have chosen. First trial division and Miller-Rabin to base 2, which practically all
 * composites fail; then rounds of a quadratic Frobenius test with secret random elements, of which each finds any composite
 * at all but for a chance of 24^−4 (docs/frobenius.md). Fixed bases and few rounds pass numbers made for them: Arnault
 * 1995; Albrecht, Massimo, Paterson and Somorovsky 2018. Verdicts are kept, and no number is tested twice.
 */
export class PrimalityTester {
	readonly #options: PrimalityTesterOptions;
	readonly #verdicts = new Map<bigint, Compositeness | undefined>();

	constructor(options: PrimalityTesterOptions) {
		this.#options = options;
	}

	/** Undefined for a prime; wrong for a composite with a chance below 4^−rounds. */
	async compositeness(n: bigint): Promise<Compositeness | undefined> {
		if (!this.#verdicts.has(n)) {
			const [found] = this.#quickly([n]);
			this.#keep(n, found ?? (await this.#thoroughly(n)));
		}
		return this.#verdicts.get(n);
	}

	/**
	 * Tests odd p > 2 and, where p may be prime, (p − 1)/2. Where the half q is prime, p is too (Pocklington 1914), so
	 * that rounds are spent on the half only: p has passed Miller-Rabin to base 2, thus 4^q = 2^(p−1) ≡ 1, and has no
	 * factor in common with 4² − 1. Where the half is composite, p gets rounds of its own.
	 */
	async safePrime(p: bigint): Promise<{
		readonly p: Compositeness | undefined;
		readonly half: Compositeness | undefined;
	}> {
		const half = (p - 1n) / 2n;
		// Both at once keep two lanes busy; and a composite p costs no more than this, whatever its half is.
		const [pFound, halfFound] = this.#quickly([p, half]);
		if (pFound !== undefined) {
			return { p: this.#keep(p, pFound), half: undefined };
		}
		this.#keep(half, halfFound ?? (await this.#thoroughly(half)));
		if (this.#verdicts.get(half) === undefined) this.#keep(p, undefined);
		return {
			p: await this.compositeness(p),
			half: this.#verdicts.get(half),
		};
	}

	/**
	 * Which of these odd numbers have a factor up to 1000 or fail a round to base 2. What passes is prime nearly always;
	 * neither answer is confirmed, as {@link compositeness} does.
	 */
	async areComposite(numbers: readonly bigint[]): Promise<boolean[]> {
		await this.#options.pause();
		const open = numbers.filter((n) => byTrialDivision(n) === undefined);
		const rounds = open.map((n) => ({ n, base: 2n }));
		const passed = passes(rounds, this.#options.engine);
		return numbers.map((n) => passed[open.indexOf(n)] !== true);
	}

	#keep(
		n: bigint,
		found: Compositeness | undefined,
	): Compositeness | undefined {
		const verdict = found && withFactor(n, found);
		this.#verdicts.set(n, verdict);
		return verdict;
	}

	/** Trial division and one round to base 2 for each: what nearly all composites fail. */
	#quickly(numbers: readonly bigint[]): (Compositeness | undefined)[] {
		const divided = numbers.map(byTrialDivision);
		const open = numbers.filter(
			(n, i) => divided[i] === undefined && n >= DECIDED_BY_TRIAL,
		);
		const rounds = open.map((n) => ({ n, base: 2n }));
		const passed = passes(rounds, this.#options.engine);
		return numbers.map((n, i) =>
			passed[open.indexOf(n)] === false ? confirmed(n, 2n) : divided[i],
		);
	}

	/** For an n that has passed {@link #quickly}. */
	async #thoroughly(n: bigint): Promise<Compositeness | undefined> {
		if (n < DECIDED_BY_TRIAL) return undefined;
		const factor = smallFactor(n, primesUpTo(TRIAL_LIMIT));
		if (factor !== undefined) return { kind: "factor", factor };
		if (n < TRIAL_LIMIT ** 2) return undefined;
		return (await this.#passesRounds(n)) ? undefined : this.#witness(n);
	}

	async #passesRounds(n: bigint): Promise<boolean> {
		const { engine, random, rounds, pause } = this.#options;
		const setup = await frobeniusSetup(n, this.#options);
		if (setup === undefined) return false;
		const count = frobeniusRounds(2 * rounds);
		const elements = frobeniusElements(setup, count, random);
		if (elements === undefined) return false;
		const results = await this.#results(setup, elements);
		let verdict = frobeniusVerdict(setup, results);
		// One more is needed for one prime in 3^8. A composite passes each round with a chance below 1/64.
		while (verdict === "open") {
			await pause();
			const element = frobeniusElement(setup, random);
			if (element === undefined) return false;
			results.push(...frobeniusResults(setup, [element], engine));
			verdict = frobeniusVerdict(setup, results);
		}
		return verdict === "passes";
	}

	/** One for each element, in their order; undefined also for those that no thread has taken, since n is composite. */
	async #results(
		setup: FrobeniusSetup,
		elements: readonly FrobeniusElement[],
	): Promise<(FrobeniusResult | undefined)[]> {
		const { engine, pause } = this.#options;
		const share = new SharedRounds(setup, elements);
		const helped = this.#options.help?.()?.(setup, elements, share.memory);
		// Whatever ends this thread's part ends theirs; without a listener, their failure would end the process.
		helped?.catch(() => share.stop());
		try {
			const finished: FinishedRound[] = [];
			while (share.remain) {
				await pause();
				finished.push(...share.runSome(engine));
			}
			finished.push(...((await helped) ?? []));
			return elements.map(
				(_, i) => finished.find(({ index }) => index === i)?.result,
			);
		} finally {
			share.stop();
		}
	}

	/** What anyone can check. */
	async #witness(n: bigint): Promise<Compositeness> {
		const { engine, random, pause } = this.#options;
		for (const base of randomBases(n, MAX_BASES, random)) {
			await pause();
			if (!isStrongProbablePrime(n, base, engine)) return confirmed(n, base);
		}
		throw new UnconfirmedResultError(
			`A number failed the quadratic Frobenius test and passes ${MAX_BASES} rounds of Miller-Rabin. Please report it as a bug, with the number 0x${n.toString(16)}.`,
		);
	}
}

/** How a number that passed was tested, for a message. */
export function describeTest(rounds: number): string {
	return `Miller-Rabin to base 2 and ${frobeniusRounds(2 * rounds)} rounds of a quadratic Frobenius test with secret elements, as a composite does with a chance below 2^−${2 * rounds}`;
}

/** Which of these p ≥ 5, odd, may be safe primes: neither p nor its half fails trial division or a round to base 2. */
export function maySafePrimes(
	primes: readonly bigint[],
	engine: Pick<Engine, "powers">,
): boolean[] {
	const numbers = primes.flatMap((p) => [p, (p - 1n) / 2n]);
	const open = numbers.filter(
		(n) => n >= DECIDED_BY_TRIAL && byTrialDivision(n) === undefined,
	);
	const passed = passes(
		open.map((n) => ({ n, base: 2n })),
		engine,
	);
	const may = numbers.map((n) =>
		n < DECIDED_BY_TRIAL
			? byTrialDivision(n) === undefined
			: passed[open.indexOf(n)] === true,
	);
	return primes.map((_, i) => may[2 * i] === true && may[2 * i + 1] === true);
}

function byTrialDivision(n: bigint): Compositeness | undefined {
	if (n < 2n) return { kind: "below-two" };
	const factor = smallFactor(n, SMALL_PRIMES);
	return factor === undefined ? undefined : { kind: "factor", factor };
}

/** A witness that the BigInt engine confirms, whichever engine found it. */
function confirmed(n: bigint, base: bigint): Compositeness {
	if (isStrongProbablePrime(n, base, montgomeryEngine)) {
		throw new UnconfirmedResultError(
			"The kernel found a Miller-Rabin witness that BigInt does not confirm. Please report it as a bug.",
		);
	}
	return { kind: "witness", base };
}

/** A factor says more than a witness does; worth some milliseconds where it is small. */
function withFactor(n: bigint, found: Compositeness): Compositeness {
	if (found.kind === "below-two" || found.kind === "factor") return found;
	// Beyond the sizes that are read at all, not even this.
	if (bitLength(n) > 32_768) return found;
	const factor = smallFactor(n, primesUpTo(SHOWN_FACTORS));
	return factor === undefined ? found : { kind: "factor", factor };
}
