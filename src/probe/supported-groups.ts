/** The groups of RFC 7919 by the size of their prime, with the numbers of its section 2. */
export const FFDHE_GROUPS = {
	ffdhe2048: 256,
	ffdhe3072: 257,
	ffdhe4096: 258,
	ffdhe6144: 259,
	ffdhe8192: 260,
} as const;

/** What a modern client supports: RFC 8446 section 4.2.7, hybrids from draft-ietf-tls-ecdhe-mlkem. */
export const MODERN_GROUPS = {
	X25519MLKEM768: 0x11ec,
	X25519: 29,
	secp256r1: 23,
	X448: 30,
	secp384r1: 24,
	secp521r1: 25,
} as const;

/** The name of a group, or its number where it is none that was offered. */
export function groupName(id: number): string {
	const known = Object.entries({ ...FFDHE_GROUPS, ...MODERN_GROUPS });
	return known.find(([, number]) => number === id)?.[0] ?? `group ${id}`;
}
