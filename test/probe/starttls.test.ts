import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { ProbeError } from "../../src/errors.js";
import { Connection } from "../../src/probe/connection.js";
import { handshake } from "../../src/probe/handshake.js";
import { MODERN } from "../../src/probe/offers.js";
import { startTls } from "../../src/probe/starttls/starttls.js";
import type { Starttls } from "../../src/probe/target.js";
import { dheFlight, selfSigned, serve, speakTls } from "./scripted-server.js";

/** What a server says in plain text: its greeting, then an answer to each thing that the client must say. */
interface Dialogue {
	readonly greeting?: string;
	readonly turns: readonly (readonly [
		expected: RegExp | string,
		answer: string,
	])[];
}

const latin1 = (...bytes: number[]) => String.fromCharCode(...bytes);

/** Greeting of MariaDB 10.11 without its header: protocol, version, id, scramble, capabilities and the rest. */
const mysqlGreeting = (capabilities: number) => {
	const version = "5.5.5-10.11.14-MariaDB\0";
	const payload = `\n${version}\x2a\0\0\0scramble\0${latin1(capabilities & 0xff, capabilities >> 8)}\x21\x02\0${"\0".repeat(40)}`;
	return `${latin1(payload.length, 0, 0, 0)}${payload}`;
};

const streamOpen =
	/^<\?xml version='1.0'\?><stream:stream to='im\.example\.org' xmlns='jabber:client' xmlns:stream='http:\/\/etherx\.jabber\.org\/streams' version='1.0'>$/;

/** Examples of the RFCs and captures of the servers' usual words. */
const DIALOGUES: readonly (readonly [Starttls, string, Dialogue])[] = [
	[
		"smtp",
		"RFC 3207",
		{
			greeting:
				"220-mail.imc.org SMTP service ready\r\n220 at your service\r\n",
			turns: [
				[
					/^EHLO \[127\.0\.0\.1\]\r\n$/,
					"250-mail.imc.org offers a warm hug of welcome\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 DSN\r\n",
				],
				[/^STARTTLS\r\n$/, "220 Go ahead\r\n"],
			],
		},
	],
	[
		"lmtp",
		"RFC 2033",
		{
			greeting: "220 lmtp ready\r\n",
			turns: [
				[/^LHLO /, "250-lmtp\r\n250 STARTTLS\r\n"],
				[/^STARTTLS\r\n$/, "220 2.0.0 Begin TLS negotiation now.\r\n"],
			],
		},
	],
	[
		"imap",
		"RFC 9051",
		{
			greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.\r\n",
			turns: [
				[
					/^a1 STARTTLS\r\n$/,
					"* CAPABILITY IMAP4rev1\r\na1 OK Begin TLS negotiation now\r\n",
				],
			],
		},
	],
	[
		"pop3",
		"RFC 2595",
		{
			greeting: "+OK ready\r\n",
			turns: [[/^STLS\r\n$/, "+OK Begin TLS negotiation\r\n"]],
		},
	],
	[
		"ftp",
		"RFC 4217",
		{
			greeting: "220-Welcome\r\n  to the archive\r\n220 ready\r\n",
			turns: [[/^AUTH TLS\r\n$/, "234 AUTH TLS successful\r\n"]],
		},
	],
	[
		"nntp",
		"RFC 4642",
		{
			greeting: "201 posting prohibited\r\n",
			turns: [[/^STARTTLS\r\n$/, "382 Continue with TLS negotiation\r\n"]],
		},
	],
	[
		"sieve",
		"RFC 5804",
		{
			greeting:
				'"IMPLEMENTATION" "Example1 ManageSieved v001"\r\n"SASL" "PLAIN"\r\n"STARTTLS"\r\n"VERSION" "1.0"\r\nOK\r\n',
			turns: [[/^STARTTLS\r\n$/, 'OK "Begin TLS negotiation now."\r\n']],
		},
	],
	[
		"xmpp",
		"RFC 6120",
		{
			turns: [
				[
					streamOpen,
					"<?xml version='1.0'?><stream:stream from='im.example.org' id='t7AMCin9zjMNwQKDnplntZPIDEI=' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
				],
				[
					/^<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'\/>$/,
					"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
				],
			],
		},
	],
	[
		"postgres",
		"PostgreSQL manual",
		{ turns: [["\0\0\0\x08\x04\xd2\x16\x2f", "S"]] },
	],
	[
		"mysql",
		"MySQL source documentation",
		{
			greeting: mysqlGreeting(0xfffe),
			turns: [[`\x20\0\0\x01\x01\x8a\0\0\0\0\0\x01\x21${"\0".repeat(23)}`, ""]],
		},
	],
	[
		"ldap",
		"RFC 4511, OpenLDAP",
		{
			turns: [
				[
					"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037",
					latin1(0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, 0, 4, 0, 4, 0),
				],
			],
		},
	],
	[
		"ldap",
		"RFC 4511, long lengths of Active Directory",
		{
			turns: [
				[
					/1466\.20037$/,
					latin1(0x30, 0x84, 0, 0, 0, 16, 2, 1, 1, 0x78, 0x84, 0, 0, 0, 7) +
						latin1(10, 1, 0, 4, 0, 4, 0),
				],
			],
		},
	],
];

