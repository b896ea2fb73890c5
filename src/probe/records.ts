import { ProbeError } from "../errors.js";
import { describeAlert } from "./alerts.js";
import type { Connection } from "./connection.js";
import { notTls } from "./plain-text.js";
import { concat, uint8, uint16, VectorReader, vector } from "./vectors.js";

// RFC 8446 section 5.1.
const ALERT = 21;
const HANDSHAKE = 22;
const CONTENT_TYPES: readonly number[] = [20, ALERT, HANDSHAKE, 23];

/** The content of a record is at most 2^14 bytes: RFC 8446 section 5.1. */
const LARGEST_FRAGMENT = 1 << 14;

/** A chain of certificates is the longest message; 100 KiB is OpenSSL's limit for it, SSL_MAX_CERT_LIST_DEFAULT. */
const LARGEST_MESSAGE = 100 * 1024;

/** Warnings before the answer, such as unrecognized_name. A server that warns on and on does not mean to answer. */
const MOST_WARNINGS = 4;

/** A message of the handshake protocol, RFC 8446 section 4. */
export interface HandshakeMessage {
	/** HandshakeType: 2 for a ServerHello, and so on. */
	readonly type: number;
	readonly body: Uint8Array;
}

/** Sends one handshake message in one record. Its version is TLS 1.0, which every server takes: RFC 8446 section 5.1. */
export function sendHandshake(
	connection: Connection,
	{ type, body }: HandshakeMessage,
): void {
	connection.write(
		concat(
			uint8(HANDSHAKE),
			uint16(0x0301),
			vector(2, uint8(type), vector(3, body)),
		),
	);
}

/** The server's handshake messages in their order. Messages may share a record or span several. */
export class HandshakeReader {
	readonly #connection: Connection;
	#pending: Uint8Array = new Uint8Array();
	#warnings = 0;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/**
	 * @param name what should come, for messages.
	 * @throws {@link ProbeError} refused for a fatal alert, not-tls, malformed, closed or timeout.
	 */
	async next(name: string): Promise<HandshakeMessage> {
		this.#connection.waitingFor = name;
		const header = new VectorReader(await this.#take(4), "handshake header");
		const type = header.number(1);
		const length = header.number(3);
		if (length > LARGEST_MESSAGE) {
			throw new ProbeError(
				"malformed",
				`announces a handshake message of ${length} bytes; the longest that is read has ${LARGEST_MESSAGE}.`,
			);
		}
		return { type, body: await this.#take(length) };
	}

	async #take(length: number): Promise<Uint8Array> {
		while (this.#pending.length < length) {
			this.#pending = concat(this.#pending, await this.#fragment());
		}
		const taken = this.#pending.subarray(0, length);
		this.#pending = this.#pending.subarray(length);
		return taken;
	}

	/** The next fragment of the handshake protocol; warnings on the way are counted and passed over. */
	async #fragment(): Promise<Uint8Array> {
		for (;;) {
			const { type, fragment } = await readRecord(this.#connection);
			if (type === HANDSHAKE) return fragment;
			if (type !== ALERT || fragment.length !== 2) {
				throw new ProbeError(
					"malformed",
					`sent a TLS record of type ${type} with ${fragment.length} bytes where ${this.#connection.waitingFor} was expected.`,
				);
			}
			const [level, description = 0] = fragment;
			this.#warnings += 1;
			// close_notify (0) is a warning by its level and the end by its meaning.
			if (level !== 1 || description === 0 || this.#warnings > MOST_WARNINGS) {
				throw new ProbeError("refused", describeAlert(description));
			}
		}
	}
}

/** One record in plain text: type, version, length, and a fragment that is not empty. */
async function readRecord(
	connection: Connection,
): Promise<{ type: number; fragment: Uint8Array }> {
	const header = await connection.read(5);
	const fields = new VectorReader(header, "record header");
	const type = fields.number(1);
	const version = fields.number(2);
	const length = fields.number(2);
	if (!CONTENT_TYPES.includes(type) || version >> 8 !== 3) {
		throw notTls(concat(header, await connection.readAvailable()));
	}
	if (length === 0 || length > LARGEST_FRAGMENT) {
		throw new ProbeError(
			"malformed",
			`sent a TLS record that announces ${length} bytes; 1 to ${LARGEST_FRAGMENT} are allowed.`,
		);
	}
	return { type, fragment: await connection.read(length) };
}
