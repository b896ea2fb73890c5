import type { Side } from "../evidence.js";

/** One message that an administrator may see. */
export interface Message {
	readonly id: string;
	/** The message as it is known. */
	readonly title: string;
	readonly seenBy: "client" | "server" | "scanner";
	/** Any of them marks a line in the form of LogLine.text: lower case, blanks for underscores. None needs more than linear time. */
	readonly patterns: readonly RegExp[];
	/** The reasons of OpenSSL's packed error codes that mean it; the function, where only some of them do. */
	readonly codes?: readonly (readonly [
		library: number,
		reason: number,
		...functions: number[],
	])[];
	/** Who sees it is taken from the lines, where they say. */
	readonly eitherSide?: true;
	/** The lines around it must be from one of these; any unless given. */
	readonly side?: readonly Side[];
	/** The lines around it must be about a server's own file of DH parameters; the path in them is that file. */
	readonly dhFile?: "needed" | "named";
	/** Says only that something failed: left out where a line beside it says why. */
	readonly vague?: true;
	/** What it says, the most important first. */
	readonly meaning: string;
	/** What to do on the server; GROUP and FILE stand for commands that name the reader's server and file. */
	readonly fix: readonly string[];
	/** What a client can do until then, and at what price. */
	readonly workaround?: { readonly text: string; readonly danger: string };
	/** Where it was seen, and what explains it. */
	readonly sources: readonly [string, ...string[]];
}

/** What a server can do that offers a weak group: no DHE, a standard group, or a group of its own. */
export const GROUP = "GROUP";

/** The file that the configuration names already is made good, and the server reads it. */
export const FILE = "FILE";

/** For a client of OpenSSL that must talk to a server of others. */
export const OPENSSL_WORKAROUND = {
	text: "Leave DHE out on the client: then ECDHE is used or nothing (cipher string DEFAULT:!kDHE). Only where the server has nothing else, allow 1024 bits with the cipher string DEFAULT@SECLEVEL=1 (`CipherString = DEFAULT@SECLEVEL=1` in openssl.cnf), for this one connection. OpenSSL 3 refuses fewer than 1024 bits at any level.",
	danger:
		"At level 1 the client accepts weak keys and old hashes too, and whoever records the connection may read it later (Logjam). `DHParameters = …` in openssl.cnf does not help a client: it names a server's file.",
} as const;
