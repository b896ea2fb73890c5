import { isIPv6 } from "node:net";
import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import { quote } from "../plain-text.js";

/* Protocols that answer with three digits: SMTP, LMTP, FTP and NNTP. */

/** SMTP, RFC 3207; the LMTP of RFC 2033 differs in the word that greets. */
export async function smtp(
	connection: Connection,
	verb: "EHLO" | "LHLO" = "EHLO",
): Promise<string> {
	const greeting = await expectReply(connection, "the greeting", [220]);
	const extensions = await command(
		connection,
		`${verb} ${addressLiteral(connection.localAddress)}`,
		[250],
	);
	if (!extensions.some((line) => /^STARTTLS\b/i.test(line))) {
		const offered = extensions.slice(1).join(" ") || "nothing";
		throw new ProbeError(
			"starttls",
			`does not offer STARTTLS; it offers ${quote(offered)}. Switch TLS on in its configuration, or ask the port that has it.`,
		);
	}
	await command(connection, "STARTTLS", [220]);
	return greeting[0] ?? "";
}

/** FTP, RFC 4217 section 4. */
export async function ftp(connection: Connection): Promise<string> {
	const greeting = await expectReply(connection, "the greeting", [220]);
	await command(connection, "AUTH TLS", [234]);
	return greeting[0] ?? "";
}

/** NNTP, RFC 4642 section 2.2. */
export async function nntp(connection: Connection): Promise<string> {
	const greeting = await expectReply(connection, "the greeting", [200, 201]);
	await command(connection, "STARTTLS", [382]);
	return greeting[0] ?? "";
}

/** RFC 5321 section 4.1.3: a client without a name of its own gives its address. */
function addressLiteral(address: string): string {
	return isIPv6(address) ? `[IPv6:${address}]` : `[${address}]`;
}

async function command(
	connection: Connection,
	line: string,
	codes: readonly number[],
): Promise<string[]> {
	connection.write(`${line}\r\n`);
	return expectReply(connection, `the answer to ${line}`, codes);
}

/** The lines of one reply without their codes. */
async function expectReply(
	connection: Connection,
	waitingFor: string,
	codes: readonly number[],
): Promise<string[]> {
	connection.waitingFor = waitingFor;
	const first = await connection.readLine();
	const lines = [first];
	// RFC 959 section 4.2: "220-" opens a reply of several lines, the same code and a space closes it.
	if (/^\d{3}-/.test(first)) {
		const last = new RegExp(`^${first.slice(0, 3)}( |$)`);
		let line = "";
		do {
			line = await connection.readLine();
			lines.push(line);
		} while (!last.test(line));
	}
	if (!codes.some((code) => first.startsWith(String(code)))) {
		throw new ProbeError(
			"starttls",
			`sent ${quote(first)} where ${waitingFor} should be ${codes.join(" or ")}.`,
		);
	}
	return lines.map((line) => line.replace(/^\d{3}[ -]?/, ""));
}
