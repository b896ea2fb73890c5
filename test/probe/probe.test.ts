import { createHash, getDiffieHellman } from "node:crypto";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { fromBytes } from "../../src/arithmetic/integers.js";
import { probeLines } from "../../src/cli/probe-text.js";
import { render } from "../../src/cli/terminal-text.js";
import { InvalidArgumentError, ProbeError } from "../../src/errors.js";
import {
	type ProbeOptions,
	type ProbeReport,
	probe,
} from "../../src/probe/probe.js";
import {
	alert,
	dheFlight,
	type Listening,
	readClientHello,
	selfSigned,
	serve,
	speakTls,
} from "./scripted-server.js";

const TIMEOUT = 1000;

/** RFC 3526 group 14 and RFC 2409 group 2, from OpenSSL. */
const MODP2048 = fromBytes(getDiffieHellman("modp14").getPrime());
const MODP1024 = fromBytes(getDiffieHellman("modp2").getPrime());

/** Of mod_ssl 2.0, 512 bits: what export-grade servers had. */
const MODSSL512 =
	0xd4bcd52406f69b35994b88de5db89682c8157f62d8f33633ee5772f11f05ab22d6b5145b9f241e5acc31ff090a4bc71148976f76795094e71e7903529f5a824bn;

const credentials = selfSigned();

const REFUSE = alert(2, 40);

/** A public value that differs from one connection to the next. */
const publicValue = (number: number) =>
	fromBytes(createHash("sha256").update(`${number}`).digest());

/** A server that answers by what the hello offers. */
function answering(
	answer: (
		hello: { version: number; suites: number[]; kind: Kind },
		number: number,
	) => Uint8Array | undefined,
): Promise<Listening> {
	return serve((socket, number) => {
		socket.once("data", (bytes) => {
			const hello = readClientHello(bytes);
			const reply = answer({ ...hello, kind: kindOf(hello.suites) }, number);
			if (reply === undefined) socket.end();
			else socket.write(reply);
		});
	});
}

type Kind = "modern" | "dhe" | "export" | "anonymous" | "tls13";

function kindOf(suites: readonly number[]): Kind {
	if (suites.includes(0x0014)) return "export";
	if (suites.includes(0x00a7)) return "anonymous";
	if (!suites.includes(0x009f)) return "tls13";
	return suites.includes(0xc02f) ? "modern" : "dhe";
}

/** DHE with this group for every hello that has it, and nothing else. */
function serving(p: bigint, g = 2n): Promise<Listening> {
	return answering(({ kind }, number) =>
		kind === "modern" || kind === "dhe"
			? dheFlight(p, g, publicValue(number))
			: REFUSE,
	);
}

async function report(
	server: Listening,
	options: ProbeOptions = {},
): Promise<ProbeReport> {
	const begun = Date.now();
	const found = await probe(`127.0.0.1:${server.port}`, {
		timeout: TIMEOUT,
		...options,
	});
	expect(Date.now() - begun).toBeLessThan(6 * TIMEOUT);
	// What the command prints holds nothing that a terminal would obey.
	expect(text(found)).toMatch(/^[\x20-\x7e…−\n]+$/);
	return found;
}

/** The report as the command prints it where nothing is known of a terminal. */
function text(report: ProbeReport): string {
	return render(probeLines(report), { colour: false, ascii: false });
}

const ids = ({ findings }: ProbeReport) => findings.map(({ id }) => id);

