import { ProbeError } from "../errors.js";

/**
 * Words of a server for a message of ours: printable ASCII only, since control characters reach a terminal
 * as commands, and no more than fits a line.
 */
export function quote(text: string): string {
	const printable = text.replace(/[^\x20-\x7e]+/g, " ").trim();
	return `"${printable.length > 100 ? `${printable.slice(0, 100)}…` : printable}"`;
}

/** How services greet that are asked for TLS before their time, and the value of `starttls` that gets there. */
const PLAIN_GREETINGS: readonly (readonly [RegExp, string])[] = [
	[/^220[ -].*ftp/i, "it speaks FTP; try starttls ftp"],
	[/^220[ -].*lmtp/i, "it speaks LMTP; try starttls lmtp"],
	[/^220[ -]/, "it speaks SMTP (or FTP); try starttls smtp"],
	[/^\* (OK|PREAUTH)\b/i, "it speaks IMAP; try starttls imap"],
	[/^\+OK\b/i, "it speaks POP3; try starttls pop3"],
	[/^20[01] /, "it speaks NNTP; try starttls nntp"],
	[/^"IMPLEMENTATION"/i, "it speaks ManageSieve; try starttls sieve"],
	[/^.\0\0\0\n\d+\.\d/, "it speaks MySQL; try starttls mysql"],
	[/^<\?xml|^<stream/, "it speaks XMPP; try starttls xmpp"],
	[/^HTTP\/|^<html|^<!doctype/i, "it speaks HTTP without TLS on that port"],
	[/^SSH-/, "it is an SSH server; probe it as one"],
];

/** The error for bytes that came where TLS was expected, with what they look like. */
export function notTls(bytes: Uint8Array): ProbeError {
	const text = Buffer.from(bytes).toString("latin1");
	const hint =
		PLAIN_GREETINGS.find(([pattern]) => pattern.test(text))?.[1] ??
		"check the port, and the protocol with which it gets to TLS (starttls)";
	return new ProbeError(
		"not-tls",
		`does not speak TLS here: it sent ${quote(text)}; ${hint}.`,
	);
}
