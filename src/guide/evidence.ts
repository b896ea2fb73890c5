import { findServer } from "./config.js";
import type { LogLine } from "./log.js";
import type { Server } from "./servers/server.js";
import { SERVERS } from "./servers/servers.js";

/** Who wrote a line: a client, a server about a connection, or a server that reads its configuration. */
export type Side = "client" | "server" | "start";

/** The words of a server that loads its file of DH parameters. */
const DH_FILE =
	/set0? tmp dh|\btemp dh parameters|ah02407|expecting: dh parameters|\bdhparameters\b|dh[- ]?param[- ]?file|ssl-dh-param|params? of dh parameters|dh parameters from|(?:load|parse|set|use|open|opening|read|reading|decoding|importing) (?:the )?(?:\d+-bit )?dh[- ]?param|dhparams\(|\bssl dh(?: setting|: | ?=)|--dh\b|for dh parameters|dh parameters file|\bdhparam\b|sslopensslconfcmd: file|could not .{0,20}\bdh\b|'dh' file|dh (?:key )?file|cannot set dh\b|diffie-hellman param/;
/** The same where the line does not say of what: only nginx writes this, with the file's path, about DH parameters and, in old versions, certificates. */
const NGINX_FILE = /bio new file\("([^"]{1,400})"/;
const CERTIFICATE = /cert|crt|chain|\bkey|privkey/;

const START =
	/\[(?:emerg|alert)\]|\bah0(?:2312|0526|2561|2565)\b|use certificate|sslcertificatefile|configuration file .{0,200} test failed|options error|config : |ctx ctrl|ssl3 ctrl|\bfatal: tls|initialization of plugins failed/;

