import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import { quote } from "../plain-text.js";

/* Database servers: PostgreSQL and MySQL or MariaDB. */

/**
 * SSLRequest: a length of 8 and the code 80877103.
 * PostgreSQL manual, "Message Formats"; the answer is one byte, S or N.
 */
export async function postgres(connection: Connection): Promise<void> {
	connection.write(Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47));
	connection.waitingFor = "the answer to SSLRequest";
	const [byte = 0] = await connection.read(1);
	const answer = String.fromCharCode(byte);
	if (answer === "N") {
		throw new ProbeError(
			"starttls",
			'does not offer TLS; set "ssl = on" in postgresql.conf.',
		);
	}
	if (answer !== "S") {
		throw new ProbeError(
			"starttls",
			`answered ${quote(answer)} to SSLRequest; PostgreSQL answers S or N.`,
		);
	}
}

// Capability flags, MySQL source documentation, group_cs_capabilities_flags.
const CLIENT_LONG_PASSWORD = 1;
const CLIENT_PROTOCOL_41 = 1 << 9;
const CLIENT_SSL = 1 << 11;
const CLIENT_SECURE_CONNECTION = 1 << 15;

/** A greeting is about 80 bytes; an error packet has a message of at most 512. */
const LARGEST_GREETING = 1024;

/** MySQL source documentation, Protocol::HandshakeV10 and Protocol::SSLRequest. */
export async function mysql(connection: Connection): Promise<string> {
	connection.waitingFor = "the greeting";
	const header = Buffer.from(await connection.read(4));
	const length = header.readUIntLE(0, 3);
	if (length === 0 || length > LARGEST_GREETING) {
		throw new ProbeError(
			"starttls",
			`does not greet like MySQL: ${quote(header.toString("latin1"))}.`,
		);
	}
	const greeting = Buffer.from(await connection.read(length));
	const [protocol] = greeting;
	if (protocol === 0xff) {
		const message = greeting.toString("latin1", 3);
		throw new ProbeError(
			"starttls",
			`refuses the connection: ${quote(message)}.`,
		);
	}
	const endOfVersion = greeting.indexOf(0, 1);
	// Connection id, first part of the scramble, filler.
	const capabilitiesAt = endOfVersion + 1 + 4 + 8 + 1;
	if (
		protocol !== 10 ||
		endOfVersion < 0 ||
		capabilitiesAt + 2 > greeting.length
	) {
		throw new ProbeError(
			"starttls",
			`does not greet like MySQL: ${quote(greeting.toString("latin1"))}.`,
		);
	}
	if ((greeting.readUInt16LE(capabilitiesAt) & CLIENT_SSL) === 0) {
		throw new ProbeError(
			"starttls",
			"does not offer TLS; set ssl_cert and ssl_key in its configuration.",
		);
	}
	const request = Buffer.alloc(4 + 32);
	request.writeUIntLE(32, 0, 3);
	request.writeUInt8(1, 3); // sequence number
	request.writeUInt32LE(
		CLIENT_LONG_PASSWORD |
			CLIENT_PROTOCOL_41 |
			CLIENT_SSL |
			CLIENT_SECURE_CONNECTION,
		4,
	);
	request.writeUInt32LE(1 << 24, 8); // largest packet
	request.writeUInt8(33, 12); // utf8_general_ci
	connection.write(request);
	return `MySQL ${greeting.toString("latin1", 1, endOfVersion)}`;
}
