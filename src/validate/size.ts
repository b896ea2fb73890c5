import {
	DEFAULT_POLICY,
	HARD_MAX_BITS,
	newGroup,
	type Policy,
} from "./policy.js";
import type { Check } from "./report.js";
import { strengthOf } from "./strength.js";
import type { Subject } from "./subject.js";

/** Is p small enough for any arithmetic to be done with it? */
export function checkSizeLimit({ bits }: Subject, policy: Policy): Check {
	const source = "CVE-2023-3446, CVE-2023-3817, CVE-2023-5678";
	if (bits <= policy.maxBits) {
		return {
			id: "size-limit",
			verdict: "accept",
			message: `p has ${bits} bits, within the limit of ${policy.maxBits}.`,
			advice: null,
			source,
		};
	}
	return {
		id: "size-limit",
		verdict: "reject",
		message: `p has ${bits} bits, above the limit of ${policy.maxBits}: ${bits > DEFAULT_POLICY.maxBits ? "it makes each handshake slow enough for an attack on the server, and OpenSSL refuses to work with more than 10000" : "larger groups than the limit are not tested"}.`,
		advice: `${allowedSizes(policy)} ${bits <= HARD_MAX_BITS ? `To have this size checked, raise the limit: maxBits takes up to ${HARD_MAX_BITS}.` : `Above ${HARD_MAX_BITS} bits nothing is checked.`}`,
		source,
	};
}

/** What to use instead, within the limit. */
function allowedSizes({ minBits, maxBits }: Policy): string {
	const least = Math.max(2048, minBits);
	const most = Math.min(Math.max(4096, least), maxBits);
	if (least > maxBits) {
		return `The limit of ${maxBits} bits allows no group that is large enough; ${least} bits are the least.`;
	}
	return least === most
		? `Use ${least} bits.`
		: `Use ${least} to ${most} bits.`;
}

/** Is p large enough to resist, and will clients take it? */
export function checkSize({ bits }: Subject, policy: Policy): Check {
	const source =
		"CVE-2015-4000 (Logjam), SP 800-57 part 1 table 2, RFC 9325 section 4.2";
	const advice = newGroup(policy);
	if (bits < policy.minBits) {
		return {
			id: "size",
			verdict: "reject",
			message: `p has ${bits} bits, fewer than ${policy.minBits}: ${meaning(bits)}.`,
			advice,
			source,
		};
	}
	if (bits < policy.warnBits) {
		return {
			id: "size",
			verdict: "warn",
			message: `p has ${bits} bits: ${meaning(bits)}.`,
			advice,
			source,
		};
	}
	return {
		id: "size",
		verdict: "accept",
		message: `p has ${bits} bits: ${meaning(bits)}.`,
		advice: null,
		source,
	};
}

/** What a size means for those who attack it and for those who connect. */
function meaning(bits: number): string {
	if (bits < 512) {
		return "a single computer breaks such a group, and OpenSSL refuses it";
	}
	if (bits < 768) {
		return "export grade: after a week of preparation for a group of 512 bits each connection is read within a minute (Logjam), and every current client refuses it";
	}
	// Boudot et al., "Comparing the difficulty of factorization and discrete logarithm", 2020. NSS takes 1023 bits, Java and Chromium 1024, OpenSSL 1024 at level 1.
	if (bits < 1024) {
		return "academics broke a group of 795 bits in 2019, and browsers, Java and OpenSSL (level 1 and above) refuse it";
	}
	if (bits < 2048) {
		return `${bits < 1280 ? "in reach of states" : "below today's margin"}, and clients with OpenSSL at security level 2 refuse it ("dh key too small": Debian, Ubuntu, RHEL 8 and later, OpenSSL 3.2)`;
	}
	const level = bits < 3072 ? 2 : bits < 7680 ? 3 : bits < 15_360 ? 4 : 5;
	return `a strength of about ${strengthOf(bits)} bits, enough for OpenSSL's security level ${level}`;
}
