import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { ProbeError } from "../../src/errors.js";
import { Connection } from "../../src/probe/connection.js";
import { handshake } from "../../src/probe/handshake.js";
import { DHE } from "../../src/probe/offers.js";
import { startTls } from "../../src/probe/starttls/starttls.js";
import type { Starttls } from "../../src/probe/target.js";
import { concat, uint8, uint16, vector } from "../../src/probe/vectors.js";
import {
	alert,
	answer,
	dheFlight,
	handshakeMessage,
	record,
	serve,
	serverHelloBody,
} from "./scripted-server.js";

/** Short enough for a test, long enough for loopback under load. */
const TIMEOUT = 400;

/** One connection with one offer to a server that runs the script; what it throws. */
async function meet(
	script: (socket: Socket) => void,
	starttls: Starttls = "none",
	timeout = TIMEOUT,
): Promise<ProbeError> {
	await using server = await serve(script);
	const begun = Date.now();
	try {
		using connection = await Connection.open({
			host: "127.0.0.1",
			port: server.port,
			timeout,
		});
		const target = { host: "localhost", port: server.port, starttls };
		await startTls(connection, target);
		await handshake(connection, DHE, "localhost");
	} catch (error) {
		expect(Date.now() - begun).toBeLessThan(timeout + 3000);
		expect(error).toBeInstanceOf(ProbeError);
		const { message } = error as ProbeError;
		// One clear line without anything that a terminal would obey.
		expect(message).toMatch(/^[\x20-\x7e…]{10,400}\.?$/);
		return error as ProbeError;
	}
	throw new Error("the handshake went through");
}

/** Sends a chunk again and again for as long as the other side takes it. */
function flood(chunk: Uint8Array | string, total: number) {
	return (socket: Socket) => {
		let sent = 0;
		const more = () => {
			while (sent < total && !socket.destroyed) {
				sent += chunk.length;
				if (!socket.write(chunk)) {
					socket.once("drain", more);
					return;
				}
			}
		};
		more();
	};
}

/** Sends one byte every 50 ms. */
function drip(bytes: Uint8Array) {
	return (socket: Socket) => {
		let at = 0;
		const timer = setInterval(() => {
			socket.write(bytes.subarray(at, at + 1));
			at += 1;
		}, 50);
		socket.on("close", () => clearInterval(timer));
	};
}

const flight = dheFlight(23n, 5n, 8n);

