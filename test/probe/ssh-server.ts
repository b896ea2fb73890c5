import type { Socket } from "node:net";
import { toBytes } from "../../src/arithmetic/integers.js";
import { nameList, string, uint32 } from "../../src/probe/ssh/data-types.js";
import { concat } from "../../src/probe/vectors.js";
import { type Listening, serve } from "./scripted-server.js";

/** What a hand-built SSH server says: RFC 4253 sections 4.2, 6 and 7.1, RFC 4419 section 5. */

export const IDENTIFICATION = "SSH-2.0-Scripted_1.0\r\n";

/** A packet with as much padding as it needs, unless told otherwise. */
export function packet(payload: Uint8Array, padding?: number): Uint8Array {
	const needed = 8 + ((8 - ((5 + payload.length) % 8)) % 8);
	const added = padding ?? needed;
	return concat(
		uint32(1 + payload.length + added),
		Uint8Array.of(added),
		payload,
		new Uint8Array(added),
	);
}

/** The lists behind the key exchanges: host keys, ciphers, MACs, compressions, languages. */
const OTHERS = [
	["ssh-ed25519"],
	["aes128-ctr"],
	["aes128-ctr"],
	["hmac-sha2-256"],
	["hmac-sha2-256"],
	["none"],
	["none"],
	[],
	[],
];

export function kexInit(
	keyExchanges: readonly string[],
	{ guesses = false } = {},
): Uint8Array {
	return concat(
		Uint8Array.of(20),
		new Uint8Array(16),
		...[keyExchanges, ...OTHERS].map(nameList),
		Uint8Array.of(guesses ? 1 : 0),
		uint32(0),
	);
}

/** An integer as SSH writes it, not negative. */
export function mpint(n: bigint): Uint8Array {
	if (n === 0n) return string("");
	const bytes = toBytes(n);
	return string(
		(bytes[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes,
	);
}

export function groupMessage(p: bigint, g: bigint): Uint8Array {
	return concat(Uint8Array.of(31), mpint(p), mpint(g));
}

export function disconnect(text: string, reason = 2): Uint8Array {
	return concat(Uint8Array.of(1), uint32(reason), string(text), string("en"));
}

/** A request as it came: [preferred] in the old form, [min, preferred, max] in the other. */
export type Request = readonly number[];

/** A server with these key exchanges, which answers requests for a group with a payload, or leaves. */
export function sshServer(
	keyExchanges: readonly string[],
	answer: (request: Request, number: number) => Uint8Array | undefined = () =>
		undefined,
	identification = IDENTIFICATION,
): Promise<Listening> {
	return serve((socket, number) => {
		socket.write(identification);
		socket.write(packet(kexInit(keyExchanges)));
		onRequest(socket, (request) => {
			const payload = answer(request, number);
			if (payload === undefined) socket.end();
			else socket.write(packet(payload));
		});
	});
}

/** Waits for message 30 or 34 among what a client sends. */
export function onRequest(
	socket: Socket,
	heard: (request: Request) => void,
): void {
	let received = Buffer.alloc(0);
	let identified = false;
	socket.on("data", (chunk) => {
		received = Buffer.concat([received, chunk]);
		if (!identified) {
			const end = received.indexOf("\r\n");
			if (end < 0) return;
			identified = true;
			received = received.subarray(end + 2);
		}
		while (received.length >= 5) {
			const length = received.readUInt32BE(0) + 4;
			if (received.length < length) return;
			const number = received.readUInt8(5);
			if (number === 30) heard([received.readUInt32BE(6)]);
			if (number === 34) {
				heard([6, 10, 14].map((at) => received.readUInt32BE(at)));
			}
			received = received.subarray(length);
		}
	});
}
