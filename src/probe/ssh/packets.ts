import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import { quote } from "../plain-text.js";
import { concat } from "../vectors.js";
import { MessageReader, string, uint32 } from "./data-types.js";

/** Message numbers: RFC 4250 section 4.1.2 and, those of group exchange, RFC 4419 section 5. */
export const Message = {
	DISCONNECT: 1,
	IGNORE: 2,
	UNIMPLEMENTED: 3,
	DEBUG: 4,
	KEXINIT: 20,
	GROUP_REQUEST_OLD: 30,
	GROUP: 31,
	GROUP_REQUEST: 34,
} as const;

/** The whole of a packet, which every implementation must take: RFC 4253 section 6.1. */
const LARGEST_PACKET = 35_000;

/** Packets come in multiples of 8 bytes before a cipher is agreed on, with 4 bytes of padding or more: section 6. */
const BLOCK = 8;
const LEAST_PADDING = 4;

/** IGNORE and DEBUG before an answer. A server that sends them on and on does not mean to answer. */
const MOST_IGNORED = 16;

/** SSH_DISCONNECT_BY_APPLICATION, RFC 4253 section 11.1. */
const BY_APPLICATION = 11;

/** Sends one message in one packet, without encryption. */
export function sendMessage(connection: Connection, payload: Uint8Array): void {
	const header = 5;
	const rest = (header + payload.length) % BLOCK;
	const padding =
		rest > BLOCK - LEAST_PADDING ? 2 * BLOCK - rest : BLOCK - rest;
	connection.write(
		concat(
			uint32(1 + payload.length + padding),
			Uint8Array.of(padding),
			payload,
			new Uint8Array(padding),
		),
	);
}

/** Takes leave, which servers log as the wish of the client. */
export function sendDisconnect(connection: Connection): void {
	sendMessage(
		connection,
		concat(
			Uint8Array.of(Message.DISCONNECT),
			uint32(BY_APPLICATION),
			string("the probe ends here"),
			string("en"),
		),
	);
}

/**
 * The payload of the next message, which has to be of this number.
 *
 * @param name what should come, for messages of ours
 * @throws {ProbeError} refused for a DISCONNECT or UNIMPLEMENTED; malformed, closed or timeout.
 */
export async function readMessage(
	connection: Connection,
	number: number,
	name: string,
): Promise<Uint8Array> {
	connection.waitingFor = `the ${name}`;
	for (let ignored = 0; ignored <= MOST_IGNORED; ignored += 1) {
		const payload = await readPacket(connection);
		const [received] = payload;
		if (received === number) return payload;
		if (received === Message.DISCONNECT) throw disconnected(payload);
		if (received === Message.UNIMPLEMENTED) {
			throw new ProbeError("refused", "the message is not implemented there.");
		}
		if (received !== Message.IGNORE && received !== Message.DEBUG) {
			throw new ProbeError(
				"malformed",
				`sent message ${received} where the ${name} was expected.`,
			);
		}
	}
	throw new ProbeError(
		"malformed",
		`sent more than ${MOST_IGNORED} messages to be ignored where the ${name} was expected.`,
	);
}

/** The payload of one packet, at least one byte. */
export async function readPacket(connection: Connection): Promise<Uint8Array> {
	const header = new MessageReader(await connection.read(5), "packet header");
	const length = header.uint32();
	const padding = header.byte();
	if (length + 4 > LARGEST_PACKET) {
		throw new ProbeError(
			"malformed",
			`announces a packet of ${length + 4} bytes; the largest that is read has ${LARGEST_PACKET}.`,
		);
	}
	if ((length + 4) % BLOCK !== 0) {
		throw new ProbeError(
			"malformed",
			`announces a packet of ${length + 4} bytes, which is not a multiple of ${BLOCK}.`,
		);
	}
	if (padding < LEAST_PADDING || padding > length - 2) {
		throw new ProbeError(
			"malformed",
			`sent a packet of ${length + 4} bytes with ${padding} bytes of padding; it must be at least ${LEAST_PADDING}, beside a message.`,
		);
	}
	const body = await connection.read(length - 1);
	return body.subarray(0, body.length - padding);
}

/** Why the server leaves: a number that says little and a text that says more. */
function disconnected(payload: Uint8Array): ProbeError {
	const reader = new MessageReader(payload, "DISCONNECT");
	reader.byte();
	const reason = reader.uint32();
	const text = reader.text();
	return new ProbeError(
		"refused",
		`disconnected: ${quote(text)}, reason ${reason}.`,
	);
}
