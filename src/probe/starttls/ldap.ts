import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import { concat } from "../vectors.js";

/** An answer has a result code and two short texts; some servers add a referral. */
const LARGEST_ANSWER = 16 * 1024;

// BER tags, RFC 4511 sections 4.1.1 and 4.12.
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const ENUMERATED = 0x0a;
const EXTENDED_REQUEST = 0x77;
const REQUEST_NAME = 0x80;
const EXTENDED_RESPONSE = 0x78;

/** RFC 4511 section 4.14.1. */
const START_TLS = Buffer.from("1.3.6.1.4.1.1466.20037", "latin1");

/** LDAP, RFC 4511 section 4.14: SEQUENCE { messageID 1, ExtendedRequest { requestName } }. */
export async function ldap(connection: Connection): Promise<void> {
	const name = shortElement(REQUEST_NAME, START_TLS);
	const messageId = shortElement(INTEGER, Uint8Array.of(1));
	connection.write(
		shortElement(
			SEQUENCE,
			concat(messageId, shortElement(EXTENDED_REQUEST, name)),
		),
	);
	connection.waitingFor = "the answer to StartTLS";
	const code = resultCode(await readMessage(connection));
	if (code !== 0) {
		throw new ProbeError(
			"starttls",
			`refuses StartTLS with LDAP result code ${code}${code === 2 ? ", protocolError: TLS is not configured" : ""}.`,
		);
	}
}

function shortElement(tag: number, content: Uint8Array): Uint8Array {
	return concat(Uint8Array.of(tag, content.length), content);
}

/** The content of the one SEQUENCE that comes. */
async function readMessage(connection: Connection): Promise<Uint8Array> {
	const [tag, first = 0] = await connection.read(2);
	const lengthBytes = await connection.read(first > 0x80 ? first & 0x7f : 0);
	const length =
		first > 0x80
			? lengthBytes.reduce((sum, byte) => sum * 256 + byte, 0)
			: first;
	if (tag !== SEQUENCE || first === 0x80 || length > LARGEST_ANSWER) {
		throw notLdap();
	}
	return connection.read(length);
}

/** resultCode in { messageID INTEGER, ExtendedResponse { resultCode ENUMERATED, … } }. */
function resultCode(message: Uint8Array): number {
	const id = element(message, INTEGER);
	const response = element(message.subarray(id.end), EXTENDED_RESPONSE);
	const [code] = element(response.content, ENUMERATED).content;
	if (code === undefined) throw notLdap();
	return code;
}

/** The element that the bytes begin with: definite length, short or long form (Active Directory's habit). */
function element(
	bytes: Uint8Array,
	tag: number,
): { content: Uint8Array; end: number } {
	const first = bytes[1] ?? 0x80;
	const headLength = first > 0x80 ? 2 + (first & 0x7f) : 2;
	const length =
		first > 0x80
			? bytes.subarray(2, headLength).reduce((sum, byte) => sum * 256 + byte, 0)
			: first;
	const end = headLength + length;
	if (bytes[0] !== tag || first === 0x80 || end > bytes.length) throw notLdap();
	return { content: bytes.subarray(headLength, end), end };
}

function notLdap(): ProbeError {
	return new ProbeError(
		"starttls",
		"sent an answer to StartTLS that is not LDAP.",
	);
}
