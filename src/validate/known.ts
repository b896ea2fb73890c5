import { SHIPPED_PRIMES, type ShippedPrime } from "../groups/shipped-primes.js";
import { newGroup, type Policy } from "./policy.js";
import type { Check } from "./report.js";
import { isOfRecord, type Subject } from "./subject.js";

const SHIPPED = new Map(SHIPPED_PRIMES.map((prime) => [prime.p, prime]));

// From here on precomputation for one group is out of everyone's reach: Logjam section 5, RFC 9325 section 4.2.
const SAFE_TO_SHARE = 2048;

/** What is on record of p: standards, products that shipped it, its origin. */
export function checkKnown(subject: Subject, policy: Policy): Check[] {
	const shipped = SHIPPED.get(subject.params.p);
	return [
		...knownGood(subject),
		...knownWeak(subject, shipped, policy),
		...shared(subject, shipped),
		...origin(subject, policy),
	];
}

function knownGood(subject: Subject): Check[] {
	const { group, bits } = subject;
	if (group === undefined || !isOfRecord(subject) || bits < SAFE_TO_SHARE) {
		return [];
	}
	return [
		{
			id: "known-good",
			verdict: "accept",
			message: `p is ${group.name}, a standard group that clients and servers may share.`,
			advice: null,
			source: group.source,
		},
	];
}

function knownWeak(
	{ group, bits }: Subject,
	shipped: ShippedPrime | undefined,
	policy: Policy,
): Check[] {
	if (group?.params.q !== undefined) {
		return [
			{
				id: "known-weak",
				verdict: "warn",
				message: `p is ${group.name} of RFC 5114: nobody has said how it was made, p is not a safe prime, and small subgroups leak parts of a reused key.`,
				advice: newGroup(policy),
				source:
					"RFC 5114; CVE-2016-0701; Valenta et al., Measuring small subgroup attacks against Diffie-Hellman, 2017",
			},
		];
	}
	if (group !== undefined && bits < SAFE_TO_SHARE) {
		return [
			{
				id: "known-weak",
				verdict: "warn",
				message: `p is ${group.name} of ${group.source}, an attractive target: it is small, and countless VPN, SSH and TLS servers share it.`,
				advice: newGroup(policy),
				source: `${group.source}; CVE-2015-4000 (Logjam); RFC 8247 section 2.4`,
			},
		];
	}
	if (shipped === undefined) return [];
	const check = {
		id: "known-weak",
		advice: `Upgrade the software that shipped it, if that is still in use. ${newGroup(policy)}`,
		source: shipped.source,
	} as const;
	const came = `p came with ${shipped.shipped}.`;
	if (shipped.broken !== undefined) {
		const message = `${came} ${shipped.broken}`;
		return [{ ...check, verdict: "reject", message }];
	}
	if (bits >= SAFE_TO_SHARE) return [];
	const message = `${came} Whoever has broken it for one server reads them all.`;
	return [{ ...check, verdict: "warn", message }];
}

function shared(
	{ group, bits }: Subject,
	shipped: ShippedPrime | undefined,
): Check[] {
	if (group === undefined && shipped === undefined) return [];
	const check = {
		id: "shared",
		verdict: "note",
		source: "Adrian et al., Imperfect Forward Secrecy, 2015 (Logjam)",
	} as const;
	if (bits < SAFE_TO_SHARE) {
		return [
			{
				...check,
				message:
					"Many servers share p: the expensive part of breaking it is done once, and then each connection costs little.",
				advice: "A group of your own is shared with nobody.",
			},
		];
	}
	// A good group of a standard is meant to be shared.
	if (group !== undefined) return [];
	return [
		{
			...check,
			message: `p came with ${shipped?.shipped}; many servers share it. At ${bits} bits nobody can make use of that today.`,
			advice:
				"Nothing needs to be done; a group of your own is shared with nobody.",
		},
	];
}

function origin(subject: Subject, policy: Policy): Check[] {
	if (!policy.originRequired) return [];
	const check = {
		id: "origin",
		source:
			"Fried, Gaudry, Heninger and Thomé, A kilobit hidden SNFS discrete logarithm computation, 2017; RFC 9325 section 4.2",
	} as const;
	if (isOfRecord(subject)) {
		const message =
			"The origin of p is published: so it cannot hide a trapdoor.";
		return [{ ...check, verdict: "accept", message, advice: null }];
	}
	return [
		{
			...check,
			verdict: "reject",
			message:
				"The origin of p is not known: whoever made it could have hidden a special form.",
			advice: `This policy takes standard groups only. ${newGroup(policy)}`,
		},
	];
}
