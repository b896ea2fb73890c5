import type { Engine } from "../arithmetic/engine.js";
import { bitLength, fromBytes } from "../arithmetic/integers.js";
import { primesUpTo } from "../primality/small-primes.js";
import type { Certificate, CertificateLink } from "./certificate.js";
import { isSmallPrime, provesPrime } from "./verify.js";

/**
 * Gives bytes for the draws of a chain, each call with numbers that no other call has: the level (0 for the base) and
 * the attempt, both counted from 0. Random ones, or those of a seed.
 */
export type ChainBytes = (
	level: number,
	attempt: number,
	length: number,
) => Uint8Array;

/** The primes below q: the base and the links that lead to a prime of half the size of q. */
export interface Chain {
	readonly base: bigint;
	readonly links: readonly CertificateLink[];
}

/** The last prime of a chain: the factor of q − 1 that the search builds on. */
export function lastOf({ base, links }: Chain): bigint {
	return links.at(-1)?.n ?? base;
}

// The base is below this many bits, so that a deterministic test decides.
const MAX_BASE_BITS = 63;

// So many bytes more than a draw needs make its remainder uniform but for 2^−64: FIPS 186-5, appendix A.2.1.
const EXTRA_BYTES = 8;

// Trial division up to here costs about as much as it saves between 1024 and 8192 bits.
const TRIAL_LIMIT = 20_000;

// A witness fails with a chance of 1/factor: the second one is hardly ever asked.
const WITNESSES = [2n, 3n, 5n, 7n, 11n, 13n];

/**
 * The sizes of a chain's primes in bits, from the base to the factor r of q − 1. Each exceeds half of the next one's by a
 * bit, so that it exceeds the square root of any number of that size: 2^(s−1) ≥ 2^(t/2) for s = ⌈t/2⌉ + 1.
 *
 * @param bits the size of p
 */
export function chainSizes(bits: number): number[] {
	// q has bits − 1 bits; one bit more than its half needs, as docs/proofs.md states it.
	const sizes = [Math.ceil(bits / 2) + 2];
	while ((sizes[0] as number) > MAX_BASE_BITS) {
		sizes.unshift(Math.ceil((sizes[0] as number) / 2) + 1);
	}
	return sizes;
}

/**
 * A chain of random primes for a safe prime of this size. Each is drawn uniformly among the numbers of its size that fit,
 * until one is prime.
 *
 * @param bits the size of p
 * @param pause called between tests; lets others run, and rejects to stop the work
 */
export async function drawChain(
	bits: number,
	bytesOf: ChainBytes,
	engine: Engine,
	pause: () => Promise<void>,
): Promise<Chain> {
	const [baseBits, ...sizes] = chainSizes(bits) as [number, ...number[]];
	const base = drawBase(baseBits, (attempt, length) =>
		bytesOf(0, attempt, length),
	);
	const divisors = groupsBelow2To53(primesUpTo(TRIAL_LIMIT).slice(1));
	const links: CertificateLink[] = [];
	for (const size of sizes) {
		const level = links.length + 1;
		const factor = lastOf({ base, links });
		links.push(
			await drawLink(
				size,
				factor,
				(attempt, length) => bytesOf(level, attempt, length),
				{ engine, pause, divisors },
			),
		);
	}
	return { base, links };
}

/**
 * The certificate of a safe prime p whose (p − 3)/4 is a multiple of the chain's last prime, for {@link provesPrime} to
 * check. The witness of p is the generator: it has order q, and so meets both conditions.
 */
export function completeChain(
	{ base, links }: Chain,
	p: bigint,
	generator: bigint,
): Certificate {
	const q = (p - 1n) / 2n;
	const [witness] = WITNESSES as [bigint];
	return {
		base,
		links: [...links, { n: q, witness }, { n: p, witness: generator }],
	};
}

/** Primes whose product a double holds exactly. */
interface PrimeGroup {
	readonly primes: number[];
	product: bigint;
}

interface LinkContext {
	readonly engine: Engine;
	readonly pause: () => Promise<void>;
	readonly divisors: readonly PrimeGroup[];
}

type AttemptBytes = (attempt: number, length: number) => Uint8Array;

/** A uniform prime of so many bits, at most 63. */
function drawBase(bits: number, bytesOf: AttemptBytes): bigint {
	const least = 1n << BigInt(bits - 1);
	for (let attempt = 0; ; attempt++) {
		const n = least + uniform(least, attempt, bytesOf);
		if (isSmallPrime(n)) return n;
	}
}

/** A prime n = 2·factor·h + 1 of so many bits, for a uniform h. */
async function drawLink(
	bits: number,
	factor: bigint,
	bytesOf: AttemptBytes,
	{ engine, pause, divisors }: LinkContext,
): Promise<CertificateLink> {
	const step = 2n * factor;
	const lowest = ((1n << BigInt(bits - 1)) - 1n + step - 1n) / step;
	const highest = ((1n << BigInt(bits)) - 2n) / step;
	let waiting: bigint[] = [];
	for (let attempt = 0; ; attempt++) {
		const h = lowest + uniform(highest - lowest + 1n, attempt, bytesOf);
		const n = step * h + 1n;
		if (hasFactorAmong(n, divisors)) continue;
		// The engine's lanes work on several at once; the first in order wins.
		waiting.push(n);
		if (waiting.length < engine.lanes) continue;
		await pause();
		const passed = engine.fermat(waiting);
		const found = waiting
			.filter((_, i) => passed[i])
			.map((prime) => proved(prime, factor))
			.find((link) => link !== undefined);
		if (found !== undefined) return found;
		waiting = [];
	}
}

/** The number with a witness that proves it prime; undefined for one that only passes Fermat's test. */
function proved(n: bigint, factor: bigint): CertificateLink | undefined {
	return WITNESSES.map((witness) => ({ n, witness })).find((link) =>
		provesPrime(link, factor),
	);
}

function uniform(count: bigint, attempt: number, bytesOf: AttemptBytes) {
	const length = Math.ceil(bitLength(count) / 8) + EXTRA_BYTES;
	return fromBytes(bytesOf(attempt, length)) % count;
}

/** Has n, above the limit, an odd prime factor up to it? One long division for each group of primes, then short ones. */
function hasFactorAmong(n: bigint, groups: readonly PrimeGroup[]): boolean {
	return groups.some(({ primes, product }) => {
		const rest = Number(n % product);
		return primes.some((r) => rest % r === 0 && n !== BigInt(r));
	});
}

/** The primes in groups whose products a double holds exactly. */
function groupsBelow2To53(primes: readonly number[]): PrimeGroup[] {
	const groups: PrimeGroup[] = [];
	for (const r of primes) {
		const last = groups.at(-1);
		if (last !== undefined && last.product * BigInt(r) < 2n ** 53n) {
			last.primes.push(r);
			last.product *= BigInt(r);
		} else {
			groups.push({ primes: [r], product: BigInt(r) });
		}
	}
	return groups;
}
