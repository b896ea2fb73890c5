/** One message that an administrator may stand before. */
export interface Message {
	readonly id: string;
	/** The message as it is known. */
	readonly title: string;
	readonly seenBy: "client" | "server" | "scanner";
	/** Any of them marks a line; none may need more than linear time. */
	readonly patterns: readonly RegExp[];
	/** The reasons of OpenSSL's packed error codes that mean it: library and reason. */
	readonly codes?: readonly (readonly [library: number, reason: number])[];
	/** What it says, the most important first. */
	readonly meaning: string;
	/** What to do on the server; GROUP stands for the steps to a fresh group, which name the reader's server. */
	readonly fix: readonly string[];
	/** What a client can do meanwhile, and at what price. */
	readonly workaround?: { readonly text: string; readonly danger: string };
	/** Where it was seen, and what explains it. */
	readonly sources: readonly [string, ...string[]];
}

/** A new group on the server, in its configuration, and seen from outside. */
export const GROUP = "GROUP";

/** For a client of OpenSSL that must talk to a server of others. */
export const OPENSSL_WORKAROUND = {
	text: "Leave DHE out on the client, so that ECDHE is used or nothing (cipher string DEFAULT:!kDHE). Only where the server has nothing else, allow 1024 bits with the cipher string DEFAULT@SECLEVEL=1 (`CipherString = DEFAULT@SECLEVEL=1` in openssl.cnf), for this one connection. OpenSSL 3 refuses fewer than 1024 bits at any level.",
	danger:
		"At level 1 the client accepts weak keys and old hashes too, and whoever records the connection may read it later (Logjam). `DHParameters = …` in openssl.cnf does not help a client: it names a server's file.",
} as const;
