import type { Socket } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProbeError } from "../../src/errors.js";
import { nameList, string, uint32 } from "../../src/probe/ssh/data-types.js";
import { surveySsh } from "../../src/probe/ssh/survey.js";
import { concat } from "../../src/probe/vectors.js";
import { serve } from "./scripted-server.js";
import {
	disconnect,
	groupMessage,
	IDENTIFICATION,
	kexInit,
	mpint,
	onRequest,
	packet,
} from "./ssh-server.js";

/** Short enough for a test, long enough for loopback under load. */
const TIMEOUT = 600;

const GEX = "diffie-hellman-group-exchange-sha256";
const offer = packet(kexInit([GEX]));

/** All questions to a server that runs the script; what they throw. */
async function meet(
	script: (socket: Socket, number: number) => void,
	timeout = TIMEOUT,
): Promise<ProbeError> {
	await using server = await serve(script);
	const begun = Date.now();
	try {
		await surveySsh({
			...{ host: "127.0.0.1", port: server.port, timeout },
			...{ ip: undefined, signal: undefined },
		});
	} catch (error) {
		expect(Date.now() - begun).toBeLessThan(timeout + 3000);
		expect(error).toBeInstanceOf(ProbeError);
		const { message } = error as ProbeError;
		// One clear line without anything that a terminal would obey.
		expect(message).toMatch(/^[\x20-\x7e…]{10,400}\.$/);
		return error as ProbeError;
	}
	throw new Error("the survey went through");
}

/** Sends this at once. */
const says =
	(...parts: readonly (Uint8Array | string)[]) =>
	(socket: Socket) => {
		for (const part of parts) socket.write(part);
	};

/** Greets, offers group exchange, and answers the request with this. */
const answers = (bytes: Uint8Array) => (socket: Socket) => {
	says(IDENTIFICATION, offer)(socket);
	onRequest(socket, () => socket.write(bytes));
};

/** Sends a chunk again and again for as long as the other side takes it. */
const floods = (chunk: Uint8Array | string, before = "") =>
	((socket: Socket) => {
		socket.write(before);
		let sent = 0;
		const more = () => {
			while (sent < 100 << 20 && !socket.destroyed) {
				sent += chunk.length;
				if (!socket.write(chunk)) {
					socket.once("drain", more);
					return;
				}
			}
		};
		more();
	}) satisfies (socket: Socket) => void;

/** Sends one byte every 20 ms. */
const drips = (bytes: Uint8Array | string) => (socket: Socket) => {
	let at = 0;
	const all = Buffer.from(bytes);
	const timer = setInterval(() => {
		socket.write(all.subarray(at, at + 1));
		at += 1;
	}, 20);
	socket.on("close", () => clearInterval(timer));
};

describe("an SSH server that does not identify itself", () => {
	test("says nothing", async () => {
		const error = await meet(() => {});
		expect(error).toMatchObject({
			failure: "timeout",
			message:
				"timed out after 0.6 s while waiting for the SSH identification line.",
		});
	});

	test("drips bytes, and gets no more time for them", async () => {
		const error = await meet(
			drips("SSH-2.0-a very slow server says hello\r\n"),
		);
		expect(error.failure).toBe("timeout");
		expect(error.message).toMatch(/; it sent "SSH-2[^"]*" before\.$/);
	});

	test.each([
		["one endless line", "a".repeat(65_536)],
		["one endless identification", `SSH-2.0-${"a".repeat(65_528)}`],
		["endless lines", "hello\r\n".repeat(10_000)],
		["empty lines", "\n".repeat(65_536)],
		["zeros", new Uint8Array(65_536)],
	])("sends 100 MB of %s", async (_, chunk) => {
		const before = process.memoryUsage().arrayBuffers;
		const error = await meet(floods(chunk), 5000);
		expect(error.failure).toBe("not-ssh");
		const grown = process.memoryUsage().arrayBuffers - before;
		expect(grown).toBeLessThan(10 << 20);
	});

	test("closes, and says why before", async () => {
		// OpenSSH's drop_connection, for MaxStartups and PerSourcePenalties.
		const error = await meet((socket) =>
			socket.end("Not allowed at this time\r\n"),
		);
		expect(error).toMatchObject({
			failure: "closed",
			message:
				'closed the connection where the SSH identification line was expected; it sent "Not allowed at this time" before. It limits connections; try again in a minute (sshd: MaxStartups, PerSourcePenalties).',
		});
	});

	test("closes without a word", async () => {
		const error = await meet((socket) => socket.end());
		expect(error).toMatchObject({
			failure: "closed",
			message:
				"closed the connection where the SSH identification line was expected.",
		});
	});

	test.each([
		["220 mail.example.org ESMTP Postfix\r\n", '"220 mail.example.org'],
		["HTTP/1.1 400 Bad Request\r\n\r\n", '"HTTP/1.1 400'],
		["\x15\x03\x01\x00\x02\x02\x46", '"F"'],
		["\x1b]0;pwned\x07\x1b[2J\r\n", '"]0;pwned [2J"'],
	])("is another service: %j", async (text, quoted) => {
		const error = await meet((socket) => socket.end(text, "latin1"));
		expect(error.failure).toBe("closed");
		expect(error.message).toContain(`it sent ${quoted}`);
	});
});