describe("a hostile server", () => {
	test("that says nothing is left when the time is up", async () => {
		const error = await meet(() => {});
		expect(error.failure).toBe("timeout");
		expect(error.message).toBe(
			"timed out after 0.4 s while waiting for the ServerHello.",
		);
	});

	test("that says nothing before STARTTLS is left when the time is up", async () => {
		const error = await meet(() => {}, "smtp");
		expect(error.message).toBe(
			"timed out after 0.4 s while waiting for the greeting.",
		);
	});

	test("that drips bytes gets no more time for them", async () => {
		expect((await meet(drip(flight))).failure).toBe("timeout");
		const greeting = Buffer.from("220 a very slow server says hello\r\n");
		expect((await meet(drip(greeting), "smtp")).failure).toBe("timeout");
	});

	const MEGABYTE = 1 << 20;
	test.each([
		["one endless line", "a".repeat(65_536), "starttls"],
		["endless lines", "220-a\r\n".repeat(10_000), "malformed"],
		["zeros", new Uint8Array(65_536), "starttls"],
	] as const)(
		"that sends 100 MB of %s as its banner",
		async (_, chunk, failure) => {
			const before = process.memoryUsage().arrayBuffers;
			const error = await meet(flood(chunk, 100 * MEGABYTE), "smtp", 5000);
			expect(error.failure).toBe(failure);
			const grown = process.memoryUsage().arrayBuffers - before;
			expect(grown).toBeLessThan(10 * MEGABYTE);
		},
	);

	test.each([
		"imap",
		"pop3",
		"ftp",
		"lmtp",
		"nntp",
		"sieve",
		"xmpp",
		"mysql",
		"postgres",
		"ldap",
	] as const)("that floods a client of %s", async (protocol) => {
		const error = await meet(
			flood("* x 220-+".repeat(8000), 100 * MEGABYTE),
			protocol,
			5000,
		);
		expect(["starttls", "malformed"]).toContain(error.failure);
	});

	test("that sends handshake messages without end", async () => {
		const filler = record(22, handshakeMessage(4, new Uint8Array(1000)));
		const error = await meet(flood(filler, 100 * MEGABYTE), "none", 5000);
		expect(error.failure).toBe("malformed");
	});

	test("that sends one byte of handshake a record, for 100 KB of them", async () => {
		const huge = record(22, concat(uint8(2), Uint8Array.of(1, 0x80, 0)));
		const byte = record(22, uint8(0));
		const script = (socket: Socket) => {
			socket.write(huge);
			flood(byte, 100 * MEGABYTE)(socket);
		};
		const error = await meet(script, "none", 40_000);
		expect(error.failure).toBe("malformed");
	});

	test.each([
		["an empty record", record(22, new Uint8Array()), "announces 0 bytes"],
		[
			"a record above 2^14 bytes",
			concat(uint8(22), uint16(0x0303), uint16(0x4001)),
			"announces 16385 bytes",
		],
		[
			"a handshake message of 16 MB",
			record(22, Uint8Array.of(2, 0xff, 0xff, 0xff)),
			"announces a handshake message of 16777215 bytes",
		],
		[
			"application data",
			record(23, new Uint8Array(40)),
			"record of type 23 with 40 bytes where the ServerHello was expected",
		],
		["an alert of three bytes", record(21, new Uint8Array(3)), "type 21"],
		[
			"a ServerHello that is too short",
			record(22, handshakeMessage(2, new Uint8Array(10))),
			"has only 8",
		],
		[
			"the certificate first",
			record(22, handshakeMessage(11, vector(3))),
			"sent handshake message 11 where the ServerHello was expected",
		],
		[
			"no ServerKeyExchange",
			record(
				22,
				concat(
					handshakeMessage(2, serverHelloBody()),
					handshakeMessage(11, vector(3)),
					handshakeMessage(14, new Uint8Array()),
				),
			),
			"sent handshake message 14 where the ServerKeyExchange was expected",
		],
		[
			"a prime longer than its message",
			record(
				22,
				concat(
					handshakeMessage(2, serverHelloBody()),
					handshakeMessage(11, vector(3)),
					handshakeMessage(12, concat(uint16(0xffff), new Uint8Array(64))),
				),
			),
			"a field of 65535 bytes has only 64",
		],
	])("that sends %s", async (_, bytes, message) => {
		const error = await meet(answer(bytes));
		expect(error.failure).toBe("malformed");
		expect(error.message).toContain(message);
	});

	test("that announces more than it sends is left when the time is up", async () => {
		const cut = record(22, new Uint8Array(100)).subarray(0, 50);
		expect((await meet(answer(cut))).failure).toBe("timeout");
	});

	test.each([
		[alert(2, 40), "alert 40, handshake_failure"],
		[alert(2, 70), "alert 70, protocol_version"],
		[alert(1, 0), "alert 0, close_notify"],
		[alert(2, 255), "alert 255, not assigned"],
		[
			concat(...Array.from({ length: 9 }, () => alert(1, 112))),
			"alert 112, unrecognized_name",
		],
	])("that sends alerts is quoted", async (bytes, message) => {
		const error = await meet(answer(bytes));
		expect(error).toMatchObject({ failure: "refused", message });
	});

	test.each([
		["220 mail.example.org ESMTP Postfix\r\n", "try starttls smtp"],
		["220 ProFTPD Server ready.\r\n", "try starttls ftp"],
		["* OK IMAP4rev1 Service Ready\r\n", "try starttls imap"],
		["+OK POP3 ready\r\n", "try starttls pop3"],
		["200 news.example.org InterNetNews\r\n", "try starttls nntp"],
		["HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP without TLS"],
		["SSH-2.0-OpenSSH_9.2\r\n", "it is an SSH server"],
		["\x1b]0;pwned\x07\x1b[2J what now?", "check the port"],
	])("that answers %j in plain text", async (text, message) => {
		const error = await meet((socket) => socket.write(text));
		expect(error.failure).toBe("not-tls");
		expect(error.message).toContain(message);
	});

	test("that closes at any step is reported as closing", async () => {
		const steps = [0, 1, 5, 9, 40, 90, 600, flight.length - 300];
		for (const step of steps) {
			const error = await meet((socket) => {
				socket.once("data", () => socket.end(flight.subarray(0, step)));
			});
			expect(error.failure).toBe("closed");
			expect(error.message).toMatch(/^closed the connection where the \w+ was/);
		}
	});

	test("that resets the connection is reported as closing", async () => {
		const error = await meet((socket) => {
			socket.once("data", () => socket.resetAndDestroy());
		});
		expect(error.failure).toBe("closed");
	});

	test("that closes during STARTTLS is reported as closing", async () => {
		for (const text of ["", "220", "220 hello\r\n"]) {
			const error = await meet((socket) => socket.end(text), "smtp");
			expect(error.failure).toBe("closed");
		}
	});
});
