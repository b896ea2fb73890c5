import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { InvalidArgumentError } from "../errors.js";

/** The protocols that start in plain text and switch to TLS on request, and the port of each when none is given. */
const DEFAULT_PORTS = {
	smtp: 25,
	lmtp: 24,
	imap: 143,
	pop3: 110,
	ftp: 21,
	ldap: 389,
	xmpp: 5222,
	postgres: 5432,
	mysql: 3306,
	sieve: 4190,
	nntp: 119,
} as const;

/** A protocol that a probe can lead to TLS, or `none` for a service that speaks TLS from the first byte. */
export type Starttls = keyof typeof DEFAULT_PORTS | "none";

/** Every value of {@link Starttls}. */
export const STARTTLS: readonly Starttls[] = [
	...(Object.keys(DEFAULT_PORTS) as (keyof typeof DEFAULT_PORTS)[]),
	"none",
];

/** Further ports that start in plain text, from IANA's registry of service names. */
const KNOWN_PORTS: Readonly<Record<number, Starttls>> = {
	587: "smtp", // submission, RFC 6409
	3268: "ldap", // Active Directory's global catalogue
	5269: "xmpp", // server to server, RFC 6120
	433: "nntp", // nnsp, RFC 3977
};

/** How a URL's scheme gets to TLS, and its port: IANA's registries of schemes and services. */
const SCHEMES: ReadonlyMap<string, readonly [Starttls, number]> = new Map(
	Object.entries<readonly [Starttls, number]>({
		https: ["none", 443],
		wss: ["none", 443],
		smtp: ["smtp", 25],
		submission: ["smtp", 587],
		smtps: ["none", 465],
		submissions: ["none", 465],
		imap: ["imap", 143],
		imaps: ["none", 993],
		pop: ["pop3", 110],
		pop3: ["pop3", 110],
		pop3s: ["none", 995],
		ftp: ["ftp", 21],
		ftps: ["none", 990],
		ldap: ["ldap", 389],
		ldaps: ["none", 636],
		xmpp: ["xmpp", 5222],
		postgres: ["postgres", 5432],
		postgresql: ["postgres", 5432],
		mysql: ["mysql", 3306],
		sieve: ["sieve", 4190],
		nntp: ["nntp", 119],
		nntps: ["none", 563],
		ircs: ["none", 6697],
	}),
);

/** Where a probe goes, and how it gets to TLS there. */
export interface Target {
	/** A name in its ASCII form, or an address without brackets. */
	readonly host: string;
	/** 1 to 65,535. */
	readonly port: number;
	readonly starttls: Starttls;
}

/**
 * Reads HOST, HOST:PORT, an IPv6 address, [IPv6]:PORT or a URL such as https://HOST/. One host, never a range.
 * Without a port it is the one of `starttls`, else 443; without `starttls` the port decides.
 *
 * @throws {@link InvalidArgumentError} for anything else.
 */
export function parseTarget(text: string, starttls?: Starttls): Target {
	const url = urlOf(text);
	if (starttls !== undefined && !STARTTLS.includes(starttls)) {
		throw new InvalidArgumentError(
			`starttls "${starttls}" is not known; it is one of ${STARTTLS.join(", ")}.`,
		);
	}
	const usualPort = starttls === undefined ? url?.port : undefined;
	const { host, port } = parseAuthority(
		url?.authority ?? text,
		text,
		usualPort ?? defaultPort(starttls),
	);
	return { host, port, starttls: starttls ?? url?.starttls ?? guess(port) };
}

/**
 * Reads HOST, HOST:PORT, an IPv6 address, [IPv6]:PORT or ssh://HOST[:PORT], the latter also as sftp. Without a port it
 * is 22.
 *
 * @throws {InvalidArgumentError} for anything else.
 */
export function parseSshTarget(text: string): Pick<Target, "host" | "port"> {
	const SSH_PORT = 22;
	const url = splitUrl(text);
	if (url !== undefined && !isSshScheme(url.scheme)) {
		throw new InvalidArgumentError(
			`"${url.scheme}:" does not lead to an SSH server; give ssh://HOST:PORT or HOST:PORT.`,
		);
	}
	return parseAuthority(url?.authority ?? text, text, SSH_PORT);
}