const credentials = selfSigned();

/** Runs the dialogue; after it `then` has the socket. */
function talk(
	{ greeting, turns }: Dialogue,
	then: (socket: Socket) => void = () => {},
) {
	return (socket: Socket) => {
		const next = (turn: number) => {
			const step = turns[turn];
			if (step === undefined) return then(socket);
			socket.once("data", (bytes: Buffer) => {
				const [expected, answer] = step;
				const said = bytes.toString("latin1");
				const asExpected =
					typeof expected === "string"
						? said.startsWith(expected)
						: expected.test(said);
				if (!asExpected) {
					socket.end(`unexpected: ${JSON.stringify(said)}\r\n`);
					return;
				}
				// MySQL says nothing here: the client's hello may have come in the same segment.
				if (typeof expected === "string" && said.length > expected.length) {
					socket.pause();
					socket.unshift(bytes.subarray(expected.length));
				}
				socket.write(answer, "latin1");
				next(turn + 1);
			});
		};
		if (greeting !== undefined) socket.write(greeting, "latin1");
		next(0);
	};
}

async function attempt(
	starttls: Starttls,
	script: (socket: Socket) => void,
): Promise<string> {
	await using server = await serve(script);
	using connection = await Connection.open({
		host: "127.0.0.1",
		port: server.port,
		timeout: 2000,
	});
	await startTls(connection, {
		host: "im.example.org",
		port: server.port,
		starttls,
	});
	const agreement = await handshake(connection, MODERN, "localhost");
	return agreement.version;
}