describe("an identification line", () => {
	test.each([
		["SSH-1.5-1.2.27\r\n", "not-ssh", "speaks version 1.5 of SSH only"],
		["SSH-3.0-future\r\n", "not-ssh", "not one of SSH 2.0"],
		["SSH-\r\n", "not-ssh", "not one of SSH 2.0"],
		["SSH-2.0\r\n", "not-ssh", "not one of SSH 2.0"],
		["SSH-1.\x9b2J-x\r\n", "not-ssh", "not one of SSH 2.0"],
		["SSH-2.0-a\x1b]0;pwned\x07\r\n", "malformed", "control characters"],
		["SSH-2.0-a\0b\r\n", "malformed", "control characters"],
		["SSH-2.0-a\rb\r\n", "malformed", "control characters"],
		[`SSH-2.0-${"a".repeat(246)}\r\n`, "malformed", "of 256 bytes"],
	])("that is %j is refused", async (line, failure, message) => {
		const error = await meet((socket) => socket.write(line, "latin1"));
		expect(error.failure).toBe(failure);
		expect(error.message).toContain(message);
	});

	test.each([
		["SSH-2.0-x\n"],
		["SSH-1.99-Cisco-1.25\r\n"],
		[`SSH-2.0-${"a".repeat(245)}\r\n`],
		["hello\r\nSSH is not yet here\r\n\r\nSSH-2.0-x y\r\n"],
	])("that is %j is taken", async (line) => {
		const error = await meet((socket) => {
			says(line, packet(disconnect("go away")))(socket);
		});
		expect(error).toMatchObject({
			failure: "refused",
			message: 'disconnected: "go away", reason 2.',
		});
	});
});

describe("a packet", () => {
	const header = (length: number, padding: number) =>
		concat(uint32(length), Uint8Array.of(padding));
	test.each([
		[
			"of 4 GB",
			header(0xffffffff, 4),
			"announces a packet of 4294967299 bytes",
		],
		["of 35,008 bytes", header(35_004, 4), "of 35008 bytes; the largest"],
		["of nothing", header(0, 0), "of 4 bytes, which is not a multiple of 8"],
		["of 13 bytes", header(13, 4), "of 17 bytes, which is not a multiple"],
		["without padding", packet(new Uint8Array(11).fill(20), 0), "0 bytes of p"],
		["with 3 bytes of padding", packet(new Uint8Array(8), 3), "3 bytes of pad"],
		["of padding alone", packet(new Uint8Array(), 11), "beside a message"],
		["with more padding than bytes", header(12, 255), "255 bytes of padding"],
		[
			"that is a banner",
			"220 hello, this is SMTP\r\n",
			"announces a packet of",
		],
		[
			"of message 21",
			packet(Uint8Array.of(21)),
			"sent message 21 where the KE",
		],
		["of message 3", packet(Uint8Array.of(3, 0, 0, 0, 0)), "not implemented"],
	])("%s", async (_, bytes, message) => {
		const error = await meet(says(IDENTIFICATION, bytes));
		expect(["malformed", "refused"]).toContain(error.failure);
		expect(error.message).toContain(message);
	});

	test("that drips in gets no more time", async () => {
		const error = await meet((socket) => {
			socket.write(IDENTIFICATION);
			drips(offer)(socket);
		});
		expect(error.message).toBe(
			"timed out after 0.6 s while waiting for the KEXINIT.",
		);
	});

	test.each([1, 4, 5, 20, offer.length - 1])(
		"cut after %i bytes",
		async (at) => {
			const error = await meet((socket) => {
				socket.write(IDENTIFICATION);
				socket.end(offer.subarray(0, at));
			});
			expect(error).toMatchObject({
				failure: "closed",
				message: "closed the connection where the KEXINIT was expected.",
			});
		},
	);

	test.each([
		["IGNORE", concat(Uint8Array.of(2), string("x"))],
		["DEBUG", concat(Uint8Array.of(4, 1), string("x"), string(""))],
	])("of %s, again and again", async (_, payload) => {
		const error = await meet(floods(packet(payload), IDENTIFICATION), 5000);
		expect(error.message).toBe(
			"sent more than 16 messages to be ignored where the KEXINIT was expected.",
		);
	});

	test("of DISCONNECT with a text for a terminal", async () => {
		const text = "\x1b]0;pwned\x07\x1b[2J gone \x9b1m";
		const error = await meet(says(IDENTIFICATION, packet(disconnect(text))));
		expect(error).toMatchObject({
			failure: "refused",
			message: 'disconnected: "]0;pwned [2J gone  1m", reason 2.',
		});
	});

	test("of DISCONNECT without an end", async () => {
		const cut = disconnect("x").subarray(0, 8);
		const error = await meet(says(IDENTIFICATION, packet(cut)));
		expect(error.message).toContain("sent a DISCONNECT in which a field of");
	});
});

