import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import { quote } from "../plain-text.js";

/* Protocols for a mailbox, which answer with words: IMAP, POP3 and ManageSieve. */

/** IMAP, RFC 9051 section 6.2.1. */
export async function imap(connection: Connection): Promise<string> {
	connection.waitingFor = "the greeting";
	const greeting = await connection.readLine();
	expect(/^\* OK\b/i, greeting, "the greeting");
	connection.write("a1 STARTTLS\r\n");
	connection.waitingFor = "the answer to STARTTLS";
	const answer = await lineThat(connection, /^(a1|\* BYE) /i);
	expect(/^a1 OK\b/i, answer, "the answer to STARTTLS");
	return greeting;
}

/** POP3, RFC 2595 section 4. */
export async function pop3(connection: Connection): Promise<string> {
	connection.waitingFor = "the greeting";
	const greeting = await connection.readLine();
	expect(/^\+OK\b/i, greeting, "the greeting");
	connection.write("STLS\r\n");
	connection.waitingFor = "the answer to STLS";
	expect(/^\+OK\b/i, await connection.readLine(), "the answer to STLS");
	return greeting;
}

/** ManageSieve, RFC 5804 section 2.2. The greeting is the list of capabilities, closed by OK. */
export async function sieve(connection: Connection): Promise<string> {
	connection.waitingFor = "the greeting";
	const implementation = await connection.readLine();
	const greeting = END_OF_RESPONSE.test(implementation)
		? implementation
		: await lineThat(connection, END_OF_RESPONSE);
	expect(/^OK\b/i, greeting, "the greeting");
	connection.write("STARTTLS\r\n");
	connection.waitingFor = "the answer to STARTTLS";
	const answer = await lineThat(connection, END_OF_RESPONSE);
	expect(/^OK\b/i, answer, "the answer to STARTTLS");
	return implementation;
}

const END_OF_RESPONSE = /^(OK|NO|BYE)\b/i;

async function lineThat(
	connection: Connection,
	pattern: RegExp,
): Promise<string> {
	for (;;) {
		const line = await connection.readLine();
		if (pattern.test(line)) return line;
	}
}

function expect(pattern: RegExp, line: string, what: string): void {
	if (!pattern.test(line)) {
		throw new ProbeError(
			"starttls",
			`sent ${quote(line)} as ${what}; it does not switch to TLS that way.`,
		);
	}
}
