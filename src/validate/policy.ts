import { BOOLEAN, type KindsOf, NUMBER, STRING } from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";

/** The thresholds of a validation. */
export interface Policy {
	readonly name: string;
	/** p below this is rejected, in bits. */
	readonly minBits: number;
	/** p below this gets a warning, in bits. */
	readonly warnBits: number;
	/** p above this is refused before any arithmetic, in bits; at most 32,768. */
	readonly maxBits: number;
	/** Reject where (p − 1)/2 is composite; otherwise a valid q is enough, with a warning. */
	readonly safePrimeRequired: boolean;
	/** A given q below this is rejected, in bits. */
	readonly minSubgroupBits: number;
	/** Reject a p that is not a standard group's, since it may hide a special form. */
	readonly originRequired: boolean;
	/** A composite may pass for prime with a chance of 4^−rounds, that of so many rounds of Miller-Rabin. */
	readonly rounds: number;
}

// CVE-2023-3446: OpenSSL's own limit for key operations (OPENSSL_DH_MAX_MODULUS_BITS).
const MAX_BITS = 10_000;

/** OPENSSL_DH_CHECK_MAX_MODULUS_BITS; no caller can raise the limit above it. */
export const HARD_MAX_BITS = 32_768;

// SP 800-56A r3 section 5.5.1.1; RFC 9325 section 4.2.
/** What holds where no policy is named. */
export const DEFAULT_POLICY: Policy = {
	name: "default",
	minBits: 2048,
	warnBits: 2048,
	maxBits: MAX_BITS,
	safePrimeRequired: true,
	// SP 800-56A r3, table 1: FB and FC have a q of 224 and 256 bits.
	minSubgroupBits: 224,
	originRequired: false,
	// An error of 2^-128; what OpenSSL 3 does too (BN_check_prime).
	rounds: 64,
};

// The least p of each security level of OpenSSL (SSL_CTX_set_security_level(3)), and the least q of the same strength.
const OPENSSL_LEVELS = [
	{ minBits: 512, minSubgroupBits: 160 },
	{ minBits: 1024, minSubgroupBits: 160 },
	{ minBits: 2048, minSubgroupBits: 224 },
	{ minBits: 3072, minSubgroupBits: 256 },
	{ minBits: 7680, minSubgroupBits: 384 },
	{ minBits: 15_360, minSubgroupBits: 512 },
] as const;

/** The named sets of thresholds. */
export const POLICIES: readonly Policy[] = [
	DEFAULT_POLICY,
	{
		...DEFAULT_POLICY,
		name: "legacy",
		minBits: 1024,
		safePrimeRequired: false,
		minSubgroupBits: 160,
	},
	{
		...DEFAULT_POLICY,
		name: "strict",
		minBits: 3072,
		warnBits: 3072,
		minSubgroupBits: 256,
		originRequired: true,
	},
	...OPENSSL_LEVELS.map((level, i) => ({
		...DEFAULT_POLICY,
		...level,
		name: `openssl-level-${i}`,
		safePrimeRequired: false,
	})),
];

/**
 * A policy by name, with single thresholds of the caller's instead of its own.
 *
 * @example
 * const options: PolicyOptions = { policy: "legacy", minBits: 1536 };
 */
export interface PolicyOptions {
	/** `default`, `legacy`, `strict` or `openssl-level-0` to `openssl-level-5`. */
	readonly policy?: string | undefined;
	/** p below this is rejected, in bits. */
	readonly minBits?: number | undefined;
	/** p below this gets a warning, in bits. */
	readonly warnBits?: number | undefined;
	/** p above this is refused before any arithmetic, in bits; at most 32,768. */
	readonly maxBits?: number | undefined;
	/** Reject where (p − 1)/2 is composite; otherwise a valid q is enough, with a warning. */
	readonly safePrimeRequired?: boolean | undefined;
	/** A given q below this is rejected, in bits. */
	readonly minSubgroupBits?: number | undefined;
	/** Reject a p that is not a standard group's, since it may hide a special form. */
	readonly originRequired?: boolean | undefined;
	/** A composite may pass for prime with a chance of 4^−rounds, that of so many rounds of Miller-Rabin. 1 … 1024. */
	readonly rounds?: number | undefined;
}

export const POLICY_OPTIONS: KindsOf<PolicyOptions> = {
	policy: STRING,
	minBits: NUMBER,
	warnBits: NUMBER,
	maxBits: NUMBER,
	safePrimeRequired: BOOLEAN,
	minSubgroupBits: NUMBER,
	originRequired: BOOLEAN,
	rounds: NUMBER,
};

/** @throws {@link InvalidArgumentError} for an unknown name, or a threshold that makes no sense */
export function policyOf({
	policy: name = DEFAULT_POLICY.name,
	...thresholds
}: PolicyOptions): Policy {
	const base = POLICIES.find((policy) => policy.name === name);
	if (base === undefined) {
		throw new InvalidArgumentError(
			`There is no policy "${name}"; there are ${POLICIES.map((policy) => policy.name).join(", ")}.`,
		);
	}
	const given = Object.fromEntries(
		Object.entries(thresholds).filter(
			([key, value]) => key in base && value !== undefined,
		),
	) as Partial<Policy>;
	const policy = { ...base, ...given };
	checkWhole("minBits", policy.minBits, 1, HARD_MAX_BITS);
	checkWhole("warnBits", policy.warnBits, 0, HARD_MAX_BITS);
	checkWhole("maxBits", policy.maxBits, 1, HARD_MAX_BITS);
	checkWhole("minSubgroupBits", policy.minSubgroupBits, 1, HARD_MAX_BITS);
	checkWhole("rounds", policy.rounds, 1, 1024);
	if (given.minBits !== undefined && given.minBits > policy.maxBits) {
		throw new InvalidArgumentError(
			`minBits is ${policy.minBits}, above maxBits, ${policy.maxBits}: nothing could pass.`,
		);
	}
	return policy;
}

/** Which group satisfies the policy, as the end of an advice; the command line knows the sentence and adds a command. */
export function newGroup({ minBits, maxBits, originRequired }: Policy): string {
	const bits = Math.max(2048, minBits);
	const standard = [2048, 3072, 4096, 6144, 8192].find((size) => size >= bits);
	if (bits > maxBits || (originRequired && standard === undefined)) {
		return `No group has ${bits} bits and is allowed: use ECDHE.`;
	}
	return originRequired
		? `Use the standard group ffdhe${standard}.`
		: `Make a new group of ${bits} bits.`;
}

function checkWhole(name: string, value: number, least: number, most: number) {
	if (!Number.isInteger(value) || value < least || value > most) {
		throw new InvalidArgumentError(
			`${name} is ${value}; it must be a whole number from ${least} to ${most}.`,
		);
	}
}