describe("probe", () => {
	test("reports a good group", async () => {
		await using server = await serving(MODP2048);
		const found = await report(server);
		expect(found).toMatchObject({
			host: "127.0.0.1",
			port: server.port,
			address: "127.0.0.1",
			starttls: "none",
			verdict: "accept",
			dhe: {
				version: "TLSv1.2",
				suite: "DHE-RSA-AES256-GCM-SHA384",
				temporaryKey: "DH, 2048 bits",
			},
			exportDhe: { refusal: "alert 40, handshake_failure" },
		});
		expect(found.groups).toHaveLength(1);
		expect(found.groups[0]?.params.p).toBe(MODP2048);
		expect(ids(found)).toEqual(["no-ecdhe", "dhe-deprecated"]);
		expect(server.connections).toBe(5);
		expect(JSON.parse(JSON.stringify(found))).toMatchObject({
			groups: [{ params: { bits: 2048, p: MODP2048.toString(16), g: "2" } }],
		});
	});

	test("rejects a weak one and says what to do", async () => {
		await using server = await serving(MODP1024);
		const found = await report(server);
		expect(found.verdict).toBe("reject");
		const words = text(found);
		expect(words).toContain(`127.0.0.1:${server.port}: rejected\n`);
		expect(words).toContain("Server Temp Key: DH, 1024 bits (modp_1024)\n");
		expect(words).toContain("gen-dhparams 2048 > dhparams.pem");
		expect(words).toContain("Next: gen-dhparams config SERVER");
	});

	test("applies the caller's policy", async () => {
		await using server = await serving(MODP2048);
		const found = await report(server, { minBits: 3072 });
		expect(found.verdict).toBe("reject");
	});

	test("finds export-grade DHE behind a good group", async () => {
		await using server = await answering(({ kind, version }, number) => {
			if (kind === "export") {
				expect(version).toBe(0x0301);
				return dheFlight(MODSSL512, 2n, publicValue(number), {
					version: 0x0301,
					suite: 0x0014,
				});
			}
			return kind === "tls13"
				? REFUSE
				: dheFlight(MODP2048, 2n, publicValue(number));
		});
		const found = await report(server);
		expect(found.verdict).toBe("reject");
		expect(ids(found)).toContain("export-dhe");
		expect(found.exportDhe).toEqual({
			version: "TLSv1",
			suite: "EXP-DHE-RSA-DES-CBC-SHA",
			temporaryKey: "DH, 512 bits",
		});
		expect(found.groups).toHaveLength(1);
	});

	test("sees a group that changes, and checks each", async () => {
		await using server = await answering(({ kind }, number) =>
			kind === "export" || kind === "tls13"
				? REFUSE
				: dheFlight(
						number % 2 === 0 ? MODP2048 : MODP1024,
						2n,
						publicValue(number),
					),
		);
		const found = await report(server);
		expect(ids(found)).toContain("group-changes");
		expect(found.groups.map(({ params }) => params.bits).sort()).toEqual([
			1024, 2048,
		]);
		expect(found.verdict).toBe("reject");
	});

	test("sees a public value that repeats", async () => {
		await using server = await answering(({ kind }) =>
			kind === "dhe" ? dheFlight(MODP2048, 2n, 4n) : REFUSE,
		);
		const found = await report(server);
		expect(ids(found)).toContain("key-reuse");
		expect(found.verdict).toBe("warn");
	});

	test.each([0n, 1n, MODP2048 - 1n, MODP2048])(
		"rejects a public value that hides nothing",
		async (value) => {
			await using server = await answering(({ kind }) =>
				kind === "dhe" ? dheFlight(MODP2048, 2n, value) : REFUSE,
			);
			const found = await report(server);
			expect(ids(found)).toContain("public-value");
			expect(found.verdict).toBe("reject");
		},
	);

	test.each([
		["p = 0", 0n, 2n],
		["p = 1", 1n, 2n],
		["p = 4", 4n, 2n],
		["an even p of 2048 bits", MODP2048 - 1n, 2n],
		["a composite p of 2048 bits", MODP2048 - 2n, 2n],
		["g = 0", MODP2048, 0n],
		["g = p − 1", MODP2048, MODP2048 - 1n],
		["g above p", MODP2048, MODP2048 + 2n],
		["16,384 bits", (1n << 16384n) - 1n, 2n],
		["500,000 bits", (1n << 500_000n) - 1n, 2n],
	])("rejects %s", async (_, p, g) => {
		await using server = await answering(({ kind }, number) =>
			kind === "dhe" ? dheFlight(p, g, publicValue(number)) : REFUSE,
		);
		const found = await report(server);
		expect(found.verdict).toBe("reject");
		expect(found.groups[0]?.validation.verdict).toBe("reject");
	});

	test("accepts a server without DHE, and says so", async () => {
		await using server = await serve((socket) =>
			speakTls(socket, { ...credentials, ciphers: "ECDHE" }),
		);
		const found = await report(server);
		expect(found).toMatchObject({
			verdict: "accept",
			groups: [],
			dhe: { refusal: "alert 40, handshake_failure" },
			modern: { version: "TLSv1.3" },
		});
		expect(ids(found)).toEqual(["no-dhe"]);
		expect(text(found)).toContain("Server Temp Key: not DH\n");
	});

	test("warns of key transport by RSA", async () => {
		await using server = await serve((socket) =>
			speakTls(socket, {
				...credentials,
				maxVersion: "TLSv1.2",
				ciphers: "AES128-SHA",
			}),
		);
		const found = await report(server);
		expect(found.verdict).toBe("warn");
		expect(ids(found)).toEqual(["forward-secrecy", "no-dhe"]);
	});

	test("shows the RFC 7919 group of TLS 1.3", async () => {
		await using server = await serve((socket) =>
			speakTls(socket, { ...credentials, ecdhCurve: "ffdhe3072" }),
		);
		const found = await report(server);
		expect(found.ffdhe).toMatchObject({ temporaryKey: "ffdhe3072" });
	});

	test("tries an older hello where nothing newer is understood", async () => {
		await using server = await answering(({ version }, number) =>
			version > 0x0301
				? undefined
				: dheFlight(MODP1024, 2n, publicValue(number), {
						version: 0x0301,
						suite: 0x0033,
					}),
		);
		const found = await report(server);
		expect(found.dhe).toEqual({
			version: "TLSv1",
			suite: "DHE-RSA-AES128-SHA",
			temporaryKey: "DH, 1024 bits",
		});
		expect(found.verdict).toBe("reject");
	});

	test("leaves open what a later connection does not answer", async () => {
		await using server = await serve((socket, number) => {
			if (number > 2) return;
			socket.once("data", () =>
				socket.write(dheFlight(MODP2048, 2n, publicValue(number))),
			);
		});
		const found = await report(server, { timeout: 300 });
		expect(found.exportDhe).toEqual({
			noAnswer: "timed out after 0.3 s while waiting for the ServerHello",
		});
		expect(found.verdict).toBe("accept");
	});

	test("goes where it is told and asks for the name that it is told", async () => {
		const names: (string | undefined)[] = [];
		await using server = await serve((socket) =>
			speakTls(socket, {
				...credentials,
				SNICallback: (name, done) => {
					names.push(name);
					done(null);
				},
			}),
		);
		const elsewhere = `www.example.org:${server.port}`;
		const options = { ip: "127.0.0.1", timeout: TIMEOUT };
		expect((await probe(elsewhere, options)).address).toBe("127.0.0.1");
		expect(new Set(names)).toEqual(new Set(["www.example.org"]));
		names.length = 0;
		await probe(elsewhere, { ...options, servername: "im.example.org" });
		expect(new Set(names)).toEqual(new Set(["im.example.org"]));
	});

	test("says which address a name led to", async () => {
		await using server = await serving(MODP2048);
		const found = await probe(`localhost:${server.port}`, { timeout: TIMEOUT });
		expect(found).toMatchObject({ host: "localhost", address: "127.0.0.1" });
		expect(text(found)).toContain(" at 127.0.0.1: ");
	});

	test("speaks IPv6", async () => {
		await using server = await serve((socket) => {
			socket.once("data", () => socket.write(dheFlight(MODP2048, 2n, 4n)));
		}, "::1");
		const found = await probe(`[::1]:${server.port}`, { timeout: TIMEOUT });
		expect(found).toMatchObject({ host: "::1", address: "::1" });
		expect(text(found)).toMatch(/^\[::1\]:\d+: /);
	});
});

