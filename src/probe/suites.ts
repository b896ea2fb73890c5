/** How a cipher suite agrees on its key. TLS 1.3 suites leave that to the group. */
export type KeyExchange =
	| "DHE"
	| "ECDHE"
	| "RSA"
	| "TLS 1.3"
	/** Without a certificate. */
	| "DH_anon"
	| "ECDH_anon";

/** A cipher suite: IANA's number, OpenSSL's name (the one that configurations and logs use). */
export interface Suite {
	readonly id: number;
	readonly name: string;
	readonly keyExchange: KeyExchange;
}

/** Suites of one kind in the order of their offer, numbers from IANA's registry "TLS Cipher Suites". */
function suites(
	keyExchange: KeyExchange,
	table: Readonly<Record<string, number>>,
): readonly Suite[] {
	return Object.entries(table).map(([name, id]) => ({ id, name, keyExchange }));
}

/** RFC 8446 section B.4, in OpenSSL's order. */
export const TLS13_SUITES = suites("TLS 1.3", {
	TLS_AES_256_GCM_SHA384: 0x1302,
	TLS_CHACHA20_POLY1305_SHA256: 0x1303,
	TLS_AES_128_GCM_SHA256: 0x1301,
});

/** RFC 5289, RFC 7905, RFC 8422: what OpenSSL 3 offers by default, in its order. */
export const ECDHE_SUITES = suites("ECDHE", {
	"ECDHE-ECDSA-AES256-GCM-SHA384": 0xc02c,
	"ECDHE-RSA-AES256-GCM-SHA384": 0xc030,
	"ECDHE-ECDSA-CHACHA20-POLY1305": 0xcca9,
	"ECDHE-RSA-CHACHA20-POLY1305": 0xcca8,
	"ECDHE-ECDSA-AES128-GCM-SHA256": 0xc02b,
	"ECDHE-RSA-AES128-GCM-SHA256": 0xc02f,
	"ECDHE-ECDSA-AES256-SHA384": 0xc024,
	"ECDHE-RSA-AES256-SHA384": 0xc028,
	"ECDHE-ECDSA-AES128-SHA256": 0xc023,
	"ECDHE-RSA-AES128-SHA256": 0xc027,
	"ECDHE-ECDSA-AES256-SHA": 0xc00a,
	"ECDHE-RSA-AES256-SHA": 0xc014,
	"ECDHE-ECDSA-AES128-SHA": 0xc009,
	"ECDHE-RSA-AES128-SHA": 0xc013,
});

/** The DHE suites among OpenSSL 3's defaults. */
export const COMMON_DHE_SUITES = suites("DHE", {
	"DHE-RSA-AES256-GCM-SHA384": 0x009f, // RFC 5288
	"DHE-RSA-CHACHA20-POLY1305": 0xccaa, // RFC 7905
	"DHE-RSA-AES128-GCM-SHA256": 0x009e, // RFC 5288
	"DHE-RSA-AES256-SHA256": 0x006b, // RFC 5246
	"DHE-RSA-AES128-SHA256": 0x0067, // RFC 5246
	"DHE-RSA-AES256-SHA": 0x0039, // RFC 3268
	"DHE-RSA-AES128-SHA": 0x0033, // RFC 3268
});

