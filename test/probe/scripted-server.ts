import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket, type TLSSocketOptions } from "node:tls";
import { toBytes } from "../../src/arithmetic/integers.js";
import { concat, uint8, uint16, vector } from "../../src/probe/vectors.js";

/** A listening server of a test; `port` is free and on loopback. */
export interface Listening extends AsyncDisposable {
	readonly port: number;
	/** How many connections came so far. */
	readonly connections: number;
}

/** Runs `script` for each connection, the first with number 0. Whatever happens to the socket is the script's wish. */
export async function serve(
	script: (socket: Socket, number: number) => void,
	host = "127.0.0.1",
): Promise<Listening> {
	const sockets = new Set<Socket>();
	let connections = 0;
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => sockets.delete(socket));
		script(socket, connections);
		connections += 1;
	});
	await new Promise<void>((resolve) => server.listen(0, host, resolve));
	return {
		port: (server.address() as AddressInfo).port,
		get connections() {
			return connections;
		},
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Answers the first bytes that come, once. */
export function answer(...parts: readonly (Uint8Array | string)[]) {
	return (socket: Socket) => {
		socket.once("data", () => {
			for (const part of parts) socket.write(part);
		});
	};
}

// What a hand-built server says, RFC 5246.

export function record(
	type: number,
	fragment: Uint8Array,
	version = 0x0303,
): Uint8Array {
	return concat(uint8(type), uint16(version), vector(2, fragment));
}

export function handshakeMessage(type: number, body: Uint8Array): Uint8Array {
	return concat(uint8(type), vector(3, body));
}

export function alert(level: number, description: number): Uint8Array {
	return record(21, Uint8Array.of(level, description));
}

export function serverHelloBody({
	version = 0x0303,
	suite = 0x009f,
	random = new Uint8Array(32).fill(7),
	extensions = [] as readonly Uint8Array[],
} = {}): Uint8Array {
	return concat(
		uint16(version),
		random,
		vector(1),
		uint16(suite),
		uint8(0),
		...(extensions.length === 0 ? [] : [vector(2, ...extensions)]),
	);
}

export function serverDhBody(
	p: bigint,
	g: bigint,
	publicValue: bigint,
	version = 0x0303,
): Uint8Array {
	return concat(
		...[p, g, publicValue].map((value) => vector(2, toBytes(value))),
		...(version >= 0x0303 ? [uint16(0x0401)] : []),
		vector(2, new Uint8Array(256)),
	);
}

/** ServerHello, Certificate, ServerKeyExchange and ServerHelloDone in as few records as they fit in. */
export function dheFlight(
	p: bigint,
	g: bigint,
	publicValue: bigint,
	{ version = 0x0303, suite = 0x009f } = {},
): Uint8Array {
	const messages = concat(
		handshakeMessage(2, serverHelloBody({ version, suite })),
		handshakeMessage(11, vector(3, vector(3, new Uint8Array(700)))),
		handshakeMessage(12, serverDhBody(p, g, publicValue, version)),
		handshakeMessage(14, new Uint8Array()),
	);
	const LARGEST = 1 << 14;
	const records: Uint8Array[] = [];
	for (let at = 0; at < messages.length; at += LARGEST) {
		records.push(record(22, messages.subarray(at, at + LARGEST), version));
	}
	return concat(...records);
}

/** The suites and the version in a ClientHello, for servers that choose by them. */
export function readClientHello(bytes: Uint8Array): {
	version: number;
	suites: number[];
} {
	const hello = Buffer.from(bytes);
	// Record header 5, handshake header 4, version 2, random 32.
	const sessionAt = 43;
	const suitesAt = sessionAt + 1 + hello.readUInt8(sessionAt);
	const length = hello.readUInt16BE(suitesAt);
	const suites: number[] = [];
	for (let at = suitesAt + 2; at < suitesAt + 2 + length; at += 2) {
		suites.push(hello.readUInt16BE(at));
	}
	return { version: hello.readUInt16BE(9), suites };
}

/** A certificate for localhost with its key, by OpenSSL. */
export function selfSigned(): { key: string; cert: string } {
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-cert-"));
	try {
		const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
		execFileSync(
			"openssl",
			`req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${cert} -days 30 -subj /CN=localhost`.split(
				" ",
			),
			{ stdio: "ignore" },
		);
		return {
			key: readFileSync(key, "utf8"),
			cert: readFileSync(cert, "utf8"),
		};
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Hands a socket to Node's TLS, OpenSSL that is, as a server. */
export function speakTls(socket: Socket, options: TLSSocketOptions): void {
	new TLSSocket(socket, { ...options, isServer: true }).on("error", () => {});
}
