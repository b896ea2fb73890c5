import { findServer } from "./config.js";
import type { Message } from "./messages/message.js";
import { MESSAGES } from "./messages/messages.js";
import type { Server } from "./servers/server.js";
import { SERVERS } from "./servers/servers.js";

/** A message that was found in a text. */
export interface Explanation {
	readonly message: Message;
	/** The first line that it was found in, without control characters. */
	readonly line: string;
	/** The server that the line names, as `gen-dhparams config` knows it. */
	readonly server?: string;
	/** Where that server's file of DH parameters usually is. */
	readonly path?: string;
	/** The host and port that the line names. */
	readonly target?: string;
}

// Longer lines are cut: the messages stand within.
const MAX_LINE = 4000;

/** Every message that the text holds, each once, in the order of its lines. */
export function explain(text: string): Explanation[] {
	const found = new Map<Message, Explanation>();
	for (const raw of text.split(/\r?\n/)) {
		// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal
		const line = raw.slice(0, MAX_LINE).replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
		const message = recognise(line);
		if (message === undefined || found.has(message)) continue;
		const server = serverIn(line);
		const target = targetIn(line);
		found.set(message, {
			message,
			line: line.trim(),
			...(server === undefined ? {} : { server: server.id, path: server.path }),
			...(target === undefined ? {} : { target }),
		});
	}
	return [...found.values()];
}

/** By its words; where no words are known, by OpenSSL's error code. */
function recognise(line: string): Message | undefined {
	const byWords = MESSAGES.find(({ patterns }) =>
		patterns.some((pattern) => pattern.test(line)),
	);
	if (byWords !== undefined) return byWords;
	for (const [library, reason] of errorCodes(line)) {
		const byCode = MESSAGES.find(({ codes = [] }) =>
			codes.some(([lib, why]) => lib === library && why === reason),
		);
		if (byCode !== undefined) return byCode;
	}
	return undefined;
}

/**
 * OpenSSL's packed error codes, eight hexadecimal digits: until 1.1.1 library << 24 | function << 12 | reason
 * (include/openssl/err.h), since 3.0 library << 23 | reason, where functions are 0.
 */
function* errorCodes(line: string): Generator<[number, number]> {
	for (const [digits] of line.matchAll(/\b[0-9a-f]{8}\b/gi)) {
		const code = Number.parseInt(digits, 16);
		yield [code >>> 24, code & 0xfff];
		yield [(code >>> 23) & 0xff, code & 0x7fffff];
	}
}

function serverIn(line: string): Server | undefined {
	// Only Sendmail writes this.
	if (/\bSTARTTLS=(?:client|server)\b/.test(line))
		return findServer("sendmail");
	const words = new Set(line.toLowerCase().split(/[^a-z0-9-]+/));
	return SERVERS.find(({ id, aliases }) =>
		[id, ...aliases].some((name) => !UNTELLING.has(name) && words.has(name)),
	);
}

// These stand in the addresses and messages of any program.
const UNTELLING = new Set(["https", "ldap", "ssh", "node", "moduli", "imapd"]);

/** A host and port, such as mail.example.org:25 or [2001:db8::1]:443. */
function targetIn(line: string): string | undefined {
	const found =
		/(?:^|[\s="'(/@])((?:[a-z0-9-]{1,63}\.){1,8}[a-z0-9-]{1,63}|\[[0-9a-f:]{2,45}\]):(\d{1,5})\b/i.exec(
			line,
		);
	return found === null || Number(found[2]) > 65535
		? undefined
		: `${found[1]}:${found[2]}`;
}
