import { createHash, getHashes } from "node:crypto";
import { bitLength, fromBytes, toBytes } from "../arithmetic/integers.js";
import type { DhParams } from "../params.js";
import type { PrimalityResources } from "./primality-resources.js";
import type { Check } from "./report.js";
import type { Subject } from "./subject.js";

const SOURCE =
	"FIPS 186-4 appendix A.1.1.3; FIPS 186-2 appendix 2.2; RFC 2631 section 2.2.1";

// Approved hash functions (FIPS 180-4) with the length of their output in bits.
const HASHES = [
	["sha1", 160],
	["sha224", 224],
	["sha256", 256],
	["sha384", 384],
	["sha512", 512],
	["sha512-224", 224],
	["sha512-256", 256],
] as const;

// What FIPS 186-4 and OpenSSL need is far below; longer ones would only cost time.
const MAX_SEED_BYTES = 1024;

// Above this, that the candidates before p are composite is not tested: some hundred powers.
const MAX_BITS = 4096;

/** How a standard makes q from the seed, and where the hashes for p begin. */
interface Method {
	readonly name: string;
	readonly hash: string;
	readonly hashBits: number;
	readonly q: bigint;
	/** Added to the seed for the first candidate. */
	readonly offset: bigint;
	/** A candidate takes so many hashes for each of these bits of p. */
	readonly strideBits: number;
}

/**
 * Do q and p come from the seed and counter that X9.42 parameters carry? Nothing to check without them. They do not say
 * which hash was used, so all approved ones are tried; g cannot be checked, since its index is not in the file.
 */
export async function checkFipsSeed(
	{ params, q }: Subject,
	resources: () => Promise<PrimalityResources>,
): Promise<Check[]> {
	const { validation } = params;
	if (validation === undefined || q === undefined) return [];
	const method = methods(params).find((each) => each.q === q);
	if (method === undefined) {
		return [
			{
				id: "x942-seed",
				verdict: "note",
				message:
					"The seed and counter are not verified: q does not come from the seed by FIPS 186-4, FIPS 186-2 or RFC 2631 with any SHA-1 or SHA-2 hash.",
				advice:
					"Nothing needs to be done; they show nothing about the origin of p.",
				source: SOURCE,
			},
		];
	}
	const fault = await faultOf(params, method, resources);
	if (fault !== undefined) {
		return [
			{
				id: "x942-seed",
				verdict: "reject",
				message: `q comes from the seed by ${method.name}, but ${fault}.`,
				advice: "The file is damaged or forged. Do not use these parameters.",
				source: SOURCE,
			},
		];
	}
	const which = bitLength(params.p) > MAX_BITS ? "the" : "the first prime, the";
	return [
		{
			id: "x942-seed",
			verdict: "accept",
			message: `q and p come from the seed by ${method.name}: p is ${which} candidate with counter ${validation.counter}. How g was made is not in the file.`,
			advice: null,
			source: SOURCE,
		},
	];
}

async function faultOf(
	{ p, validation }: DhParams,
	method: Method,
	resources: () => Promise<PrimalityResources>,
): Promise<string | undefined> {
	if (validation === undefined) return undefined;
	const { seed, counter } = validation;
	const bits = bitLength(p);
	// FIPS 186-2 and RFC 2631 allow 4096 candidates, and more for long p.
	if (counter < 0n || counter > 4096n * BigInt(Math.ceil(bits / 1024))) {
		return `the counter ${bitLength(counter) > 64 ? "" : `${counter} `}is out of range`;
	}
	const candidate = (at: bigint) => candidateOf(seed, at, bits, method);
	if (candidate(counter) !== p) {
		return `p is not the candidate with counter ${counter}`;
	}
	if (bits > MAX_BITS) return undefined;
	const { tester } = await resources();
	for (let at = 0n; at < counter; at += 2n) {
		const pair = [
			candidate(at),
			...(at + 1n < counter ? [candidate(at + 1n)] : []),
		];
		const large = pair.filter((n) => bitLength(n) === bits);
		const composite = await tester.areComposite(large);
		const first = large[composite.indexOf(false)];
		if (first !== undefined) {
			return `the candidate with counter ${at + BigInt(pair.indexOf(first))} is prime and comes first`;
		}
	}
	return undefined;
}

/** p of step 11 in FIPS 186-4 A.1.1.2, of steps 7 to 11 in FIPS 186-2, and of RFC 2631 section 2.2.1.2. */
function candidateOf(
	seed: Uint8Array,
	counter: bigint,
	bits: number,
	{ hash, hashBits, strideBits, offset, q }: Method,
): bigint {
	const hashes = Math.ceil(bits / strideBits);
	const first = offset + counter * BigInt(hashes);
	let w = 0n;
	for (let i = 0; i < hashes; i++) {
		const v = hashOf(hash, plus(seed, first + BigInt(i)));
		w += v << BigInt(i * hashBits);
	}
	const x = BigInt.asUintN(bits - 1, w) | (1n << BigInt(bits - 1));
	return x - (x % (2n * q)) + 1n;
}

/** Every way to make a q of this size from the seed. */
function methods({ q = 0n, validation }: DhParams): Method[] {
	const seed = validation?.seed ?? new Uint8Array();
	const bits = bitLength(q);
	if (seed.length === 0 || seed.length > MAX_SEED_BYTES || bits < 2) return [];
	const ends = (1n << BigInt(bits - 1)) | 1n;
	const available = new Set(getHashes().map((name) => name.toLowerCase()));
	const found: Method[] = [];
	for (const [hash, hashBits] of HASHES) {
		if (!available.has(hash)) continue;
		const name = hash
			.toUpperCase()
			.replace("SHA", "SHA-")
			.replace("-512-", "-512/");
		const at = (i: bigint) => hashOf(hash, plus(seed, i));
		// OpenSSL fills a hash that is too short up with zeros; the standard does not allow it.
		if (hashBits >= bits) {
			found.push({
				name: `FIPS 186-4 with ${name}`,
				hash,
				hashBits,
				q: BigInt.asUintN(bits, at(0n)) | ends,
				offset: 1n,
				strideBits: hashBits,
			});
		}
		const hashes = BigInt(Math.ceil(bits / hashBits));
		let u = 0n;
		for (let i = 0n; i < hashes; i++) {
			u += (at(i) ^ at(hashes + i)) << (i * BigInt(hashBits));
		}
		found.push({
			name: `FIPS 186-2 (RFC 2631) with ${name}`,
			hash,
			hashBits,
			q: BigInt.asUintN(bits, u) | ends,
			offset: 2n * hashes,
			// SHA-1's, and OpenSSL's with other hashes too (crypto/ffc/ffc_params_generate.c).
			strideBits: 160,
		});
	}
	return found;
}

function hashOf(name: string, bytes: Uint8Array): bigint {
	return fromBytes(createHash(name).update(bytes).digest());
}

/** The seed plus n, modulo 2^(its length). */
function plus(seed: Uint8Array, n: bigint): Uint8Array {
	const sum = BigInt.asUintN(8 * seed.length, fromBytes(seed) + n);
	return toBytes(sum, seed.length);
}
