import { FILE, GROUP, type Message } from "./message.js";

const haproxyFile: Message = {
	id: "haproxy-dh-file",
	title: "'ssl-dh-param-file': unable to load DH parameters (HAProxy)",
	seenBy: "server",
	dhFile: "named",
	patterns: [
		/'?ssl-dh-param-file'?\s?: unable to load/,
		/unable to (?:set|load) (?:the )?dh parameters? from (?:global )?file/,
	],
	meaning:
		"HAProxy does not start: the file that ssl-dh-param-file names is missing, or holds no DH parameters.",
	fix: [
		"Where the file is there, see what it holds: gen-dhparams check FILE. Where that is not DH parameters, move it away first: ensure leaves such a file alone.",
		FILE,
		"Or remove the line: HAProxy 2.6 and later then offer no DHE, which current clients do not need.",
	],
	sources: [
		"https://docs.haproxy.org/2.6/configuration.html#3.1-ssl-dh-param-file",
		"https://github.com/haproxy/haproxy/issues/2468",
	],
};

const haproxyGlobal: Message = {
	id: "haproxy-small-group",
	title: "unable to use the global DH parameter (HAProxy)",
	seenBy: "server",
	patterns: [/unable to use the global dh param/],
	meaning:
		"HAProxy has read the file that ssl-dh-param-file names (not the certificate, which the line names), and its OpenSSL refuses the group: it has fewer than 2048 bits, or fewer than 1024 at level 1. HAProxy starts without DHE.",
	fix: [
		"Replace the group in the file that ssl-dh-param-file names in haproxy.cfg, or remove that line where no old client needs DHE:",
		FILE,
	],
	sources: [
		"https://github.com/mozilla/ssl-config-generator/pull/275",
		"https://github.com/haproxy/haproxy/issues/2468",
	],
};

const haproxyBundle: Message = {
	id: "haproxy-dh-in-certificate",
	title: "unable to load the DH parameter specified in … (HAProxy)",
	seenBy: "server",
	patterns: [/unable to load the dh parameter specified in/],
	meaning:
		"The file of `crt` holds certificate, key and DH parameters, and OpenSSL refuses these parameters: too few bits (2048 wanted on current systems). HAProxy starts without DHE for this certificate.",
	fix: [
		"Delete the block from -----BEGIN DH PARAMETERS----- to its END line from the file that the message names. Leave the certificate and the key in it.",
		"Where old clients need DHE, use one file for all certificates:",
		GROUP,
	],
	sources: [
		"https://github.com/haproxy/haproxy/issues/2468",
		"https://docs.haproxy.org/2.6/configuration.html#5.1-crt",
	],
};

const haproxyDefault: Message = {
	id: "haproxy-default-dh",
	title: "Setting tune.ssl.default-dh-param to 1024 by default (HAProxy)",
	seenBy: "server",
	patterns: [
		/setting tune\.ssl\.default-dh-param to \d+ by default/,
		/unable to (?:load|set) default \d+ bits? dh param/,
	],
	meaning:
		"An older HAProxy (before 2.2) serves a standard group of 1024 bits where nothing is set, which clients refuse. Newer OpenSSL does not even load it.",
	fix: [
		"In the global section: tune.ssl.default-dh-param 2048. That is a standard group and needs no file.",
		"A group from a file takes its place:",
		GROUP,
	],
	sources: [
		"https://github.com/lisenet/homelab-ansible/issues/35",
		"https://github.com/haproxy/haproxy/issues/483",
		"https://docs.haproxy.org/2.6/configuration.html#3.2-tune.ssl.default-dh-param",
	],
};

const haproxyKeyword: Message = {
	id: "haproxy-unknown-keyword",
	title: "unknown keyword 'ssl-dh-param-file' (HAProxy 1.5)",
	seenBy: "server",
	patterns: [/unknown keyword 'ssl-dh-param-file'/],
	meaning: "HAProxy 1.5 does not know ssl-dh-param-file; 1.6 and later do.",
	fix: [
		"gen-dhparams config haproxy --server-version 1.5   # tune.ssl.default-dh-param instead",
	],
	sources: ["https://github.com/mozilla/ssl-config-generator/issues/55"],
};

