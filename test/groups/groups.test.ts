import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { InvalidArgumentError } from "../../src/errors.js";
import {
	findGroup,
	groupOfPrime,
	NAMED_GROUPS,
	namedGroup,
} from "../../src/groups/groups.js";
import { SHIPPED_PRIMES } from "../../src/groups/shipped-primes.js";
import { openssl } from "../openssl/openssl.js";
import { passesBailliePsw } from "../primality/baillie-psw.js";
import { groupVectors, number } from "../vectors/groups.js";

// Enough binary digits of π and e for 8192 bits, and some to absorb the rounding of the series.
const DIGITS = 8192n + 64n;
const ONE = 1n << DIGITS;

/** e · 2^DIGITS = Σ 1/k!. */
function eulersNumber(): bigint {
	let sum = 0n;
	for (let k = 1n, term = ONE; term > 0n; term /= k++) sum += term;
	return sum;
}

/** π · 2^DIGITS by Machin's formula: 16 arctan(1/5) − 4 arctan(1/239). */
function pi(): bigint {
	return 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);
}

function arctanOfInverse(x: bigint): bigint {
	let sum = 0n;
	let power = ONE / x;
	for (let k = 1n, sign = 1n; power > 0n; k += 2n, sign = -sign) {
		sum += sign * (power / k);
		power /= x * x;
	}
	return sum;
}

/** ⌊2^exponent · number⌋ of a number with DIGITS binary digits. */
function scaled(number: bigint, exponent: bigint): bigint {
	return number >> (DIGITS - exponent);
}

const PI = pi();
const E = eulersNumber();

// n and X of each group: RFC 2409 section 6, RFC 3526 sections 2 to 7.
const MODP = [
	[768n, 149686n],
	[1024n, 129093n],
	[1536n, 741804n],
	[2048n, 124476n],
	[3072n, 1690314n],
	[4096n, 240904n],
	[6144n, 929484n],
	[8192n, 4743158n],
] as const;

// RFC 7919 appendix A.
const FFDHE = [
	[2048n, 560316n],
	[3072n, 2625351n],
	[4096n, 5736041n],
	[6144n, 15705020n],
	[8192n, 10965728n],
] as const;

describe("the groups of the standards", () => {
	test.each(MODP)("modp_%s by its formula", (n, x) => {
		const { p, g } = namedGroup(`modp_${n}`);
		expect(g).toBe(2n);
		expect(p).toBe(
			(1n << n) -
				(1n << (n - 64n)) -
				1n +
				(1n << 64n) * (scaled(PI, n - 130n) + x),
		);
	});

	test.each(FFDHE)("ffdhe%s by its formula", (n, x) => {
		const { p, g } = namedGroup(`ffdhe${n}`);
		expect(g).toBe(2n);
		expect(p).toBe(
			(1n << n) -
				(1n << (n - 64n)) +
				(scaled(E, n - 130n) + x) * (1n << 64n) -
				1n,
		);
	});

	test.each(["dh_1024_160", "dh_2048_224", "dh_2048_256"])(
		"%s: q is prime, divides p - 1, and is the order of g",
		(name) => {
			const { p, g, q = 0n } = namedGroup(name);
			expect(passesBailliePsw(p)).toBe(true);
			expect(passesBailliePsw(q)).toBe(true);
			expect((p - 1n) % q).toBe(0n);
			const power = { base: g, exponent: q, modulus: p };
			expect(bigintEngine.powers([power])).toEqual([1n]);
		},
	);

	test("are those of the vectors, which OpenSSL made", () => {
		const names = new Map(
			NAMED_GROUPS.map(({ name, params }) => [params.p, name]),
		);
		const standard = groupVectors("named-groups").filter(
			({ id }) => !id.includes("flip-bit"),
		);
		expect(standard.length).toBe(NAMED_GROUPS.length);
		for (const { p, g, q } of standard) {
			const group = groupOfPrime(number(p));
			expect(names.has(number(p))).toBe(true);
			expect(group?.params.g).toBe(number(g));
			if (q !== undefined) expect(group?.params.q).toBe(number(q));
		}
		for (const { p, id } of groupVectors("named-groups")) {
			if (id.includes("flip-bit")) {
				expect(groupOfPrime(number(p))).toBeUndefined();
			}
		}
	});

	test.each(["ffdhe2048", "ffdhe8192", "modp_2048"])(
		"%s as PEM is what openssl genpkey writes",
		(name) => {
			const made = openssl([
				..."genpkey -genparam -algorithm DH -pkeyopt".split(" "),
				`group:${name}`,
			]);
			expect(namedGroup(name).toPem()).toBe(made.stdout.toString());
		},
	);

	test("names are found in the usual spellings, and no others", () => {
		for (const spelling of ["modp2048", "MODP-2048", "group14", "oakley14"]) {
			expect(findGroup(spelling).name).toBe("modp_2048");
		}
		for (const wrong of ["", "ffdhe1024", "modp", "2048"]) {
			expect(() => findGroup(wrong)).toThrow(InvalidArgumentError);
		}
	});
});

describe("primes that shipped with software", () => {
	test.each(SHIPPED_PRIMES.map((prime) => [prime.shipped, prime] as const))(
		"%s: prime, or broken as stated",
		(_, { p, broken }) => {
			expect(passesBailliePsw(p)).toBe(broken === undefined);
			for (const factor of broken?.match(/\d+/g) ?? []) {
				expect(p % BigInt(factor)).toBe(0n);
			}
		},
	);

	test("hold all known ones of the vectors", () => {
		const shipped = new Set(SHIPPED_PRIMES.map(({ p }) => p));
		const known = groupVectors("weak-groups").filter(({ id }) =>
			id.startsWith("known-"),
		);
		expect(known.length).toBeGreaterThan(6);
		for (const { p } of known) expect(shipped.has(number(p))).toBe(true);
	});
});