/** Whether the text is a URL of an SSH server. */
export function isSshUrl(text: string): boolean {
	return isSshScheme(/^([a-z]+):\/\//i.exec(text)?.[1] ?? "");
}

function isSshScheme(scheme: string): boolean {
	return /^(ssh|sftp)$/i.test(scheme);
}

/** How a URL gets to TLS; undefined for what is not one. */
function urlOf(text: string) {
	const url = splitUrl(text);
	if (url === undefined) return undefined;
	const { scheme, authority } = url;
	if (isSshScheme(scheme)) {
		throw new InvalidArgumentError(
			`"${scheme}:" leads to an SSH server, which does not speak TLS; see probeSsh.`,
		);
	}
	const known = SCHEMES.get(scheme.toLowerCase());
	if (known === undefined) {
		throw new InvalidArgumentError(
			`"${scheme}:" does not say how to get to TLS${/^(http|ws)$/i.test(scheme) ? `; for TLS it is ${scheme}s:` : ""}. Give HOST:PORT and the protocol (starttls).`,
		);
	}
	const [starttls, port] = known;
	return { starttls, port, authority };
}

/** The parts of a URL that matter here; undefined for what is not one. */
function splitUrl(text: string) {
	const match = /^([a-z][a-z0-9+.-]{0,20}):\/\/([^/?#]*)/i.exec(text);
	if (match === null) return undefined;
	const [, scheme = "", authority = ""] = match;
	if (authority.includes("@")) {
		throw new InvalidArgumentError(
			"The URL holds a user name, and a probe logs in to nothing; leave it out.",
		);
	}
	return { scheme, authority };
}

/** `host:port` as people write it, with brackets about an IPv6 address. */
export function formatTarget({
	host,
	port,
}: Pick<Target, "host" | "port">): string {
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** @param text what was typed, for messages */
function parseAuthority(
	authority: string,
	text: string,
	usualPort: number,
): { host: string; port: number } {
	const { hostText, portText } = split(authority);
	return {
		host: parseHost(hostText, text),
		port: portText === undefined ? usualPort : parsePort(portText, text),
	};
}

function split(text: string): { hostText: string; portText?: string } {
	// An IPv6 address without brackets has no room for a port.
	if (isIP(text) === 6) return { hostText: text };
	const match =
		/^(?:\[(?<address>[^\]]*)\]|(?<name>[^:[\]]*))(?::(?<port>[^/]*))?$/.exec(
			text,
		);
	const { address, name, port } = match?.groups ?? {};
	const hostText = isIP(address ?? "") === 6 ? address : name;
	if (hostText === undefined) throw notATarget(text);
	return { hostText, ...(port === undefined ? {} : { portText: port }) };
}

function parseHost(host: string, text: string): string {
	if (isIP(host) !== 0) return host;
	// A last label of digits is an address to some resolvers (127.1, 0x7f.1) or meant for a range (192.0.2.1-9).
	const ascii = domainToASCII(host).replace(/\.$/, "");
	const labels = ascii.split(".");
	const wellFormed =
		ascii.length <= 253 &&
		labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,62})$/i.test(label)) &&
		!/^(\d[\d-]*|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? "");
	if (!wellFormed) throw notATarget(text);
	return ascii;
}

function parsePort(portText: string, text: string): number {
	const port = Number(portText);
	if (!/^\d{1,5}$/.test(portText) || port < 1 || port > 65_535) {
		throw new InvalidArgumentError(
			`"${text}" has the port "${portText}"; a port is a number from 1 to 65535.`,
		);
	}
	return port;
}

function defaultPort(starttls: Starttls | undefined): number {
	return starttls === undefined || starttls === "none"
		? 443
		: DEFAULT_PORTS[starttls];
}

function guess(port: number): Starttls {
	const known = STARTTLS.find(
		(protocol) => protocol !== "none" && DEFAULT_PORTS[protocol] === port,
	);
	return known ?? KNOWN_PORTS[port] ?? "none";
}

function notATarget(text: string): InvalidArgumentError {
	return new InvalidArgumentError(
		`"${text}" is not one host; give a name or an address with or without a port: mail.example.org:25, 192.0.2.7, [2001:db8::7]:443.`,
	);
}
