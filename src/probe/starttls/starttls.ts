import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import type { Target } from "../target.js";
import { mysql, postgres } from "./databases.js";
import { ldap } from "./ldap.js";
import { imap, pop3, sieve } from "./mailbox.js";
import { ftp, nntp, smtp } from "./reply-codes.js";
import { xmpp } from "./xmpp.js";

/**
 * Leads a fresh connection to the point where the TLS client speaks.
 *
 * @returns the server's greeting, where the protocol has one: it often names the software.
 * @throws {@link ProbeError} where the server does not follow.
 */
export async function startTls(
	connection: Connection,
	{ starttls, host, port }: Target,
): Promise<string | undefined> {
	const greeting = await speak();
	// Bytes that came before the handshake would be taken for protected ones: CVE-2011-0411.
	if (connection.buffered > 0) {
		throw new ProbeError(
			"starttls",
			`sent ${connection.buffered} bytes in plain text after it had agreed to switch to TLS.`,
		);
	}
	return greeting;

	async function speak(): Promise<string | undefined> {
		switch (starttls) {
			case "smtp":
				return smtp(connection);
			case "lmtp":
				return smtp(connection, "LHLO");
			case "imap":
				return imap(connection);
			case "pop3":
				return pop3(connection);
			case "sieve":
				return sieve(connection);
			case "ftp":
				return ftp(connection);
			case "nntp":
				return nntp(connection);
			case "mysql":
				return mysql(connection);
			case "postgres":
				await postgres(connection);
				return undefined;
			case "ldap":
				await ldap(connection);
				return undefined;
			case "xmpp":
				await xmpp(connection, host, port);
				return undefined;
			case "none":
				return undefined;
		}
	}
}