describe("STARTTLS", () => {
	test.each(DIALOGUES)("%s leads to TLS: %s", async (protocol, _, dialogue) => {
		const script = talk(dialogue, (socket) => speakTls(socket, credentials));
		expect(await attempt(protocol, script)).toBe("TLSv1.3");
	});

	test.each(DIALOGUES)(
		"%s takes no plain text after the switch: %s",
		async (protocol, _, { greeting, turns }) => {
			const smuggled = turns.map(([expected, answer], at) =>
				at === turns.length - 1
					? ([expected, `${answer}NOOP\r\n`] as const)
					: ([expected, answer] as const),
			);
			const script = talk({
				...(greeting === undefined ? {} : { greeting }),
				turns: smuggled,
			});
			await expect(attempt(protocol, script)).rejects.toThrow(
				/plain text after it had agreed|does not speak TLS here/,
			);
		},
	);

	test("takes no handshake that came with the answer to STARTTLS", async () => {
		const flight = dheFlight(23n, 5n, 8n);
		const script = talk({
			greeting: "220 hi\r\n",
			turns: [
				[/^EHLO/, "250-hi\r\n250 STARTTLS\r\n"],
				[/^STARTTLS/, `220 go\r\n${Buffer.from(flight).toString("latin1")}`],
			],
		});
		await expect(attempt("smtp", script)).rejects.toThrow(
			`sent ${flight.length} bytes in plain text after it had agreed`,
		);
	});

	test.each([
		[
			"smtp",
			{ greeting: "554 no service for you\r\n", turns: [] },
			'sent "554 no service for you" where the greeting should be 220',
		],
		[
			"smtp",
			{
				greeting: "220 hello\r\n",
				turns: [[/^EHLO/, "250-hello\r\n250-SIZE 1000\r\n250 DSN\r\n"]],
			},
			'does not offer STARTTLS; it offers "SIZE 1000 DSN"',
		],
		[
			"smtp",
			{
				greeting: "220 hello\r\n",
				turns: [
					[/^EHLO/, "250-hello\r\n250 STARTTLS\r\n"],
					[/^STARTTLS/, "454 TLS not available due to local problem\r\n"],
				],
			},
			'sent "454 TLS not available due to local problem" where the answer to STARTTLS should be 220',
		],
		[
			"imap",
			{
				greeting: "* OK ready\r\n",
				turns: [[/STARTTLS/, "a1 BAD TLS support isn't enabled.\r\n"]],
			},
			"a1 BAD TLS support isn't enabled.",
		],
		[
			"imap",
			{ greeting: "* BYE overloaded\r\n", turns: [] },
			"* BYE overloaded",
		],
		[
			"pop3",
			{ greeting: "+OK\r\n", turns: [[/STLS/, "-ERR Unknown command.\r\n"]] },
			"-ERR Unknown command.",
		],
		[
			"ftp",
			{ greeting: "220 hi\r\n", turns: [[/AUTH/, "530 Please login\r\n"]] },
			'sent "530 Please login" where the answer to AUTH TLS should be 234',
		],
		[
			"sieve",
			{ greeting: '"SASL" ""\r\nOK\r\n', turns: [[/STARTTLS/, "NO no\r\n"]] },
			"NO no",
		],
		[
			"xmpp",
			{
				turns: [
					[/stream/, "<stream:stream><stream:features></stream:features>"],
				],
			},
			"does not offer STARTTLS for the domain im.example.org; the server name (servername)",
		],
		[
			"xmpp",
			{
				turns: [
					[
						/stream/,
						"<stream:stream><stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
					],
				],
			},
			"host-unknown",
		],
		["postgres", { turns: [[/./s, "N"]] }, 'set "ssl = on"'],
		["postgres", { turns: [[/./s, "E"]] }, "answers S or N"],
		[
			"mysql",
			{ greeting: mysqlGreeting(0xf7fe), turns: [] },
			"does not offer TLS",
		],
		[
			"mysql",
			{
				greeting: `${latin1(38, 0, 0, 0)}${latin1(0xff, 0x6a, 0x04)}Host '192.0.2.9' is not allowed....`,
				turns: [],
			},
			"Host '192.0.2.9' is not allowed",
		],
		[
			"mysql",
			{ greeting: "SSH-2.0-OpenSSH_9.2\r\n", turns: [] },
			"does not greet like MySQL",
		],
		[
			"ldap",
			{
				turns: [
					[/./s, latin1(0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, 2, 4, 0, 4, 0)],
				],
			},
			"LDAP result code 2, protocolError",
		],
		[
			"ldap",
			{ turns: [[/./s, latin1(0x30, 6, 2, 1, 1, 0x78, 99, 0)]] },
			"not LDAP",
		],
		["ldap", { turns: [[/./s, latin1(0x30, 0x80, 0, 0)]] }, "not LDAP"],
		["ldap", { turns: [[/./s, "HTTP/1.1 400\r\n"]] }, "not LDAP"],
	] as [Starttls, Dialogue, string][])(
		"%s says why the server does not follow: %j",
		async (protocol, dialogue, message) => {
			const error: unknown = await attempt(protocol, talk(dialogue)).catch(
				(error: unknown) => error,
			);
			expect(error).toBeInstanceOf(ProbeError);
			expect(error).toMatchObject({
				failure: "starttls",
				message: expect.stringContaining(message),
			});
		},
	);
});
