import { randomBytes } from "node:crypto";
import { ProbeError } from "../../errors.js";
import { concat } from "../vectors.js";
import { MessageReader, nameList, uint32 } from "./data-types.js";
import { Message } from "./packets.js";

/** The lists of KEXINIT in their order, RFC 4253 section 7.1. */
const LISTS = [
	"key exchanges",
	"host key algorithms",
	"ciphers to the server",
	"ciphers to the client",
	"MACs to the server",
	"MACs to the client",
	"compressions to the server",
	"compressions to the client",
	"languages to the server",
	"languages to the client",
] as const;

/** What a server offers before a key exchange. */
export interface KeyExchangeInit {
	/** In its order of preference; never empty. */
	readonly keyExchanges: readonly string[];
	/** The other lists, as they came. */
	readonly others: readonly (readonly string[])[];
	/** A packet follows that fits the server's first choice. */
	readonly guesses: boolean;
}

export function parseKeyExchangeInit(payload: Uint8Array): KeyExchangeInit {
	const reader = new MessageReader(payload, "KEXINIT");
	reader.byte();
	reader.bytes(16);
	const [keyExchanges = [], ...others] = LISTS.map((list) =>
		reader.nameList(list),
	);
	const guesses = reader.byte() !== 0;
	// Reserved: zero today, and whatever a later version makes of it.
	reader.uint32();
	reader.end();
	if (keyExchanges.length === 0) {
		throw new ProbeError("malformed", "sent a KEXINIT without a key exchange.");
	}
	return { keyExchanges, others, guesses };
}

/** Our side of it: one key exchange, and whatever else the server has, since nothing of that is going to be used. */
export function encodeKeyExchangeInit(
	keyExchange: string,
	{ others }: KeyExchangeInit,
): Uint8Array {
	return concat(
		Uint8Array.of(Message.KEXINIT),
		randomBytes(16),
		nameList([keyExchange]),
		...others.map(nameList),
		Uint8Array.of(0),
		uint32(0),
	);
}
