import { DhParams } from "../../params.js";
import type { Connection } from "../connection.js";
import { concat } from "../vectors.js";
import { MessageReader, uint32 } from "./data-types.js";
import { Message, readMessage, sendMessage } from "./packets.js";

/** The sizes that a client of SSH asks for, in bits: RFC 4419 section 3. */
export interface SshGroupRequest {
	/** The client that asks in this way. */
	readonly client: string;
	/** The least that the client takes; undefined in the message of drafts before RFC 4419, which holds `preferred` only. */
	readonly min?: number;
	readonly preferred: number;
	/** The most that the client takes; undefined as `min` is. */
	readonly max?: number;
}

/**
 * What clients ask for, common requests first. OpenSSH: dh_estimate of dh.c, by the bits of the cipher and the MAC, with
 * DH_GRP_MIN and DH_GRP_MAX of dh.h, which were 1024 and 8192 before 7.2. PuTTY: `512 << ((bits - 1) / 64)`, and
 * DH_MIN_SIZE of ssh.h. Paramiko: kex_gex.py. RFC 8270 raised the least size from 1024 to 2048 bits.
 */
export const REQUESTS: readonly [SshGroupRequest, ...SshGroupRequest[]] = [
	{
		client: "OpenSSH with a 128-bit cipher",
		min: 2048,
		preferred: 3072,
		max: 8192,
	},
	{
		client: "OpenSSH with its usual cipher",
		min: 2048,
		preferred: 8192,
		max: 8192,
	},
	{
		client: "OpenSSH with a 192-bit cipher",
		min: 2048,
		preferred: 7680,
		max: 8192,
	},
	{
		client: "PuTTY with a 256-bit cipher",
		min: 1024,
		preferred: 4096,
		max: 8192,
	},
	{ client: "Paramiko", min: 1024, preferred: 2048, max: 8192 },
	{
		client: "a client that takes 2048 bits at most",
		min: 1024,
		preferred: 2048,
		max: 2048,
	},
	{
		client: "OpenSSH before 7.2 with a short key",
		min: 1024,
		preferred: 1024,
		max: 8192,
	},
	{
		client: "a client that takes 1024 bits at most",
		min: 1024,
		preferred: 1024,
		max: 1024,
	},
	{ client: "clients from before RFC 4419", preferred: 2048 },
];

/**
 * Asks for a group, after both sides have sent a KEXINIT that leads to a group exchange.
 *
 * @throws {ProbeError} refused, malformed, closed or timeout.
 */
export async function requestGroup(
	connection: Connection,
	request: SshGroupRequest,
): Promise<DhParams> {
	sendMessage(connection, encodeRequest(request));
	return parseGroup(await readMessage(connection, Message.GROUP, "group"));
}

function encodeRequest({ min, preferred, max }: SshGroupRequest): Uint8Array {
	return min === undefined || max === undefined
		? concat(Uint8Array.of(Message.GROUP_REQUEST_OLD), uint32(preferred))
		: concat(
				Uint8Array.of(Message.GROUP_REQUEST),
				...[min, preferred, max].map(uint32),
			);
}

/** The numbers are taken as they come, zero included; the validator checks them. */
function parseGroup(payload: Uint8Array): DhParams {
	const reader = new MessageReader(payload, "group");
	reader.byte();
	const p = reader.mpint("p");
	const g = reader.mpint("g");
	reader.end();
	return new DhParams({ p, g });
}
