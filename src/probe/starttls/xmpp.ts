import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import { quote } from "../plain-text.js";

/** Stream features are a few hundred bytes. */
const LARGEST_STANZA = 16 * 1024;

/** IANA: xmpp-server, RFC 6120 section 14.7. Servers talk to each other in a namespace of its own. */
const SERVER_PORT = 5269;

/**
 * XMPP, RFC 6120 section 5.4: open a stream to the domain, wait for its features, ask for TLS.
 * The answers are short and fixed, and nothing after them is read: that needs no XML parser.
 */
export async function xmpp(
	connection: Connection,
	domain: string,
	port: number,
): Promise<void> {
	const namespace = port === SERVER_PORT ? "jabber:server" : "jabber:client";
	connection.write(
		`<?xml version='1.0'?><stream:stream to='${domain}' xmlns='${namespace}' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`,
	);
	connection.waitingFor = "the stream features";
	const features = await readElementEnd(connection, "features");
	if (!features.includes("urn:ietf:params:xml:ns:xmpp-tls")) {
		throw new ProbeError(
			"starttls",
			`does not offer STARTTLS for the domain ${domain}; the server name (servername) can be another. It sent ${quote(features)}.`,
		);
	}
	connection.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
	connection.waitingFor = "the answer to starttls";
	const answer = await connection.readThrough(">", LARGEST_STANZA);
	if (!/^\s*<proceed\b/.test(answer)) {
		throw new ProbeError(
			"starttls",
			`answered ${quote(answer)} to starttls, not proceed.`,
		);
	}
}

/** Everything up to the end of the element, or of an error, or of the whole stream. */
async function readElementEnd(
	connection: Connection,
	name: string,
): Promise<string> {
	const end = new RegExp(`</stream:(${name}|error|stream)>$`);
	let text = "";
	while (!end.test(text)) {
		text += await connection.readThrough(">", LARGEST_STANZA - text.length);
	}
	return text;
}
