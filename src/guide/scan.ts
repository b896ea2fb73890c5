import type { LogLine } from "./log.js";

/** Lines that a scan of a server left in its log. */
export interface Scan {
	readonly lines: ReadonlySet<number>;
	readonly first: number;
}

// Seconds. gen-dhparams probe makes its connections within one or two.
const WINDOW = 10;
// Lines, where a log has no times.
const NEAR = 12;

/** How one handshake ended, by the line that a server writes about it. */
const ENDS: readonly (readonly [kind: string, RegExp])[] = [
	[
		"closed",
		/peer closed connection in ssl handshake|handshake stopped: connection was closed|ssl accept error from .{0,200}: lost connection|tls handshaking: connection closed|ssl accept.{0,80}(?:unexpected eof|syscall failed)|unexpected eof while reading|eof in handshake|connection (?:closed|reset) (?:during|while) (?:ssl|tls) handshake|premature termination|non-properly terminated|accept ssl connection: eof detected/,
	],
	[
		"cipher",
		/\bno shared cipher|no cipher suites in common|could not negotiate a supported cipher suite|handshake failed: no ciphers|alert write:fatal:handshake failure/,
	],
	[
		"version",
		/unsupported protocol|wrong version number|version too low|inappropriate fallback|alert write:fatal:protocol version/,
	],
	["share", /no suitable key share|no suitable groups/],
	["dhe", /diffie-hellman key exchange requested, but no dh/],
];

interface Ended {
	readonly index: number;
	readonly kind: string;
	readonly line: LogLine;
	/** The client's address, from this line or the one before of the same process. */
	readonly client: string | undefined;
}

/**
 * Handshakes that broke off within seconds and for different reasons, or one client's several: a scan, such as our own probe,
 * offers on purpose what a server does not take. One client that fails gives one line at a time.
 */
export function findScan(lines: readonly LogLine[]): Scan | undefined {
	const ended = endedHandshakes(lines);
	const found = new Set<number>();
	for (const [at, { line, client, index }] of ended.entries()) {
		const group = [at];
		for (let next = at + 1; next < Math.min(ended.length, at + 64); next++) {
			const other = ended[next];
			if (other === undefined || !near(line, index, other)) break;
			if (
				client === undefined ||
				other.client === undefined ||
				client === other.client
			) {
				group.push(next);
			}
		}
		if (group.length < 2) continue;
		for (const member of group) found.add(ended[member]?.index ?? -1);
	}
	const refused = ended.find(
		({ index, kind }) => kind !== "closed" && found.has(index),
	);
	return refused === undefined
		? undefined
		: { lines: found, first: refused.index };
}

function endedHandshakes(lines: readonly LogLine[]): Ended[] {
	const lastClient = new Map<string, string>();
	const ended: Ended[] = [];
	for (const [index, line] of lines.entries()) {
		if (!line.telling) continue;
		const address = clientIn(line.text);
		const process = line.process ?? "";
		if (address !== undefined) lastClient.set(process, address);
		const kind = ENDS.find(([, words]) => words.test(line.text))?.[0];
		if (kind === undefined || !isServersLog(line)) continue;
		ended.push({
			index,
			kind,
			line,
			client: address ?? lastClient.get(process),
		});
	}
	return ended;
}

/** What only a server writes: PostgreSQL, lighttpd, Prosody, Mosquitto and FreeRADIUS name no process or no client. */
const SERVERS_WORDS =
	/ssl accept|starttls=server|-login: |could not accept ssl connection|\(mod openssl\.c|\b[cs]2s[0-9a-z]{6,} {1,20}(?:info|debug) client disconnected: |client connection from .{1,60} failed: |\d{10}: openssl error\[\d|\(tls\) alert write:fatal:/;

/** A server's log has a time and a process, or names the client. */
function isServersLog({ text, time, process }: LogLine): boolean {
	return (
		clientIn(text) !== undefined ||
		(time !== undefined && process !== undefined) ||
		SERVERS_WORDS.test(text)
	);
}

function clientIn(text: string): string | undefined {
	return (
		/(?:client[: ]+\[?|\brip=|relay=|from [^\s[\]]{0,200}\[|from \[?|^[\dt.]{15,24} \[ ?\d{1,10}\] )((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}:[0-9a-f:.]{2,44})/.exec(
			text,
		)?.[1] ?? undefined
	);
}

function near(line: LogLine, index: number, other: Ended): boolean {
	const [from, to] = [line.time, other.line.time];
	return from === undefined || to === undefined
		? other.index - index <= NEAR
		: to >= from && to - from <= WINDOW;
}
