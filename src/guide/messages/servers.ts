import { GROUP, type Message } from "./message.js";

const sendmailInit: Message = {
	id: "sendmail-small-group",
	title: "Diffie-Hellman init, key=1024 bit (Sendmail)",
	seenBy: "server",
	patterns: [/Diffie-Hellman init, key=(?:512|768|1024) bit/i],
	meaning:
		"Sendmail has loaded a small group. Where OpenSSL works at security level 2, it then offers no DHE at all; otherwise clients refuse the group: dh key too small.",
	fix: [
		GROUP,
		"confCIPHER_LIST with @SECLEVEL=0 does not change what Sendmail may load; openssl.cnf does.",
	],
	sources: [
		"https://www.sendmail.org/~ca/email/doc8.12/cf/m4/starttls.html",
		"https://weakdh.org/sysadmin.html",
	],
};

const sendmailFile: Message = {
	id: "sendmail-dh-file",
	title: "STARTTLS=server, error: cannot read or set DH parameters (Sendmail)",
	seenBy: "server",
	patterns: [
		/STARTTLS=\w+, error: (?:cannot read or set DH parameters|illegal value '[^']{0,200}' for DHParam)/i,
		/STARTTLS=\w+: file [^ ]{0,300} unsafe/i,
	],
	meaning:
		"Sendmail cannot use the file that confDH_PARAMETERS names: it is missing, damaged, or it or a folder above it can be written by others than root.",
	fix: [
		"Check the file: gen-dhparams check FILE. It and all folders above it must be writable for root alone.",
		"The quotes in sendmail.mc are a backtick and an apostrophe: define(`confDH_PARAMETERS', `/etc/mail/tls/dhparams.pem')dnl",
		GROUP,
	],
	sources: [
		"https://www.oreilly.com/library/view/sendmail-3rd-edition/1565928393/re732.html",
	],
};

const dovecotFile: Message = {
	id: "dovecot-dh-missing",
	title:
		"Diffie-Hellman key exchange requested, but no DH parameters provided (Dovecot)",
	seenBy: "server",
	patterns: [
		/Diffie-Hellman key exchange requested, but no DH parameters/i,
		/please set ssl_dh=/i,
		/Can't load DH parameters|ssl_dh: Can't/i,
	],
	meaning:
		"A client asked Dovecot for DHE, and its configuration names no file of DH parameters, or one that cannot be read. Clients of today use ECDHE, which needs none.",
	fix: [GROUP],
	sources: [
		"https://doc.dovecot.org/latest/core/summaries/settings.html#ssl_server_dh_file",
		"https://wiki2.dovecot.org/Upgrading/2.3",
	],
};

const mysqlClient: Message = {
	id: "mysql-2026",
	title: "ERROR 2026 (HY000): SSL connection error (MySQL, MariaDB)",
	seenBy: "client",
	patterns: [/\bERROR 2026\b.{0,40}SSL connection error/i],
	meaning:
		"A MySQL client could not make a TLS connection. With `dh key too small` the server is an old one whose built-in group has 512 or 1024 bits; there is no file to replace.",
	fix: [
		"Update the server: gen-dhparams config mysql tells the versions. Until then leave DHE out on it with ssl_cipher.",
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

const openvpn: Message = {
	id: "openvpn-dh",
	title: "Cannot load DH parameters, or an ignored dh option (OpenVPN)",
	seenBy: "server",
	patterns: [
		/Cannot (?:load|open) .{0,200}DH parameters/i,
		/Options error: .{0,40}\bdh\b.{0,80}(?:not|missing)/i,
	],
	meaning:
		"OpenVPN's server needs a file of DH parameters, or `dh none` and clients that speak ECDHE (2.3.3 and later).",
	fix: [GROUP],
	sources: [
		"https://raw.githubusercontent.com/OpenVPN/openvpn/release/2.6/doc/man-sections/tls-options.rst",
	],
};

const scanners: Message = {
	id: "weak-dh-reported",
	title: "Logjam, weak DH key exchange parameters (SSL Labs, testssl.sh, nmap)",
	seenBy: "scanner",
	patterns: [
		/\blogjam\b/i,
		/weak Diffie-Hellman \(DH\) key exchange parameters/i,
		/Diffie-Hellman Key Exchange Insufficient Group Strength/i,
		/Key exchange \(dh \d{3,5}\) of lower strength/i,
		/WEAK DH GROUP/i,
	],
	meaning:
		"A scanner found that the server offers a DH group of 1024 bits or fewer, or one that many servers share (Logjam, CVE-2015-4000).",
	fix: [GROUP],
	sources: [
		"https://weakdh.org/",
		"https://nmap.org/nsedoc/scripts/ssl-dh-params.html",
		"https://github.com/ssllabs/research/wiki/SSL-Server-Rating-Guide",
	],
};

/** In the order in which they are tried. */
export const SERVERS_OWN: readonly Message[] = [
	sendmailInit,
	sendmailFile,
	dovecotFile,
	mysqlClient,
	openvpn,
	scanners,
];