const mysqlClient: Message = {
	id: "mysql-2026",
	title: "ERROR 2026 (HY000): SSL connection error (MySQL, MariaDB)",
	seenBy: "client",
	patterns: [
		/\berror:? 2026\b.{0,80}(?:ssl|tls).{0,300}(?:dh key|handshake|ssl ctx set tmp dh|ssl connection error$)/,
	],
	meaning:
		"A MySQL client could not make a TLS connection. With `dh key too small` the server is an old one whose built-in group has 512 or 1024 bits. MySQL and MariaDB read no file of DH parameters: there is none to replace.",
	fix: [
		"Update the server: gen-dhparams config mysql shows which versions are right. Until then leave DHE out on it with ssl_cipher.",
	],
	workaround: {
		text: "On the client: --ssl-cipher with a list that holds no DHE, such as AES128-SHA256.",
		danger: "Suites without DHE or ECDHE have no forward secrecy.",
	},
	sources: [
		"https://dev.mysql.com/doc/relnotes/mysql/5.7/en/news-5-7-6.html",
		"https://github.com/MariaDB/server/commit/7e7dd8e",
	],
};

const mysqlClientGroup: Message = {
	id: "mysql-client-group",
	title: "SSL connection error: SSL_CTX_set_tmp_dh failed (MySQL)",
	seenBy: "client",
	patterns: [/ssl connection error: ssl ctx set tmp dh failed/],
	meaning:
		"The MySQL client library sets a DH group of its own, which is built in, and the client's OpenSSL refuses it as too small. It never got as far as the server. No file of DH parameters takes part.",
	fix: [
		"Update the client library (libmysqlclient, MySQL Connector/C); current ones have a larger group. The server needs no change.",
	],
	sources: ["https://github.com/PyMySQL/mysqlclient/issues/318"],
};

const OPENVPN_MANUAL =
	"https://raw.githubusercontent.com/OpenVPN/openvpn/release/2.6/doc/man-sections/tls-options.rst";

const openvpnNone: Message = {
	id: "openvpn-no-dh",
	title: "Options error: You must define DH file (--dh) (OpenVPN)",
	seenBy: "server",
	patterns: [/you must define dh file/],
	meaning:
		"The configuration of an OpenVPN server has no `dh` line. `dh none` is right for nearly all: clients since 2.3.3 (2014) speak ECDHE, which needs no file.",
	fix: [
		"In server.conf: dh none",
		"Only where clients older than 2.3.3 connect:",
		GROUP,
	],
	sources: [OPENVPN_MANUAL],
};

const openvpnFile: Message = {
	id: "openvpn-dh",
	title: "--dh fails with, Cannot load DH parameters (OpenVPN)",
	seenBy: "server",
	dhFile: "named",
	vague: true,
	patterns: [
		/--dh fails with/,
		/cannot (?:load|open|read) .{0,300}\bdh parameters/,
		/cannot read inline dh parameters/,
	],
	meaning:
		"OpenVPN does not start: the file of its `dh` line is missing or holds no DH parameters. In a client's profile the line is a mistake: remove it. A server without old clients can say `dh none` (ECDHE, clients since 2.3.3).",
	fix: [FILE],
	sources: [
		OPENVPN_MANUAL,
		"https://github.com/schwabe/ics-openvpn/issues/74",
		"https://github.com/opnsense/core/issues/2489",
	],
};

const openvpnClient: Message = {
	id: "openvpn-client-dh",
	title: "Ignoring option 'dh' in tls-client mode (OpenVPN)",
	seenBy: "client",
	patterns: [/ignoring option 'dh' in tls-client mode/],
	meaning:
		"A client's profile holds a `dh` line, which only a server needs. It does no harm.",
	fix: ["Remove the line from the client's profile."],
	sources: [
		OPENVPN_MANUAL,
		"https://github.com/kylemanna/docker-openvpn/pull/54",
	],
};

const nodeDhParam: Message = {
	id: "node-dh-parameter",
	title: "DH parameter is less than 1024 bits (Node.js)",
	seenBy: "server",
	patterns: [/dh parameter is less than (?:1024|2048) bits/],
	meaning:
		"A Node.js server was given a `dhparam` of fewer than 1024 bits (an error), or of fewer than 2048 (a warning).",
	fix: [GROUP],
	sources: ["https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions"],
};

/** In the order in which they are tried. */
export const SERVER_MESSAGES: readonly Message[] = [
	haproxyGlobal,
	haproxyBundle,
	haproxyFile,
	haproxyDefault,
	haproxyKeyword,
	mysqlClientGroup,
	mysqlClient,
	openvpnNone,
	openvpnFile,
	openvpnClient,
	nodeDhParam,
];
