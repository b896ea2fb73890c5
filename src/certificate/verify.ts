import { gcd } from "bigint-mod-arith";
import { bigintEngine } from "../arithmetic/bigint-engine.js";
import { bitLength } from "../arithmetic/integers.js";
import { MontgomeryModulus } from "../arithmetic/montgomery-power.js";
import { witnesses } from "../primality/miller-rabin.js";
import { primesUpTo, smallFactor } from "../primality/small-primes.js";
import {
	type Certificate,
	type CertificateLink,
	MAX_CERTIFIED_BITS,
	MAX_LINKS,
} from "./certificate.js";

const BASE_LIMIT = 1n << 64n;

// No composite below 3.3·10^24 passes Miller-Rabin to all of them: Sorenson and Webster, "Strong pseudoprimes to twelve
// prime bases" (2015).
const DECIDING_BASES = primesUpTo(41).map(BigInt);

/**
 * What is wrong with a certificate, or undefined where it proves its p a safe prime. Every claim is computed anew. Sizes
 * are looked at first, so that the time is bounded by a few powers modulo a number of the size of p.
 *
 * @param pause called before each power; lets others run, and rejects to stop the work
 */
export async function faultOf(
	certificate: Certificate,
	pause: () => Promise<void> = async () => {},
): Promise<string | undefined> {
	const { base, links } = certificate;
	const misfit = shapeFault(certificate);
	if (misfit !== undefined) return misfit;
	if (!isSmallPrime(base)) return `Its first number, ${base}, is not prime.`;
	let factor = base;
	for (const [i, link] of links.entries()) {
		await pause();
		if (!provesPrime(link, factor)) {
			return `Link ${i + 1} of ${links.length} does not prove its number prime: the powers of the witness ${brief(link.witness)} are not what Pocklington's theorem asks for.`;
		}
		factor = link.n;
	}
	return undefined;
}

/** Everything that is wrong without a power being computed. */
function shapeFault({ base, links }: Certificate): string | undefined {
	if (links.length < 2 || links.length > MAX_LINKS) {
		return `It has ${links.length} links; a chain that ends with q and p has 2 to ${MAX_LINKS}.`;
	}
	if (base < 2n || base >= BASE_LIMIT) {
		return "Its first number is not in 2 … 2^64 − 1, where a test without a proof decides.";
	}
	let factor = base;
	for (const [i, { n, witness }] of links.entries()) {
		const which = `The number of link ${i + 1} of ${links.length}`;
		if (bitLength(n) > MAX_CERTIFIED_BITS) {
			return `${which} has ${bitLength(n)} bits; at most ${MAX_CERTIFIED_BITS} are checked.`;
		}
		if (n <= factor || n % 2n === 0n) {
			return `${which} is not an odd number above the one before it.`;
		}
		if ((n - 1n) % factor !== 0n) {
			return `${which} is not 1 more than a multiple of the one before it.`;
		}
		if (factor * factor <= n) {
			return `${which} is too large: the one before it must exceed its square root.`;
		}
		if (witness < 2n || witness > n - 2n) {
			return `The witness of link ${i + 1} of ${links.length} is not in 2 … n − 2.`;
		}
		factor = n;
	}
	const [q, p] = links.slice(-2) as [CertificateLink, CertificateLink];
	return p.n === 2n * q.n + 1n
		? undefined
		: "Its last number is not twice the one before it plus 1: it proves a prime, not a safe prime.";
}

/**
 * Pocklington 1914: where a prime r > √n divides n − 1, a^(n−1) ≡ 1 (mod n) and gcd(a^((n−1)/r) − 1, n) = 1, n is
 * prime. Sizes and divisibility are the caller's to check.
 */
export function provesPrime(
	{ n, witness }: CertificateLink,
	factor: bigint,
): boolean {
	const modulus = new MontgomeryModulus(n);
	const cofactor = (n - 1n) / factor;
	const part = modulus.power(witness, cofactor);
	// Powers of a small witness are cheaper than those of `part`, which is worth it where the cofactor is short, as for p.
	const whole =
		cofactor < 1n << 64n
			? modulus.power(witness, n - 1n)
			: modulus.power(part, factor);
	return whole === 1n && gcd(part - 1n, n) === 1n;
}

/** Is it prime? Without a doubt for n below 2^64. */
export function isSmallPrime(n: bigint): boolean {
	if (n < 2n) return false;
	const primes = DECIDING_BASES.map(Number);
	if (smallFactor(n, primes) !== undefined) return false;
	if (n <= 41n ** 2n) return true;
	return witnesses(n, DECIDING_BASES, bigintEngine).length === 0;
}

function brief(n: bigint): string {
	const digits = n.toString();
	return digits.length <= 20 ? digits : `${digits.slice(0, 20)}…`;
}
