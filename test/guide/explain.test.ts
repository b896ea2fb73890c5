import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Explanation, explain } from "../../src/guide/explain.js";
import { fixSteps } from "../../src/guide/fix.js";
import { MESSAGES } from "../../src/guide/messages/messages.js";

// Lines as they stand in logs, issue threads and manuals; with the server and the host that they name.
const SAMPLES: readonly (readonly [
	id: string,
	line: string,
	server?: string | undefined,
	target?: string,
])[] = [
	[
		"dh-key-too-small",
		"STARTTLS=client, error: connect failed=-1, reason=dh key too small, SSL_error=1, errno=0",
		"sendmail",
	],
	[
		"dh-key-too-small",
		"14082174:SSL routines:SSL3_CHECK_CERT_AND_ALGORITHM:dh key too small:s3_clnt.c:3331:",
	],
	[
		"dh-key-too-small",
		"error:141A318A:SSL routines:tls_process_ske_dhe:dh key too small",
	],
	[
		"dh-key-too-small",
		"curl: (35) error:0A00018A:SSL routines::dh key too small",
	],
	["dh-key-too-small", "error:0A00018A"],
	["dh-key-too-small", "error:141A318A:lib(20):func(419):reason(394)"],
	["dh-key-too-small", "error:14082174:lib(20):func(130):reason(372)"],
	[
		"dh-key-too-small",
		"ssl.SSLError: [SSL: DH_KEY_TOO_SMALL] dh key too small (_ssl.c:1129)",
	],
	[
		"dh-key-too-small",
		"Error: write EPROTO 140:error:141A318A:SSL routines:tls_process_ske_dhe:dh key too small code: 'ERR_SSL_DH_KEY_TOO_SMALL'",
	],
	[
		"dh-key-too-small",
		"postfix/smtp[811]: SSL_connect error to mx.example.net[192.0.2.1]:25: -1 warning: TLS library problem: error:1414D18A:SSL routines:tls_process_key_exchange:dh key too small:",
		"postfix",
	],
	[
		"dh-key-too-small-at-start",
		'nginx: [emerg] SSL_CTX_set_tmp_dh("/etc/nginx/dh.pem") failed (SSL: error:0A00018A:SSL routines::dh key too small)',
		"nginx",
	],
	[
		"dh-key-too-small-at-start",
		"FATAL:  could not set DH parameters: dh key too small",
	],
	[
		"handshake-failure",
		"error:14094410:SSL routines:SSL3_READ_BYTES:sslv3 alert handshake failure:s3_pkt.c:1493:SSL alert number 40",
	],
	[
		"handshake-failure",
		"STARTTLS=server, error: accept failed=-1, reason=sslv3 alert handshake failure, SSL_error=1, errno=0, retry=-1",
		"sendmail",
	],
	["handshake-failure", "0A000410"],
	[
		"no-shared-cipher",
		"2026-11-24 16:19:25.477 GMT [9168] LOG:  could not accept SSL connection: no shared cipher",
		"postgresql",
	],
	["handshake-failure", "remote error: tls: handshake failure"],
	[
		"handshake-refused",
		"javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure",
	],
	[
		"handshake-failure",
		"Error: 4047:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure connecting to imap.example.org:993",
		undefined,
		"imap.example.org:993",
	],
	[
		"no-shared-cipher",
		"error:1408A0C1:SSL routines:ssl3_get_client_hello:no shared cipher",
	],
	["no-shared-cipher", "error:0A0000C1:SSL routines::no shared cipher"],
	["bad-dh-value", "SSL routines:ssl3_get_key_exchange:bad dh value:s3_clnt.c"],
	[
		"bad-dh-value",
		"error:05066067:Diffie-Hellman routines:COMPUTE_KEY:modulus too large",
	],
	["certificate-too-weak", "error:0A00018F:SSL routines::ee key too small"],
	[
		"certificate-too-weak-at-start",
		"error:140AB18E:SSL routines:SSL_CTX_use_certificate:ca md too weak",
	],
	["unsupported-protocol", "error:0A000102:SSL routines::unsupported protocol"],
	[
		"unsupported-protocol",
		"error:1408F10B:SSL routines:ssl3_get_record:wrong version number",
	],
	["dh512-setting", "DHParameters = DH512"],
	[
		"gnutls-dh-prime",
		"*** Fatal error: The Diffie-Hellman prime sent by the server is not acceptable (not long enough).",
	],
	[
		"weak-ephemeral-dh-key",
		"Error code: ssl_error_weak_server_ephemeral_dh_key".toUpperCase(),
	],
	[
		"weak-ephemeral-dh-key",
		"Server has a weak ephemeral Diffie-Hellman public key",
	],
	["version-or-cipher-mismatch", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"],
	[
		"java-algorithm-constraints",
		"javax.net.ssl.SSLHandshakeException: DH ServerKeyExchange does not comply to algorithm constraints",
	],
	[
		"java-prime-size",
		"java.security.InvalidAlgorithmParameterException: Prime size must be multiple of 64, and can only range from 512 to 1024 (inclusive)",
	],
	[
		"bad-dh-value",
		"error:02800066:Diffie-Hellman routines::invalid public key",
	],
	["bad-dh-value", "invalid public key"],
	["bad-dh-value", "error:05066066:Diffie-Hellman routines:COMPUTE_KEY"],
	["bad-dh-value", "Diffie-Hellman public key is too small"],
	[
		"postfix-dh-obsolete",
		'postconf: warning: /etc/postfix/main.cf: support for parameter "smtpd_tls_dh1024_param_file" will be removed; instead, do not specify (leave at default)',
		"postfix",
	],
	[
		"no-suitable-key-share",
		"error:0A000065:SSL routines::no suitable key share",
	],
	[
		"haproxy-dh-file",
		"[ALERT]    (18963) : config : parsing [haproxy.cfg:2] : 'ssl-dh-param-file': unable to load DH parameters from file </etc/haproxy/dh.pem>.",
		"haproxy",
	],
	[
		"dh-file-permission",
		'2026-11-24 08:34:32.341 UTC [3452] FATAL:  could not open DH parameters file "/etc/postgresql/dh.pem": Permission denied',
		"postgresql",
	],
	[
		"dh-file-refused",
		"TLS: could not use DH parameters file `/etc/ldap/dh.pem'.",
	],
	[
		"openldap-tls-init",
		"6b05452b.1c1571a4 0x7fdf4dc8b200 main: TLS init def ctx failed: -1",
		"openldap",
	],
	[
		"scan-traces",
		"2026/11/24 08:07:42 [info] 23910#23910: *1 peer closed connection in SSL handshake while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:443\n2026/11/24 08:07:42 [info] 23910#23910: *2 SSL_do_handshake() failed (SSL: error:0A0000C1:SSL routines::no shared cipher) while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:443",
		"nginx",
	],
	["missing-tmp-dh-key", "error:1411B0AB:SSL routines:func(283):reason(171)"],
	["dh-key-too-small-at-start", "error:1408518A:lib(20):func(133):reason(394)"],
	["openvpn-no-dh", "Options error: You must define DH file (--dh)", "openvpn"],
	[
		"openvpn-client-dh",
		"WARNING: Ignoring option 'dh' in tls-client mode, please only include this in your server configuration",
	],
	["dhe-deprecated", "DHE is deprecated by RFC 10015"],
	["weak-dh-reported", "CVE-2015-4000"],
	[
		"weak-dh-reported",
		"83875 - SSL/TLS Diffie-Hellman Modulus <= 1024 Bits (Logjam)",
	],
	[
		"weak-dh-reported",
		"SSL/TLS: Diffie-Hellman Key Exchange Insufficient DH Group Strength Vulnerability",
	],
	["insufficient-security", "error:0A00042F:SSL routines::reason(1071)"],
	["insufficient-security", "TLSV1_ALERT_INSUFFICIENT_SECURITY"],
	["insufficient-security", "The TLS protocol defined fatal error code is 71."],
	["handshake-failure", "SSLV3_ALERT_HANDSHAKE_FAILURE"],
	[
		"handshake-refused",
		"OPENSSL_internal:HANDSHAKE_FAILURE_ON_CLIENT_HELLO alert handshake failure",
	],
	["dh-key-too-small", "ERR_SSL_DH_KEY_TOO_SMALL"],
	[
		"handshake-refused",
		"curl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure",
	],
	[
		"handshake-refused",
		'psql: error: connection to server at "db.example.org", port 5432 failed: SSL error: sslv3 alert handshake failure',
	],
	[
		"certificate-too-weak-at-start",
		'nginx: [emerg] SSL_CTX_use_certificate("/etc/nginx/cert.pem") failed (SSL: error:0A00018F:SSL routines::ee key too small)',
		"nginx",
	],
	[
		"java-algorithm-constraints",
		"DHPublicKey does not comply to algorithm constraints",
	],
	["node-dh-parameter", "Error: DH parameter is less than 1024 bits"],
	[
		"node-dh-param-size",
		"Error [ERR_TLS_DH_PARAM_SIZE]: DH parameter size 1024 is less than 2048",
	],
	["schannel", "The error code 0x80090326 was returned"],
	["ssh-group", "DH GEX group out of range"],
	[
		"ssh-group",
		"Unable to negotiate with 10.0.0.1 port 22: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1",
	],
	[
		"sendmail-small-group",
		"sm-mta[4711]: STARTTLS=server, Diffie-Hellman init, key=1024 bit (1)",
		"sendmail",
	],
	[
		"sendmail-dh-file",
		"STARTTLS=server, error: cannot read or set DH parameters(/etc/mail/tls/dh.pem): error:0906D06C",
		"sendmail",
	],
	[
		"exim-dh-file",
		'2026-11-24 10:10:49 TLS error on connection from (mail.example.com) [127.0.0.1] (failed to rename "exim-dh.XDzMmuj" as "/etc/exim4/dhparams.pem"): Permission denied',
		"exim",
	],
	[
		"dovecot-dh-missing",
		"dovecot: imap-login: Error: Diffie-Hellman key exchange requested, but no DH parameters provided. Set ssl_dh=</path/to/dh.pem",
		"dovecot",
	],
	[
		"dovecot-dh-missing",
		"doveconf: Warning: please set ssl_dh=</etc/dovecot/dh.pem",
	],
	[
		"mysql-2026",
		"ERROR 2026 (HY000): SSL connection error: error:141A318A:SSL routines:tls_process_ske_dhe:dh key too small",
	],
	[
		"openvpn-dh",
		"OpenSSL: error:02001002: Cannot open dh2048.pem for DH parameters",
	],
	[
		"weak-dh-reported",
		"LOGJAM (CVE-2015-4000), experimental VULNERABLE (NOT ok)",
	],
	[
		"weak-dh-reported",
		"This server supports weak Diffie-Hellman (DH) key exchange parameters. Grade capped to B.",
	],
	[
		"weak-dh-reported",
		"Key exchange (dh 1024) of lower strength than certificate key",
	],
];

test.each(SAMPLES)("%s: %s", (id, line, server, target) => {
	const [found, ...others] = explain(String(line));
	expect(others).toEqual([]);
	expect(found?.message.id).toBe(id);
	if (server !== undefined) expect(found?.server?.id).toBe(server);
	if (target !== undefined) expect(found?.target).toBe(target);
});

test("every message has a sample, sources, and stands in docs/explain.md", () => {
	const vectors: readonly { expected: readonly string[] }[] = JSON.parse(
		readFileSync("test/vectors/messages.json", "utf8"),
	);
	const sampled = new Set([
		...SAMPLES.map(([id]) => id),
		...vectors.flatMap(({ expected }) => expected),
	]);
	const page = readFileSync("docs/explain.md", "utf8");
	for (const { id, sources, title } of MESSAGES) {
		expect(sampled.has(id), id).toBe(true);
		expect(page).toContain(`| ${id} `);
		expect(page).toContain(title);
		for (const source of sources) {
			expect(new URL(source).protocol).toBe("https:");
		}
	}
});

test("a log gives each message once, with the line that it was first in", () => {
	const log = [
		"Jan  1 00:00:00 mx sm-mta[1]: STARTTLS=server, Diffie-Hellman init, key=1024 bit (1)",
		"Jan  1 00:00:01 mx sm-mta[2]: all is well",
		"Jan  1 00:00:02 mx sm-mta[2]: reason=sslv3 alert handshake failure",
		"Jan  1 00:00:03 mx sm-mta[3]: reason=sslv3 alert handshake failure",
	].join("\r\n");
	const found = explain(log);
	expect(found.map(({ message }) => message.id)).toEqual([
		"sendmail-small-group",
		"handshake-failure",
	]);
	expect(found[1]?.line).toContain("00:00:02");
});

test.each([
	"",
	"all is well",
	"connection refused",
	"error:02001002:system library:fopen:No such file or directory",
	"deadbeef 00000000 ffffffff",
	"edh key too smallish",
])("%j is not recognised", (line) => {
	expect(explain(line)).toEqual([]);
});

test.each([
	"> STARTTLS=client, error: connect failed=-1, reason=dh key too\n> small, SSL_error=1, errno=0",
	"STARTTLS=client, error: connect failed=-1, reason=dh key t\noo small, SSL_error=1, errno=0",
	"\u001b[31mcurl: (35)\u001b[0m error:0A00018A:SSL routines::\u001b[1mdh key too small\u001b[0m",
	'{"log":"ssl.SSLError: [SSL: DH_KEY_TOO_SMALL] dh key too small (_ssl.c:1056)\\n","stream":"stderr"}',
	"Nov 24 08:00:00 host app[4711]: Error: 140:error:141A318A:SSL routines:tls_process_ske_dhe:dh key too sm",
	"E 2026-11-24T08:00:00.000Z “DH KEY TOO SMALL”",
])("wrapped, coloured, cut off or in JSON: %j", (text) => {
	expect(explain(text).map(({ message }) => message.id)).toEqual([
		"dh-key-too-small",
	]);
});

test.each([
	[
		"of two servers at the same second",
		'Nov 24 08:00:00 a nginx[1]: [emerg] 1#1: SSL_CTX_set_tmp_dh("/etc/nginx/a.pem") failed (SSL: error:0A00018A:SSL routines::dh key too small)\nNov 24 08:00:00 a app[2]: curl: (35) error:0A00018A:SSL routines::dh key too small',
		["dh-key-too-small-at-start", "dh-key-too-small"],
	],
	[
		"of Apache, whose reason follows",
		'[Tue Nov 24 08:00:00.1 2026] [ssl:emerg] [pid 1:tid 1] AH02407: "SSLOpenSSLConfCmd DHParameters /etc/ssl/dh.pem" failed for www:443\n[Tue Nov 24 08:00:00.2 2026] [ssl:emerg] [pid 1:tid 1] SSL Library Error: error:0A00018A:SSL routines::dh key too small',
		["dh-key-too-small-at-start"],
	],
	[
		"of OpenVPN, whose reason comes first",
		"2026-11-24 08:00:00 OpenSSL: error:0A00018A:SSL routines::dh key too small:\n2026-11-24 08:00:00 SSL_CTX_set0_tmp_dh_pkey",
		["dh-key-too-small-at-start"],
	],
	[
		"of a server whose reason is missing",
		'[Tue Nov 24 08:00:00.1 2026] [ssl:emerg] [pid 1:tid 1] AH02407: "SSLOpenSSLConfCmd DHParameters /etc/ssl/dh.pem" failed for www:443',
		["dh-file-refused"],
	],
	[
		"of one client that fails, once",
		"Nov 24 08:00:00 mail postfix/smtpd[5]: SSL_accept error from old[192.0.2.7]: -1\nNov 24 08:00:00 mail postfix/smtpd[5]: warning: TLS library problem: error:0A0000C1:SSL routines::no shared cipher:\nNov 24 08:00:00 mail postfix/smtpd[5]: lost connection after STARTTLS from old[192.0.2.7]",
		["no-shared-cipher"],
	],
] as const)("lines %s", (_, text, expected) => {
	expect(explain(text).map(({ message }) => message.id)).toEqual(expected);
});

test.each([
	["/etc/nginx/ssl/dhparam.pem", "/etc/nginx/ssl/dhparam.pem"],
	["/etc/my keys/dh.pem", "'/etc/my keys/dh.pem'"],
	["/etc/a$(id)/dh.pem", "'/etc/a$(id)/dh.pem'"],
])("the path %s is used in the fix, as the shell takes it", (path, word) => {
	const [found] = explain(
		`nginx: [emerg] SSL_CTX_set_tmp_dh("${path}") failed (SSL: error:0A00018A:SSL routines::dh key too small)`,
	);
	expect(found?.path).toBe(path);
	const steps = fixSteps(found as Explanation).map(({ text }) => text);
	expect(steps[0]).toBe(
		`gen-dhparams ensure ${word} --reload 'systemctl reload-or-restart nginx'`,
	);
	expect(steps.join("\n")).not.toContain("gen-dhparams config");
});

test("MySQL is given no file", () => {
	for (const line of [
		"ERROR 2026 (HY000): SSL connection error: error:141A318A:SSL routines:tls_process_ske_dhe:dh key too small",
		"MySQL said: SSL connection error: error:141A318A:SSL routines:tls_process_ske_dhe:dh key too small",
	]) {
		const [found] = explain(line);
		const steps = fixSteps(found as Explanation).map(({ text }) => text);
		expect(steps.join("\n")).not.toMatch(/\.pem|ensure|--out/);
	}
});

test("a hostile log of 1 MiB does not hang", () => {
	const SIZE = 2 ** 20;
	for (const unit of ["x\n", "dh\n", "dh key too small\n", "dh ", "{\\n"]) {
		const text = unit.repeat(SIZE / unit.length);
		const before = process.cpuUsage();
		explain(text);
		// Half a second; not of the clock, which runs on while the machine does other work.
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1000, unit).toBeLessThan(15_000);
	}
});

test("no line keeps it busy, and nothing that steers a terminal gets out", () => {
	const hostile = fc
		.array(
			fc.constantFrom(
				"dh ",
				"STARTTLS=server, error: ",
				"Cannot load ",
				"a.",
				"a.a:",
				"DHParameters =",
				"\x1b[31m",
				"dh key too small",
				"\u009b",
				"[:::",
				"SSLHandshakeException ",
				" ".repeat(500),
				"1".repeat(300),
			),
			{ maxLength: 400 },
		)
		.map((parts) => parts.join(""));
	fc.assert(
		fc.property(hostile, (text) => {
			for (const { line } of explain(text)) {
				// biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
				expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
			}
		}),
		{ numRuns: 200 },
	);
	for (const unit of [
		"a.",
		"dh key ",
		"file x ",
		"1",
		":",
		"STARTTLS=a: file ",
	]) {
		explain(unit.repeat(500_000 / unit.length));
	}
});