/** Every DHE suite with a certificate that servers are known to have, strong ones first. */
export const DHE_SUITES: readonly Suite[] = [
	...COMMON_DHE_SUITES,
	...suites("DHE", {
		// RFC 6655
		"DHE-RSA-AES256-CCM": 0xc09f,
		"DHE-RSA-AES128-CCM": 0xc09e,
		"DHE-RSA-AES256-CCM8": 0xc0a3,
		"DHE-RSA-AES128-CCM8": 0xc0a2,
		// RFC 6209
		"DHE-RSA-ARIA256-GCM-SHA384": 0xc053,
		"DHE-RSA-ARIA128-GCM-SHA256": 0xc052,
		// RFC 5932
		"DHE-RSA-CAMELLIA256-SHA256": 0x00c4,
		"DHE-RSA-CAMELLIA128-SHA256": 0x00be,
		"DHE-RSA-CAMELLIA256-SHA": 0x0088,
		"DHE-RSA-CAMELLIA128-SHA": 0x0045,
		// DSA certificates: RFC 5288, RFC 6209, RFC 5932, RFC 5246, RFC 3268
		"DHE-DSS-AES256-GCM-SHA384": 0x00a3,
		"DHE-DSS-AES128-GCM-SHA256": 0x00a2,
		"DHE-DSS-ARIA256-GCM-SHA384": 0xc057,
		"DHE-DSS-ARIA128-GCM-SHA256": 0xc056,
		"DHE-DSS-AES256-SHA256": 0x006a,
		"DHE-DSS-AES128-SHA256": 0x0040,
		"DHE-DSS-CAMELLIA256-SHA256": 0x00c3,
		"DHE-DSS-CAMELLIA128-SHA256": 0x00bd,
		"DHE-DSS-CAMELLIA256-SHA": 0x0087,
		"DHE-DSS-CAMELLIA128-SHA": 0x0044,
		"DHE-DSS-AES256-SHA": 0x0038,
		"DHE-DSS-AES128-SHA": 0x0032,
		// RFC 4162
		"DHE-RSA-SEED-SHA": 0x009a,
		"DHE-DSS-SEED-SHA": 0x0099,
		// RFC 2246, all that the oldest servers have
		"DHE-RSA-DES-CBC3-SHA": 0x0016,
		"DHE-DSS-DES-CBC3-SHA": 0x0013,
		"DHE-RSA-DES-CBC-SHA": 0x0015,
		"DHE-DSS-DES-CBC-SHA": 0x0012,
	}),
];

/** Export-grade DHE, whose group has at most 512 or 1024 bits: RFC 2246 section A.5, draft-ietf-tls-56-bit-ciphersuites. */
export const EXPORT_SUITES = suites("DHE", {
	"EXP-DHE-RSA-DES-CBC-SHA": 0x0014,
	"EXP-DHE-DSS-DES-CBC-SHA": 0x0011,
	"EXP1024-DHE-DSS-DES-CBC-SHA": 0x0063,
	"EXP1024-DHE-DSS-RC4-SHA": 0x0065,
});

/** Without a certificate: the other end could be anybody.  RFC 5288, RFC 5246, RFC 5932, RFC 4162, RFC 8422. */
export const ANONYMOUS_SUITES: readonly Suite[] = [
	...suites("DH_anon", {
		"ADH-AES256-GCM-SHA384": 0x00a7,
		"ADH-AES128-GCM-SHA256": 0x00a6,
		"ADH-AES256-SHA256": 0x006d,
		"ADH-AES128-SHA256": 0x006c,
		"ADH-CAMELLIA256-SHA256": 0x00c5,
		"ADH-CAMELLIA128-SHA256": 0x00bf,
		"ADH-AES256-SHA": 0x003a,
		"ADH-AES128-SHA": 0x0034,
		"ADH-CAMELLIA256-SHA": 0x0089,
		"ADH-CAMELLIA128-SHA": 0x0046,
		"ADH-SEED-SHA": 0x009b,
		"ADH-DES-CBC3-SHA": 0x001b,
		"ADH-RC4-MD5": 0x0018,
		"ADH-DES-CBC-SHA": 0x001a,
		"EXP-ADH-DES-CBC-SHA": 0x0019,
		"EXP-ADH-RC4-MD5": 0x0017,
	}),
	...suites("ECDH_anon", {
		"AECDH-AES256-SHA": 0xc019,
		"AECDH-AES128-SHA": 0xc018,
		"AECDH-DES-CBC3-SHA": 0xc017,
		"AECDH-RC4-SHA": 0xc016,
		"AECDH-NULL-SHA": 0xc015,
	}),
];

/** Key transport by RSA, without forward secrecy: RFC 5288, RFC 5246, RFC 3268. */
export const RSA_SUITES = suites("RSA", {
	"AES256-GCM-SHA384": 0x009d,
	"AES128-GCM-SHA256": 0x009c,
	"AES256-SHA256": 0x003d,
	"AES128-SHA256": 0x003c,
	"AES256-SHA": 0x0035,
	"AES128-SHA": 0x002f,
	"DES-CBC3-SHA": 0x000a,
});

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV, RFC 5746 section 3.3: some servers refuse a hello without it. */
export const RENEGOTIATION_INFO_SCSV = 0x00ff;
