import { ProbeError } from "../errors.js";
import { clientHello } from "./client-hello.js";
import type { Connection } from "./connection.js";
import type { Offer } from "./offers.js";
import { HandshakeReader, sendHandshake } from "./records.js";
import { parseServerHello } from "./server-hello.js";
import {
	parseServerCurve,
	parseServerDh,
	type ServerDh,
} from "./server-key-exchange.js";
import { groupName } from "./supported-groups.js";

/** The key exchange that a server agreed to, as far as a probe goes: up to the server's first flight. */
export interface Agreement {
	/** As OpenSSL writes it: SSLv3, TLSv1, TLSv1.1, TLSv1.2, TLSv1.3. */
	readonly version: string;
	/** OpenSSL's name. */
	readonly suite: string;
	/** The curve or group by name: ECDHE and TLS 1.3. */
	readonly group?: string;
	/** The server's group and public value: DHE up to TLS 1.2. */
	readonly dh?: ServerDh;
}

const VERSION_NAMES = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

// HandshakeType, RFC 5246 section 7.4.
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const SERVER_KEY_EXCHANGE = 12;

/**
 * Makes an offer and reads what the server chose. No key is ever agreed on: the connection is of no use afterwards.
 *
 * @throws {@link ProbeError} refused, closed, timeout, not-tls, malformed.
 */
export async function handshake(
	connection: Connection,
	offer: Offer,
	servername: string | undefined,
): Promise<Agreement> {
	sendHandshake(connection, clientHello(offer, servername));
	const reader = new HandshakeReader(connection);
	const hello = parseServerHello(
		await expect(reader, SERVER_HELLO, "the ServerHello"),
		offer,
	);
	const agreement = {
		version: VERSION_NAMES[hello.version & 0xff] ?? "",
		suite: hello.suite.name,
	};
	if (hello.group !== undefined) {
		return { ...agreement, group: groupName(hello.group) };
	}
	if (hello.suite.keyExchange === "RSA") return agreement;
	const { keyExchange } = hello.suite;
	const isAnonymous = keyExchange.endsWith("_anon");
	if (!isAnonymous) await expect(reader, CERTIFICATE, "the Certificate");
	const exchange = await expect(
		reader,
		SERVER_KEY_EXCHANGE,
		"the ServerKeyExchange",
	);
	return keyExchange === "DHE" || keyExchange === "DH_anon"
		? {
				...agreement,
				dh: parseServerDh(exchange, hello.version, { isSigned: !isAnonymous }),
			}
		: { ...agreement, group: groupName(parseServerCurve(exchange)) };
}

async function expect(
	reader: HandshakeReader,
	type: number,
	name: string,
): Promise<Uint8Array> {
	const message = await reader.next(name);
	if (message.type !== type) {
		throw new ProbeError(
			"malformed",
			`sent handshake message ${message.type} where ${name} was expected.`,
		);
	}
	return message.body;
}
