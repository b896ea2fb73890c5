import { connect, type Socket } from "node:net";
import { ProbeError, type ProbeFailure } from "../errors.js";

/**
 * What one connection may send, banner and handshake together, in bytes. A long certificate chain is 20 KiB;
 * the rest is room. The buffer is allocated at once, so that a server that sends single bytes costs no copying.
 */
const RECEIVE_LIMIT = 128 * 1024;

/** The longest line of a text protocol, in bytes. RFC 5321 asks for 512, IMAP capability lists reach 2,000. */
const LINE_LIMIT = 8 * 1024;

/** How to connect. */
export interface ConnectionOptions {
	/** A name or an address. */
	readonly host: string;
	readonly port: number;
	/** For the whole life of the connection, name resolution included, in ms. */
	readonly timeout: number;
	readonly signal?: AbortSignal | undefined;
}

/**
 * A TCP connection to a server that nobody trusts: every read has a size, everything together has one deadline
 * and one limit in bytes. Close it in any case; it is disposable.
 */
export class Connection implements Disposable {
	/** What a read waits for; completes "timed out while waiting for …". */
	waitingFor = "the connection";

	readonly #socket: Socket;
	readonly #chunks: AsyncIterator<Uint8Array>;
	readonly #release: () => void;
	readonly #buffer = new Uint8Array(RECEIVE_LIMIT);
	#start = 0;
	#end = 0;

	/** @throws {@link ProbeError} unreachable or timeout; or an AbortError once the signal is aborted. */
	static async open(options: ConnectionOptions): Promise<Connection> {
		const connection = new Connection(options);
		try {
			await connection.#connected();
		} catch (error) {
			connection.close();
			throw error;
		}
		return connection;
	}

	private constructor({ host, port, timeout, signal }: ConnectionOptions) {
		const socket = connect({ host, port });
		const timer = setTimeout(() => {
			const seconds = timeout / 1000;
			socket.destroy(
				new ProbeError(
					"timeout",
					`timed out after ${seconds} s while waiting for ${this.waitingFor}.`,
				),
			);
		}, timeout);
		const abort = () => socket.destroy(new DOMException("", "AbortError"));
		signal?.addEventListener("abort", abort);
		// Also heard while nothing reads; the read that follows reports it.
		socket.on("error", () => {});
		this.#socket = socket;
		this.#chunks = socket[Symbol.asyncIterator]();
		this.#release = () => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", abort);
		};
		if (signal?.aborted) abort();
	}

	/** The address that was connected to: the one of several that answered first. */
	get remoteAddress(): string {
		return this.#socket.remoteAddress ?? "";
	}

	/** Our own address on this connection. */
	get localAddress(): string {
		return this.#socket.localAddress ?? "";
	}

	/** How many bytes have come and were not read yet. */
	get buffered(): number {
		return this.#end - this.#start;
	}

	write(bytes: Uint8Array | string): void {
		this.#socket.write(bytes);
	}

	/** Exactly `length` bytes. */
	async read(length: number): Promise<Uint8Array> {
		while (this.buffered < length) await this.#receive();
		this.#start += length;
		return this.#buffer.slice(this.#start - length, this.#start);
	}

	/** What has come already; nothing is waited for. */
	async readAvailable(): Promise<Uint8Array> {
		return this.read(this.buffered);
	}

	/** The next line without its CR LF or LF. */
	async readLine(): Promise<string> {
		return (await this.readThrough("\n", LINE_LIMIT)).replace(/\r?\n$/, "");
	}

	/**
	 * Text up to and with the first `end`, one character a byte (Latin-1), `limit` bytes at most.
	 *
	 * @param failure what it is where more than that comes without an end
	 */
	async readThrough(
		end: string,
		limit: number,
		failure: ProbeFailure = "starttls",
	): Promise<string> {
		for (;;) {
			const window = this.#buffer.subarray(this.#start, this.#end);
			const at = Buffer.from(
				window.buffer,
				window.byteOffset,
				Math.min(window.length, limit),
			).indexOf(end, 0, "latin1");
			if (at >= 0) {
				const bytes = await this.read(at + end.length);
				return Buffer.from(bytes).toString("latin1");
			}
			if (window.length >= limit) {
				throw new ProbeError(
					failure,
					`sent ${limit} bytes without an end to ${this.waitingFor}; this is not the protocol that was asked for.`,
				);
			}
			await this.#receive();
		}
	}

	/** Closes at once, whatever the server still wants to say. */
	close(): void {
		this.#release();
		this.#socket.destroy();
	}

	[Symbol.dispose](): void {
		this.close();
	}

	async #connected(): Promise<void> {
		try {
			await new Promise<void>((resolve, reject) => {
				this.#socket.once("connect", resolve);
				this.#socket.once("error", reject);
			});
		} catch (error) {
			throw asUnreachable(error);
		}
	}

	async #receive(): Promise<void> {
		const chunk = await this.#next();
		if (this.#end + chunk.length > RECEIVE_LIMIT) {
			throw new ProbeError(
				"malformed",
				`sent more than ${RECEIVE_LIMIT / 1024} KiB where ${this.waitingFor} was expected.`,
			);
		}
		this.#buffer.set(chunk, this.#end);
		this.#end += chunk.length;
	}

	async #next(): Promise<Uint8Array> {
		const closed = `closed the connection where ${this.waitingFor} was expected.`;
		try {
			const { value, done } = await this.#chunks.next();
			if (!done) return value;
		} catch (error) {
			// ECONNRESET, EPIPE and the like: some servers refuse a handshake that way.
			if (isSystemError(error)) {
				throw new ProbeError("closed", closed, { cause: error });
			}
			throw error;
		}
		throw new ProbeError("closed", closed);
	}
}

/** Errors of the system carry a `code` such as ECONNREFUSED; ours and an AbortError pass as they are. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return (
		error instanceof Error &&
		!(error instanceof ProbeError) &&
		"syscall" in error
	);
}

function asUnreachable(error: unknown): unknown {
	// All addresses of a name failed, one after the other: the last failure speaks for them.
	const failure = error instanceof AggregateError ? error.errors.at(-1) : error;
	if (!isSystemError(failure)) return error;
	const what =
		UNREACHABLE[failure.code ?? ""] ?? `cannot be reached: ${failure.message}.`;
	return new ProbeError("unreachable", what, { cause: error });
}

/** What a system error means to the person who typed the name; the name comes before it. */
const UNREACHABLE: Readonly<Record<string, string>> = {
	ENOTFOUND: "does not resolve; check the spelling and your DNS.",
	EAI_AGAIN: "cannot be looked up: the name server does not answer.",
	ECONNREFUSED:
		"refuses the connection: nothing listens on that port, or a firewall rejects it.",
	ETIMEDOUT: "does not answer: the host is down, or a firewall drops packets.",
	EHOSTUNREACH: "cannot be reached: there is no route to the host.",
	ENETUNREACH:
		"cannot be reached: there is no route to its network. If you have no IPv6, give an IPv4 address (ip).",
};
