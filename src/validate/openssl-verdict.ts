import { bitLength } from "../arithmetic/integers.js";
import { groupOfPrime } from "../groups/groups.js";
import type { DhParams } from "../params.js";
import type { PrimalityTester } from "../primality/primality-tester.js";
import { hasOrderDividing } from "./order.js";
import type { PrimalityResources } from "./primality-resources.js";
import type { OpensslVerdict } from "./report.js";

// DH_MIN_MODULUS_BITS and OPENSSL_DH_MAX_MODULUS_BITS of OpenSSL 3.0.
const MIN_BITS = 512;
const MAX_BITS = 10_000;

/**
 * What DH_check of OpenSSL 3.0 (crypto/dh/dh_check.c) makes of the numbers, with its messages in its order. Above
 * 10,000 bits it goes on testing for minutes and rejects anyway: here it stops at that.
 */
export async function opensslVerdict(
	params: DhParams,
	resources: () => Promise<PrimalityResources>,
): Promise<OpensslVerdict> {
	if (bitLength(params.p) > MAX_BITS) {
		return { accepted: false, errors: ["modulus too large"] };
	}
	if (isNamed(params)) return { accepted: true, errors: [] };
	const errors = await errorsOf(params, await resources());
	return { accepted: errors.length === 0, errors };
}

async function errorsOf(
	params: DhParams,
	{ engine, tester }: PrimalityResources,
): Promise<string[]> {
	const { p, g, q, j } = params;
	// There the whole check ends with the division.
	if (q === 0n) return ["div by zero"];
	const errors = new Set<string>();
	if (g < 2n || g >= p - 1n) errors.add("not suitable generator");
	if (q !== undefined && q > p) errors.add("check invalid q value");
	else if (q !== undefined && p > 0n) {
		// An even p fails the test for primes anyway.
		const hasOrder =
			g >= 2n &&
			g < p &&
			(p % 2n === 0n || hasOrderDividing(q, params, engine));
		if (!hasOrder) errors.add("not suitable generator");
		if (!(await isPrime(q, tester))) errors.add("check q not prime");
		if (p % q !== 1n) errors.add("check invalid q value");
		if (j !== undefined && j !== p / q) errors.add("check invalid j value");
	}
	if (!(await isPrime(p, tester)) || p % 2n === 0n) {
		errors.add("check p not prime");
	}
	if (
		q === undefined &&
		(await isPrime(p, tester)) &&
		!(await isPrime(p / 2n, tester))
	) {
		errors.add("check p not safe prime");
	}
	if (bitLength(p) < MIN_BITS) errors.add("modulus too small");
	return ORDER.filter((error) => errors.has(error));
}

/** DH_check_ex puts its errors in this order. */
const ORDER = [
	"not suitable generator",
	"check q not prime",
	"check invalid q value",
	"check invalid j value",
	"check p not prime",
	"check p not safe prime",
	"modulus too small",
] as const;

/** DH_check takes the groups that OpenSSL has by name without a test: all of ours but RFC 2409's. */
function isNamed({ p, g, q }: DhParams): boolean {
	const group = groupOfPrime(p)?.params;
	if (group === undefined || group.g !== g || bitLength(p) < 1024) return false;
	return q === undefined || q === (group.q ?? (p - 1n) / 2n);
}

async function isPrime(n: bigint, tester: PrimalityTester): Promise<boolean> {
	return (await tester.compositeness(n)) === undefined;
}
