import {
	ANONYMOUS_SUITES,
	COMMON_DHE_SUITES,
	DHE_SUITES,
	ECDHE_SUITES,
	EXPORT_SUITES,
	RSA_SUITES,
	type Suite,
	TLS13_SUITES,
} from "./suites.js";
import { FFDHE_GROUPS, MODERN_GROUPS } from "./supported-groups.js";

export const TLS10 = 0x0301;
export const TLS12 = 0x0303;
export const TLS13 = 0x0304;

/** What a ClientHello offers: each offer is one question to the server. */
export interface Offer {
	/** From the lowest to the highest version, each TLS10 to TLS13. */
	readonly versions: readonly [number, number];
	readonly suites: readonly Suite[];
	/** The supported_groups extension, most wanted first; left out where empty. */
	readonly groups: readonly number[];
	/** Groups for which TLS 1.3 gets a key share at once. */
	readonly shares: readonly number[];
	/** Whether to send extensions at all. */
	readonly extensions: boolean;
}

/** What would a current client get? Like OpenSSL 3's defaults, with the hybrid group of newer ones. */
export const MODERN: Offer = {
	versions: [TLS10, TLS13],
	suites: [
		...TLS13_SUITES,
		...ECDHE_SUITES,
		...COMMON_DHE_SUITES,
		...RSA_SUITES,
	],
	groups: Object.values(MODERN_GROUPS),
	shares: [MODERN_GROUPS.X25519],
	extensions: true,
};

/**
 * The same with the groups of RFC 7919, which OpenSSL 3, GnuTLS and Firefox offer behind the curves, and Chrome does not.
 * Only asked where a server refuses {@link MODERN}: with these groups in the list, a server of RFC 7919 would answer
 * one of them in TLS 1.2 instead of the group in its configuration.
 */
export const MODERN_WITH_FFDHE: Offer = {
	...MODERN,
	groups: [...MODERN.groups, ...Object.values(FFDHE_GROUPS)],
};

/** Does the server agree to a key exchange without a certificate? */
export const ANONYMOUS: Offer = {
	versions: [TLS10, TLS12],
	suites: ANONYMOUS_SUITES,
	groups: Object.values(MODERN_GROUPS),
	shares: [],
	extensions: true,
};

/**
 * Which group comes with DHE in TLS 1.0 to 1.2? Without supported_groups, since a server that follows
 * RFC 7919 would answer ffdhe groups in that list with one of them, instead of the group in its configuration.
 */
export const DHE: Offer = {
	versions: [TLS10, TLS12],
	suites: DHE_SUITES,
	groups: [],
	shares: [],
	extensions: true,
};

/** The same for a server that cannot stand versions or extensions it does not know. */
export const LEGACY_DHE: Offer = {
	...DHE,
	versions: [TLS10, TLS10],
	extensions: false,
};

/** Does the server still have export-grade DHE, which Logjam (CVE-2015-4000) turns against all its clients? */
export const EXPORT_DHE: Offer = {
	...DHE,
	versions: [TLS10, TLS10],
	suites: EXPORT_SUITES,
};

/**
 * Which RFC 7919 group would TLS 1.3 take? Without a key share the server has to name the group
 * in a HelloRetryRequest: RFC 8446 section 4.2.8. That costs it no computation.
 */
export const FFDHE: Offer = {
	versions: [TLS13, TLS13],
	suites: TLS13_SUITES,
	groups: Object.values(FFDHE_GROUPS),
	shares: [],
	extensions: true,
};
