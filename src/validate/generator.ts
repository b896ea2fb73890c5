import { bitLength, jacobi } from "../arithmetic/integers.js";
import { hasOrderDividing } from "./order.js";
import { newGroup, type Policy } from "./policy.js";
import type { PrimalityResources } from "./primality-resources.js";
import { type Check, inBits } from "./report.js";
import { strengthOf } from "./strength.js";
import type { Subject } from "./subject.js";

const SOURCE = "SP 800-56A r3 section 5.5.1.1; RFC 7919 section 3";

/** Is g in 2 … p − 2? Undefined where it is: then its order is of interest. */
export function checkGeneratorRange(
	{ params, bits }: Subject,
	policy: Policy,
): Check | undefined {
	const { p, g } = params;
	if (g >= 2n && g <= p - 2n) return undefined;
	const shown = bitLength(g) <= 64 ? `${g}` : `p ${offset(g - p)}`;
	return {
		id: "generator",
		verdict: "reject",
		message: `g is ${shown}, outside 2 … p − 2: ${meaningOutside(p, g, bits)}.`,
		advice: `The file is damaged or forged. ${newGroup(policy)}`,
		source: SOURCE,
	};
}

/** What a generator outside 2 … p − 2 leads to. */
function meaningOutside(p: bigint, g: bigint, bits: number): string {
	if (bits <= 64 && bitLength(g) >= 512) {
		return "p and g seem to have changed places";
	}
	const rest = p > 0n ? g % p : g;
	if (rest < 2n || rest === p - 1n) {
		return "it generates at most two values, and anyone can compute the shared key";
	}
	return "standard tools never produce such a generator, and not every program takes it";
}

/** The order of g modulo a safe prime, by the Jacobi symbol: q for a square, 2q for the others. */
export function checkGeneratorOfSafePrime({ params }: Subject): Check {
	if (jacobi(params.g, params.p) === 1) {
		return {
			id: "generator",
			verdict: "accept",
			message: "g generates the subgroup of prime order (p − 1)/2.",
			advice: null,
			source: SOURCE,
		};
	}
	return {
		id: "generator",
		verdict: "note",
		message:
			"g has order p − 1: whoever sees a public key learns one bit of the private key, and nothing more.",
		advice:
			"Nothing needs to be done; new groups of OpenSSL, gen-dhparams and RFC 7919 use order (p − 1)/2.",
		source: SOURCE,
	};
}

/**
 * The order of g modulo a prime that is not safe: the given q answers for it (check `subgroup`), otherwise only a
 * smooth order can be found.
 */
export async function checkGeneratorOfPrime(
	{ params: { p, g }, q }: Subject,
	factors: readonly number[],
	policy: Policy,
	resources: () => Promise<PrimalityResources>,
): Promise<Check[]> {
	if (q !== undefined) return [];
	const { engine } = await resources();
	const smooth = factors.reduce((order, f) => order * BigInt(f), 2n);
	const check = {
		id: "generator",
		advice: newGroup(policy),
		source: `${SOURCE}; Pohlig and Hellman 1978`,
	} as const;
	if (!hasOrderDividing(smooth, { p, g }, engine)) {
		return [
			{
				...check,
				verdict: "warn",
				message:
					"The order of g is unknown: there is no q, and p − 1 cannot be factored.",
			},
		];
	}
	const shown =
		smooth < 1n << 64n ? smooth : `a number of ${inBits(bitLength(smooth))}`;
	return [
		{
			...check,
			verdict: "reject",
			message: `The order of g has only small prime factors: it divides ${shown}. Private keys can be computed quickly (Pohlig and Hellman).`,
		},
	];
}

// Twice the strength of the smallest group that has one in SP 800-57, table 2; below that, p is broken first anyway.
const MIN_PRIVATE_BITS = 160;

/** Is the recommended length of the private exponent enough, and not too much? No check where there is none. */
export function checkPrivateLength(
	{ params, bits }: Subject,
	policy: Policy,
): Check[] {
	const { privateLength: length } = params;
	if (length === undefined) return [];
	const source = "PKCS #3 section 9; SP 800-56A r3 section 5.6.1.1.1; RFC 7919";
	const needed = Math.max(2 * strengthOf(bits), MIN_PRIVATE_BITS);
	const meaning =
		needed === MIN_PRIVATE_BITS
			? `the ${needed} bits that any key needs`
			: `twice the strength of p (${needed})`;
	const base = { id: "private-length", source } as const;
	if (length < needed) {
		return [
			{
				...base,
				verdict: "reject",
				message: `The recommended private length is ${inBits(length)}, below ${meaning}: keys are found sooner than p is broken.`,
				advice: `Servers that follow it make weak keys. ${newGroup(policy)}`,
			},
		];
	}
	if (length > bits) {
		return [
			{
				...base,
				verdict: "reject",
				message: `The recommended private length is ${length} bits, above the ${bits} of p: no such exponent makes sense.`,
				advice: `The file is damaged or forged. ${newGroup(policy)}`,
			},
		];
	}
	if (length === bits) {
		return [
			{
				...base,
				verdict: "note",
				message: `The recommended private length is ${length} bits, one above the order of the subgroup: harmless, and slow.`,
				advice: "Nothing needs to be done.",
			},
		];
	}
	return [
		{
			...base,
			verdict: "accept",
			message: `The recommended private length is ${length} bits, at least ${meaning}.`,
			advice: null,
		},
	];
}

function offset(difference: bigint): string {
	if (difference === 0n) return "itself";
	const size = difference < 0n ? -difference : difference;
	const shown = bitLength(size) <= 64 ? `${size}` : "a large number";
	return `${difference < 0n ? "−" : "+"} ${shown}`;
}
