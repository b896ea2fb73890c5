import { bigintEngine } from "../arithmetic/bigint-engine.js";
import type { Engine } from "../arithmetic/engine.js";
import { bitLength } from "../arithmetic/integers.js";
import { montgomeryEngine } from "../arithmetic/montgomery-engine.js";
import { UnconfirmedResultError } from "../errors.js";
import { isStrongLucasProbablePrime } from "./lucas.js";
import {
	isStrongProbablePrime,
	passes,
	type RandomBytes,
	randomBases,
} from "./miller-rabin.js";
import { SharedRounds } from "./shared-rounds.js";
import { primesUpTo, smallFactor } from "./small-primes.js";

/** Why a number is not prime; each kind can be checked again by anyone. */
export type Compositeness =
	| { readonly kind: "below-two" }
	| { readonly kind: "factor"; readonly factor: number }
	/** A base to which n is not a strong probable prime. */
	| { readonly kind: "witness"; readonly base: bigint }
	/** Passes Miller-Rabin to base 2 and fails the strong Lucas test. */
	| { readonly kind: "lucas" };

export interface PrimalityTesterOptions {
	readonly engine: Engine;
	/** Where the secret bases come from. */
	readonly random: RandomBytes;
	/** Miller-Rabin rounds for each number that passes Baillie-PSW. */
	readonly rounds: number;
	/** Called between batches of powers; lets others run, and rejects to stop the work. */
	readonly pause: () => Promise<void>;
	/** Gets other threads to take rounds too; asked for when a number has passed the fast tests. */
	readonly help?: () => RoundsHelp | undefined;
}

/** Other threads' part of the rounds of a {@link SharedRounds}; returns the witness that one of them found. */
export type RoundsHelp = (
	n: bigint,
	bases: readonly bigint[],
	share: SharedArrayBuffer,
) => Promise<bigint | undefined>;

const SMALL_PRIMES = primesUpTo(1000);

// Below this no number without a factor up to 1000 is composite: the next prime is 1009.
const DECIDED_BY_TRIAL = 1009n ** 2n;

// A factor up to here is looked for only to show it, where a composite is known already.
const SHOWN_FACTORS = 65_536;

/**
 * So many of the rounds are done by BigInt, beside Baillie-PSW: a kernel that computes wrongly cannot have a number
 * accepted. A composite would have to pass Baillie-PSW, as none known does, and this many secret bases.
 */
const CONFIRMING_ROUNDS = 2;

/**
 * Tests numbers that an attacker may have chosen. Baillie-PSW first, to which no composite is known; then rounds of
 * Miller-Rabin with secret random bases, of which each finds any composite at all with a chance of 3/4 (Rabin 1980).
 * Fixed bases and few rounds pass numbers made for them: Arnault 1995; Albrecht, Massimo, Paterson and Somorovsky 2018.
 * Verdicts are kept, and no number is tested twice.
 */
export class PrimalityTester {
	readonly #options: PrimalityTesterOptions;
	readonly #verdicts = new Map<bigint, Compositeness | undefined>();

	constructor(options: PrimalityTesterOptions) {
		this.#options = options;
	}

	/**
	 * Undefined for a prime; wrong for a composite with a chance of at most 4^−rounds, and where the engine answers at
	 * random or always "prime", with one of at most 4^−2 for a composite that passes Baillie-PSW too.
	 */
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
		// The power that proves p is not left to the kernel.
		if (this.#verdicts.get(half) === undefined) {
			this.#keep(p, await this.#disproof(p, [2n]));
		}
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

	/** The rest of Baillie-PSW, and the rounds, for an n that has passed {@link #quickly}. */
	async #thoroughly(n: bigint): Promise<Compositeness | undefined> {
		if (n < DECIDED_BY_TRIAL) return undefined;
		const { random, rounds } = this.#options;
		const help = this.#options.help?.();
		const all = randomBases(n, rounds, random);
		const confirming = this.#isReference ? [] : all.slice(0, CONFIRMING_ROUNDS);
		const bases = all.slice(confirming.length);
		const share = new SharedRounds(n, bases);
		const helped = help?.(n, bases, share.memory);
		// Whatever ends this thread's part ends theirs; without a listener, their failure would end the process.
		helped?.catch(() => share.stop());
		try {
			if (!isStrongLucasProbablePrime(n, this.#options.engine)) {
				return confirmedLucas(n);
			}
			// BigInt's part, while other threads take rounds.
			const disproof = await this.#disproof(n, [2n, ...confirming], true);
			if (disproof !== undefined) return disproof;
			const base = (await this.#rounds(share)) ?? (await helped);
			return base === undefined ? undefined : confirmed(n, base);
		} finally {
			share.stop();
		}
	}

	/** BigInt itself, or an engine whose results it has confirmed. */
	get #isReference(): boolean {
		const { engine } = this.#options;
		return engine === bigintEngine || engine.isConfirmed === true;
	}

	/** Strong tests to these bases, and Lucas's where asked for, by BigInt; nothing where the engine is BigInt anyway. */
	async #disproof(
		n: bigint,
		bases: readonly bigint[],
		lucas = false,
	): Promise<Compositeness | undefined> {
		if (this.#isReference || n < DECIDED_BY_TRIAL) return undefined;
		const { pause } = this.#options;
		for (const base of bases) {
			await pause();
			if (!isStrongProbablePrime(n, base, montgomeryEngine)) {
				return { kind: "witness", base };
			}
		}
		if (!lucas) return undefined;
		await pause();
		return isStrongLucasProbablePrime(n) ? undefined : { kind: "lucas" };
	}

	async #rounds(share: SharedRounds): Promise<bigint | undefined> {
		const { engine, pause } = this.#options;
		while (share.remain) {
			await pause();
			const witness = share.runSome(engine);
			if (witness !== undefined) return witness;
		}
		return undefined;
	}
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

/** A failed Lucas test that the BigInt engine confirms. */
function confirmedLucas(n: bigint): Compositeness {
	if (isStrongLucasProbablePrime(n, bigintEngine)) {
		throw new UnconfirmedResultError(
			"A number failed the strong Lucas test in the kernel that BigInt says it passes. Please report it as a bug.",
		);
	}
	return { kind: "lucas" };
}

/** A factor says more than a witness does; worth some milliseconds where it is small. */
function withFactor(n: bigint, found: Compositeness): Compositeness {
	if (found.kind === "below-two" || found.kind === "factor") return found;
	// Beyond the sizes that are read at all, not even this.
	if (bitLength(n) > 32_768) return found;
	const factor = smallFactor(n, primesUpTo(SHOWN_FACTORS));
	return factor === undefined ? found : { kind: "factor", factor };
}
