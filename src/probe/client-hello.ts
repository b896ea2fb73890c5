import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { type Offer, TLS12, TLS13 } from "./offers.js";
import type { HandshakeMessage } from "./records.js";
import { RENEGOTIATION_INFO_SCSV } from "./suites.js";
import { concat, uint8, uint16, vector } from "./vectors.js";

const CLIENT_HELLO = 1;

/** ExtensionType, RFC 8446 section 4.2; ec_point_formats from RFC 8422. */
export const EXTENSION = {
	serverName: 0,
	supportedGroups: 10,
	ecPointFormats: 11,
	signatureAlgorithms: 13,
	supportedVersions: 43,
	keyShare: 51,
} as const;

/**
 * SignatureScheme, RFC 8446 section 4.2.3. We verify no signature and take them all, SHA-1 and DSA too,
 * so that the age of a certificate hides no group: RSA, RSA-PSS, ECDSA, EdDSA, then the old ones.
 */
const SIGNATURE_SCHEMES = [
	0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
	0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0402, 0x0502, 0x0602, 0x0201,
	0x0203, 0x0202,
];

/** The ClientHello for an offer: RFC 8446 section 4.1.2, which earlier versions read as their own. */
export function clientHello(
	offer: Offer,
	servername: string | undefined,
): HandshakeMessage {
	const highest = offer.versions[1];
	const suites = [
		...offer.suites.map(({ id }) => id),
		...(highest === TLS13 && offer.versions[0] === TLS13
			? []
			: [RENEGOTIATION_INFO_SCSV]),
	];
	const body = concat(
		uint16(Math.min(highest, TLS12)),
		randomBytes(32),
		// Middlebox compatibility, RFC 8446 section D.4.
		vector(1, highest === TLS13 ? randomBytes(32) : new Uint8Array()),
		vector(2, ...suites.map(uint16)),
		vector(1, uint8(0)),
		...(offer.extensions ? [vector(2, ...extensions(offer, servername))] : []),
	);
	return { type: CLIENT_HELLO, body };
}

function extensions(
	{ versions, groups, shares }: Offer,
	servername: string | undefined,
): Uint8Array[] {
	const [lowest, highest] = versions;
	const list: Uint8Array[] = [];
	// RFC 6066 section 3: names only, never addresses.
	if (servername !== undefined && isIP(servername) === 0) {
		const name = concat(uint8(0), vector(2, Buffer.from(servername, "latin1")));
		list.push(extension(EXTENSION.serverName, vector(2, name)));
	}
	if (groups.length > 0) {
		list.push(
			extension(EXTENSION.supportedGroups, vector(2, ...groups.map(uint16))),
			extension(EXTENSION.ecPointFormats, vector(1, uint8(0))),
		);
	}
	if (highest >= TLS12) {
		list.push(
			extension(
				EXTENSION.signatureAlgorithms,
				vector(2, ...SIGNATURE_SCHEMES.map(uint16)),
			),
		);
	}
	if (highest === TLS13) {
		const offered: Uint8Array[] = [];
		for (let version = highest; version >= lowest; version -= 1) {
			offered.push(uint16(version));
		}
		list.push(
			extension(EXTENSION.supportedVersions, vector(1, ...offered)),
			// The only share ever sent is X25519, for which any 32 bytes will do: RFC 7748 section 5.
			extension(
				EXTENSION.keyShare,
				vector(
					2,
					...shares.flatMap((group) => [
						uint16(group),
						vector(2, randomBytes(32)),
					]),
				),
			),
		);
	}
	return list;
}

function extension(type: number, content: Uint8Array): Uint8Array {
	return concat(uint16(type), vector(2, content));
}