describe("probe fails", () => {
	async function failure(
		script: (socket: Socket) => void,
		options: ProbeOptions = {},
	): Promise<ProbeError> {
		await using server = await serve(script);
		const target = `127.0.0.1:${server.port}`;
		const error: unknown = await probe(target, {
			timeout: 300,
			...options,
		}).catch((error: unknown) => error);
		expect(error).toBeInstanceOf(ProbeError);
		const { code, message } = error as ProbeError;
		expect(code).toBe("ERR_PROBE");
		expect(message.startsWith(`${target} `)).toBe(true);
		return error as ProbeError;
	}

	test("where every handshake is refused", async () => {
		const error = await failure((socket) => {
			socket.once("data", () => socket.end(REFUSE));
		});
		expect(error.failure).toBe("refused");
		expect(error.message).toContain(
			"refuses every handshake: alert 40, handshake_failure. Its own log",
		);
	});

	test("where every hello ends the connection", async () => {
		const error = await failure((socket) => {
			socket.once("data", () => socket.end());
		});
		expect(error.failure).toBe("closed");
		expect(error.message).toContain("closes the connection on the ClientHello");
	});

	test("where nothing is said", async () => {
		expect((await failure(() => {})).failure).toBe("timeout");
	});

	test("where something else is spoken", async () => {
		const error = await failure((socket) => socket.write("+OK hi\r\n"));
		expect(error.failure).toBe("not-tls");
		expect(error.message).toContain("try starttls pop3");
	});

	test("where STARTTLS is not on offer", async () => {
		const error = await failure(
			(socket) => {
				socket.write("220 hi\r\n");
				socket.once("data", () => socket.write("250 hi\r\n"));
			},
			{ starttls: "smtp" },
		);
		expect(error.failure).toBe("starttls");
	});

	test("where nobody listens", async () => {
		const server = await serve(() => {});
		const { port } = server;
		await server[Symbol.asyncDispose]();
		await expect(probe(`127.0.0.1:${port}`)).rejects.toMatchObject({
			failure: "unreachable",
			message: `127.0.0.1:${port} refuses the connection: nothing listens on that port, or a firewall rejects it.`,
		});
	});

	test("where the name does not resolve", async () => {
		await expect(probe("no-such-host.invalid")).rejects.toMatchObject({
			failure: "unreachable",
		});
	}, 30_000);

	test("with the signal's reason once aborted", async () => {
		const aborted = AbortSignal.abort(new Error("never mind"));
		await expect(probe("localhost", { signal: aborted })).rejects.toThrow(
			"never mind",
		);
		const controller = new AbortController();
		await using server = await serve(() => controller.abort("enough"));
		await expect(
			probe(`127.0.0.1:${server.port}`, { signal: controller.signal }),
		).rejects.toBe("enough");
	});

	test.each([
		[{ timeout: 0 }, "timeout is 0"],
		[{ timeout: Number.NaN }, "timeout is NaN"],
		[{ timeout: 1e9 }, "timeout is 1000000000"],
		[{ ip: "localhost" }, 'ip is "localhost"'],
		[{ servername: "a b" }, 'servername is "a b"'],
		[{ policy: "lax" }, 'no policy "lax"'],
		[{ starttls: "gopher" as "smtp" }, 'starttls "gopher" is not known'],
	])("for the options %j", async (options, message) => {
		const attempt = probe("localhost", options);
		await expect(attempt).rejects.toThrow(InvalidArgumentError);
		await expect(attempt).rejects.toThrow(message);
	});
});