const CLIENT =
	/\bcurl\b|\bwget\b|\blftp\b|to upstream|ssl connect\b|\bconnect failed|connected\(\d{8}\)|starttls=client|postfix[\w-]*\/smtp\[|\bs client\b|urlopen|urllib|requests\.exceptions|httpsconnectionpool|pymongo|aiohttp|\bpip\b|\(? ssl\.c:\d|ssl\.sslerror|\bpsql\b|libpq|connection to server at|pg\.connectionbad|operationalerror|\beproto\b|fetch failed|unable to access '|gnutls handshake\(\) failed|\*\*\* (?:fatal error|received alert)|gnutls: received alert|gnutls: a tls fatal alert|tls process (?:ske|server|key exchange)|ssl3 get (?:server|key exchange)|check cert and algorithm|check server certificate|net::err|nss error|failed to enable crypto|fsockopen|stream socket|soapclient|openssl::ssl::sslerror|\blwp\b|ssl connect attempt|ldap start tls|ldapsearch|ssh: |unable to negotiate with|could not connect to server|unable to establish ssl connection|ssl peer (?:rejected|had)|tls client: in state|exception in thread|error sending request|alertreceived|remotealert|received fatal alert: ?[a-z]|tlsalert: received|received server alert|authenticationexception|the request was aborted|webexception|x-curl|imaplib|smtplib|handshake failure on client hello|cannot connect to|sslhandshakeexception/;

const SERVER =
	/ssl accept|starttls=server|postfix[\w-]*\/(?:smtpd|submission|smtps|tlsproxy)|smtpd\[|while ssl handshaking, client|\brip=|(?:imap|pop3|managesieve|submission)-login|\[client |tls handshake error from|in handshake \(server|lost connection after starttls|could not accept ssl connection|tls error on connection from|tls server: in state|tls negotiation failure|post process client hello|get client hello|read client hello|preprocess client hello|early post process client|from client|received client alert|\(accept\)|http: tls|acceptor|nioendpoint/;

const SIDES = new WeakMap<LogLine, { readonly side: Side | undefined }>();

/** Which side a line is from, by its own words. */
export function sideOf(line: LogLine): Side | undefined {
	let known = SIDES.get(line);
	if (known === undefined) {
		known = { side: sideIn(line.text) };
		SIDES.set(line, known);
	}
	return known.side;
}

function sideIn(text: string): Side | undefined {
	if (loadsDhFile(text) || START.test(text)) return "start";
	// A proxy is a client of the servers behind it.
	if (/to upstream/.test(text)) return "client";
	if (SERVER.test(text)) return "server";
	return CLIENT.test(text) ? "client" : undefined;
}

/** Whether the line is about the server's own file of DH parameters. */
export function loadsDhFile(text: string): boolean {
	if (DH_FILE.test(text)) return true;
	const path = NGINX_FILE.exec(text)?.[1];
	if (path === undefined || /cannot load certificate/.test(text)) return false;
	const name = path.slice(path.lastIndexOf("/") + 1);
	return /dh|param|\b\d{4}\b/.test(name) || !CERTIFICATE.test(path);
}

/** The server that a line names, by its name or by words that only it writes. */
export function serverOf({ shown, text }: LogLine): Server | undefined {
	for (const [words, id] of OWN_WORDS) {
		if (words.test(text)) return findServer(id);
	}
	// Host names and addresses say nothing about the program.
	const rest = shown
		.toLowerCase()
		.replace(/\b[a-z]{2,10}:\/\/[^\s"'<>]{1,500}/g, " ")
		.replace(/\b(?:[a-z0-9-]{1,63}\.){2,8}[a-z]{2,18}\b/g, " ");
	const words = new Set(rest.split(/[^a-z0-9-]+/));
	return SERVERS.find(({ id, aliases }) =>
		[id, ...aliases].some((name) => !AMBIGUOUS.has(name) && words.has(name)),
	);
}

// These stand in the addresses and messages of any program.
const AMBIGUOUS = new Set(["https", "ldap", "ssh", "node", "moduli", "imapd"]);

const OWN_WORDS: readonly (readonly [RegExp, string])[] = [
	[/starttls=(?:client|server)\b/, "sendmail"],
	[/postfix[\w-]*\/|smtpd tls /, "postfix"],
	[
		/(?:imap|pop3|managesieve|submission)-login|doveconf|ssl-params:|ssl-parameters\.dat|ssl dh (?:setting|=)/,
		"dovecot",
	],
	[/\bah0\d{4}\b|\[ssl:|sslopensslconfcmd/, "apache"],
	[/\bmod openssl\.c|\(network\.c\.\d/, "lighttpd"],
	[/ssl-dh-param-file|tune\.ssl\.|dh ciphers won't be|config : /, "haproxy"],
	[
		/\[[a-z]+\] \d+#\d+: |pem read bio dhparams\(|set tmp dh\("|bio new file\("/,
		"nginx",
	],
	[
		/options error: |(?<!_)\bssl ctx set0 tmp dh pkey$|cannot (?:load|open) .{0,200}dh parameters(?: from|$)/,
		"openvpn",
	],
	[/sftpdhparamfile|mod sftp/, "proftpd"],
	[/\b(?:tls|main): .{0,200}dh parameters file|tls init def ctx/, "openldap"],
	[/"exim-dh\./, "exim"],
	[/\bdhparamfile "/, "mosquitto"],
	[/\bset ctx: error: |cannot find dh key file/, "coturn"],
	[/error creating contexts? for [cs]2s/, "prosody"],
	[/could not accept ssl connection/, "postgresql"],
	[/\(tls\) alert write:fatal:/, "freeradius"],
	[/\berror 2026\b|\bmysql/, "mysql"],
	[
		/^(?:.{0,60}\b(?:fatal|log|warning): +)?(?:dh: )?could not (?:set|load|open) dh parameters/,
		"postgresql",
	],
];

/** A host and port, such as mail.example.org:25 or [2001:db8::1]:443. */
export function targetOf({ shown }: LogLine): string | undefined {
	const found =
		/(?:^|[\s="'(/@])((?:[a-z0-9-]{1,63}\.){1,8}[a-z0-9-]{1,63}|\[[0-9a-f:]{2,45}\]):(\d{1,5})\b/i.exec(
			shown,
		);
	return found === null ||
		Number(found[2]) > 65535 ||
		SOURCE_FILE.test(found[1] ?? "")
		? undefined
		: `${found[1]}:${found[2]}`;
}

const SOURCE_FILE =
	/\.(?:[ch]|cc|cpp|go|java|rs|py|js|ts|php|rb|pl|conf|cfg)$/i;

const QUOTED =
	/(?:"((?:\/|\.{1,2}\/|[A-Za-z]:[\\/])[^"]{1,400})"|'((?:\/|\.{1,2}\/|[A-Za-z]:[\\/])[^']{1,400})'|[`‘]((?:\/|\.{1,2}\/)[^'’`]{1,400})['’`]|<((?:\/|\.{1,2}\/)[^>]{1,400})>|(?<![\w./:~-])((?:\/|[A-Za-z]:[\\/])[^\s"'`<>()[\]{},;:|]{1,400}|[\w-][\w.-]{0,80}\.(?:pem|dh|dhp|params?|der|crt)\b))/g;
const OTHER_FILE =
	/\.(?:[ch]|cc|cpp|go|java|rs|py|js|ts|conf|cfg|cnf|cf|mc|so|ovpn|log)$|^\/usr\/(?:s?bin|lib)\/|^\/(?:dev|proc)\//i;

/** The file that a line names after its words about DH parameters, or else before them. */
export function pathOf({ shown }: LogLine): string | undefined {
	const at = shown.search(
		/tmp_dh|BIO_new_file|PEM_read_bio_DHparams|dh[-_ ]?param|\bDH\b|exim-dh\.|ssl_dh|--dh\b|dh file|dhparamfile/i,
	);
	const found: { path: string; index: number }[] = [];
	for (const match of shown.matchAll(QUOTED)) {
		const path = match.slice(1).find((part) => part !== undefined);
		const clean = path?.replace(/[.,:;]+$/, "");
		if (clean === undefined || clean.length < 2 || OTHER_FILE.test(clean)) {
			continue;
		}
		if (/^[.\w-]+$/.test(clean) && !/dh|param|\.pem$/i.test(clean)) continue;
		found.push({ path: clean, index: match.index });
	}
	return (found.find(({ index }) => index >= at) ?? found.at(-1))?.path;
}