describe("a KEXINIT", () => {
	const whole = kexInit([GEX]);
	const withNames = (text: string) =>
		concat(
			whole.subarray(0, 17),
			string(text),
			...Array.from({ length: 9 }, () => nameList([])),
			new Uint8Array(5),
		);
	test.each([
		["without a key exchange", withNames(""), "without a key exchange"],
		[
			"with a comma alone",
			withNames(","),
			"an empty name in the list of key ex",
		],
		["with a comma at the end", withNames(`${GEX},`), "an empty name"],
		["with blanks", withNames(`${GEX} x`), "that is not printable US-ASCII"],
		["with ESC", withNames("\x1b[2J"), "that is not printable US-ASCII"],
		["with NUL", withNames(`${GEX}\0`), "that is not printable US-ASCII"],
		["with UTF-8", withNames("çurve25519"), "that is not printable US-ASCII"],
		["that goes on", concat(whole, new Uint8Array(1)), "1 bytes after its end"],
		["that ends early", whole.subarray(0, 60), "a field of 4 bytes has only 3"],
		[
			"without its last number",
			whole.subarray(0, -4),
			"a field of 4 bytes has",
		],
		["of one byte", whole.subarray(0, 1), "a field of 16 bytes has only 0"],
		[
			"with a list of 4 GB",
			concat(whole.subarray(0, 17), uint32(0xffffffff), new Uint8Array(20)),
			"a field of 4294967295 bytes has only 20",
		],
	])("%s", async (_, payload, message) => {
		const error = await meet(says(IDENTIFICATION, packet(payload)));
		expect(error.failure).toBe("malformed");
		expect(error.message).toContain("sent a KEXINIT");
		expect(error.message).toContain(message);
	});
});

describe("a group", () => {
	const numbers = (...parts: readonly Uint8Array[]) =>
		concat(Uint8Array.of(31), ...parts);
	const p = mpint(23n);
	test.each([
		[
			"with a negative p",
			numbers(string(Uint8Array.of(0x80, 1)), p),
			"negative p",
		],
		[
			"with a negative g",
			numbers(p, string(Uint8Array.of(0xff))),
			"negative g",
		],
		[
			"with zeros before p",
			numbers(string(Uint8Array.of(0, 1, 1)), p),
			"leading zeros before p",
		],
		["with one zero for g", numbers(p, string(Uint8Array.of(0))), "before g"],
		["without g", numbers(p), "a field of 4 bytes has only 0"],
		["with a third number", numbers(p, p, p), "5 bytes after its end"],
		["with p longer than it", numbers(uint32(9), p), "a field of 9 bytes has"],
	])("%s", async (_, payload, message) => {
		const error = await meet(answers(packet(payload)));
		expect(error.failure).toBe("malformed");
		expect(error.message).toContain("sent a group ");
		expect(error.message).toContain(message);
	});

	test("in another message", async () => {
		const error = await meet(answers(packet(Uint8Array.of(33))));
		expect(error.message).toBe("sent message 33 where the group was expected.");
	});
});

test("bytes changed at random never lead to another error", async () => {
	const group = packet(groupMessage((1n << 500n) + 1n, 2n));
	const change = fc.record({
		at: fc.nat(offer.length + group.length - 1),
		byte: fc.nat(255),
		cut: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(change, async ({ at, byte, cut }) => {
			const all = concat(offer, group);
			all[at] = byte;
			await using server = await serve((socket) => {
				socket.write(IDENTIFICATION);
				// Without waiting for a request: the client reads them in their order.
				socket.end(cut ? all.subarray(0, at) : all);
			});
			const asked = surveySsh({
				...{ host: "127.0.0.1", port: server.port, timeout: 2000 },
				...{ ip: undefined, signal: undefined },
			}).catch((error) => error);
			const result = await asked;
			if (result instanceof Error) expect(result).toBeInstanceOf(ProbeError);
			else expect(result.identification).toBe("SSH-2.0-Scripted_1.0");
		}),
		{ numRuns: 150 },
	);
});

test("a server that stops to answer costs the time of one request, not of nine", async () => {
	await using server = await serve(answers(new Uint8Array()));
	const begun = Date.now();
	const { replies } = await surveySsh({
		...{ host: "127.0.0.1", port: server.port, timeout: TIMEOUT },
		...{ ip: undefined, signal: undefined },
	});
	expect(Date.now() - begun).toBeLessThan(3 * TIMEOUT + 3000);
	expect(server.connections).toBe(1);
	expect(replies.map(({ reply }) => reply)).toEqual([
		{ noAnswer: "timed out" },
		...Array.from({ length: 8 }, () => ({
			noAnswer: "not asked, since an earlier request timed out",
		})),
	]);
});

test("groups that only the checks refuse are read as they are", async () => {
	const sent = [0n, 1n, 2n, (1n << 100_000n) + 1n];
	for (const p of sent) {
		await using server = await serve(answers(packet(groupMessage(p, p))));
		const { replies } = await surveySsh({
			...{ host: "127.0.0.1", port: server.port, timeout: 5000 },
			...{ ip: undefined, signal: undefined },
		});
		for (const { reply } of replies) {
			expect(reply).toMatchObject({ params: { p, g: p } });
		}
	}
});
