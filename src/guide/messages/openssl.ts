import { GROUP, type Message, OPENSSL_WORKAROUND } from "./message.js";

const SSL = 20;
const DH = 5;
const SECLEVEL =
	"https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/";

const dhKeyTooSmallAtStart: Message = {
	id: "dh-key-too-small-at-start",
	title: "dh key too small, from a server that loads its DH file",
	seenBy: "server",
	patterns: [
		/(?:set0?_tmp_dh|ssl3_ctx_ctrl|ssl3_ctrl|dhparam|DH parameters|\bssl_dh\b|load.{0,20}\bDH\b).{0,200}dh key too small/i,
		/could not set DH parameters/i,
	],
	meaning:
		"The server's own OpenSSL refuses the file of DH parameters that its configuration names: level 2, the default of current systems, wants 2048 bits, level 1 wants 1024. Many servers do not start then; others go on without DHE.",
	fix: [GROUP],
	sources: [
		SECLEVEL,
		"https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-DH-PARAMS-FILE",
	],
};

const dhKeyTooSmall: Message = {
	id: "dh-key-too-small",
	title: "dh key too small",
	seenBy: "client",
	patterns: [/\bdh[ _]key[ _]too[ _]small\b/i],
	// 372 until OpenSSL 1.0.2, 394 since 1.1.0 (include/openssl/sslerr.h).
	codes: [
		[SSL, 372],
		[SSL, 394],
	],
	meaning:
		"The server offers a Diffie-Hellman group of fewer bits than this client accepts: 2048 on current systems, 1024 at least on others. The server is to be fixed; the client is right (Logjam, CVE-2015-4000).",
	fix: [GROUP],
	workaround: OPENSSL_WORKAROUND,
	sources: [
		"https://weakdh.org/",
		SECLEVEL,
		"https://www.openssl.org/blog/blog/2015/05/20/logjam-freak-upcoming-changes/",
	],
};

const handshakeFailure: Message = {
	id: "handshake-failure",
	title: "sslv3 alert handshake failure, SSL alert number 40",
	seenBy: "server",
	patterns: [
		/alert handshake failure/i,
		/\balert number 40\b/i,
		/\bhandshake_failure\b/,
		/ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE/,
		/remote error: tls: handshake failure/,
		/fatal alert.{0,40}handshake failure/i,
	],
	codes: [[SSL, 1040]],
	meaning:
		"The other side ended the handshake and does not say why. In a server's log it often means that a client refused the DH group of this server as too small. It can also mean that the two share no cipher or version, or that a client certificate is missing: the group is a suspicion until it was seen.",
	fix: [
		"See what the server serves: gen-dhparams probe HOST:PORT. If the group is rejected:",
		GROUP,
		"If the group is good, compare ciphers and versions: openssl s_client -connect HOST:PORT (with -starttls smtp and the like).",
	],
	workaround: {
		text: "Where the client is the one that refuses, its own log says more; look for `dh key too small` there.",
		danger: "Do not lower the security of a client before the cause is known.",
	},
	sources: [
		"https://www.rfc-editor.org/rfc/rfc5246#section-7.2.2",
		"https://weakdh.org/sysadmin.html",
	],
};

const noSharedCipher: Message = {
	id: "no-shared-cipher",
	title: "no shared cipher",
	seenBy: "server",
	patterns: [/\bno[ _]shared[ _]cipher\b/i, /\bno cipher suites in common\b/i],
	codes: [[SSL, 193]],
	meaning:
		"The client and the server have no cipher suite in common. With DH it happens where a client offers DHE alone and the server has no usable DH file, or one that its OpenSSL refuses as too small: then the server offers no DHE at all.",
	fix: [
		GROUP,
		"If the probe already shows a good group, the cipher lists differ: compare them, and the certificate's type (RSA or ECDSA).",
	],
	sources: [
		"https://wiki.openssl.org/index.php/Diffie-Hellman_parameters",
		SECLEVEL,
	],
};

const badDhValue: Message = {
	id: "bad-dh-value",
	title: "bad dh value, bad dh p length, invalid public key",
	seenBy: "client",
	patterns: [
		/\bbad[ _]dh[ _](?:value|p[ _]length|g[ _]length|pub[ _]key[ _]length)\b/i,
		/\bmodulus too (?:large|small)\b/i,
		/\bdh public value.{0,30}(?:invalid|too)/i,
	],
	codes: [
		[SSL, 102],
		[DH, 103],
		[DH, 126],
	],
	meaning:
		"The numbers that the server sends for Diffie-Hellman make no sense to the client: p or g is no usable value, or p has more than 10,000 bits or fewer than 512.",
	fix: ["Check the file that the server uses: gen-dhparams check FILE.", GROUP],
	sources: [
		"https://github.com/openssl/openssl/blob/master/include/openssl/sslerr.h",
		"https://github.com/openssl/openssl/blob/master/include/openssl/dherr.h",
	],
};

const notDh: Message = {
	id: "certificate-too-weak",
	title: "ee key too small, ca key too small, ca md too weak",
	seenBy: "client",
	patterns: [/\b(?:ee|ca) key too small\b/i, /\bca md too weak\b/i],
	codes: [
		[SSL, 397],
		[SSL, 398],
		[SSL, 399],
	],
	meaning:
		"This is about the certificate, not about DH parameters: its RSA key has fewer than 2048 bits, or it is signed with SHA-1 or MD5. A new DH file changes nothing.",
	fix: [
		"Get a new certificate with an RSA key of 2048 bits or more (or ECDSA P-256), signed with SHA-256.",
	],
	workaround: {
		text: "The cipher string DEFAULT@SECLEVEL=1 accepts the old certificate.",
		danger: "It accepts weak keys and groups everywhere else too.",
	},
	sources: [SECLEVEL],
};

const unsupportedProtocol: Message = {
	id: "unsupported-protocol",
	title: "unsupported protocol, tlsv1 alert protocol version",
	seenBy: "client",
	patterns: [
		/\bunsupported[ _]protocol\b/i,
		/\balert protocol version\b/i,
		/\bwrong[ _]version[ _]number\b/i,
	],
	codes: [
		[SSL, 258],
		[SSL, 1070],
		[SSL, 267],
	],
	meaning:
		"This is about TLS versions, not about DH parameters: one side speaks TLS 1.0 or 1.1 at most, or no TLS at all on this port (`wrong version number`: perhaps STARTTLS is missing).",
	fix: [
		"Bring the server to TLS 1.2 or 1.3. gen-dhparams probe HOST:PORT shows what it speaks; --starttls smtp and the like where the port begins in plain text.",
	],
	sources: [
		"https://www.rfc-editor.org/rfc/rfc8996",
		"https://docs.openssl.org/3.0/man7/migration_guide/",
	],
};

const dhParametersSetting: Message = {
	id: "dh512-setting",
	title: "DHParameters = DH512, or another value that is no file",
	seenBy: "client",
	patterns: [/^[ \t]*DHParameters\s*=\s*(?:DH)?\d{3,5}\s*$/im],
	meaning:
		"A widely copied line that does nothing good: OpenSSL's configuration knows DHParameters as the name of a server's file (SSL_CONF_cmd), so this value is an error there or is ignored, and on a client it changes nothing at all.",
	fix: ["Remove the line.", GROUP],
	workaround: OPENSSL_WORKAROUND,
	sources: ["https://docs.openssl.org/3.0/man3/SSL_CONF_cmd/"],
};

/** In the order in which they are tried. */
export const OPENSSL: readonly Message[] = [
	dhKeyTooSmallAtStart,
	dhKeyTooSmall,
	handshakeFailure,
	noSharedCipher,
	badDhValue,
	notDh,
	unsupportedProtocol,
	dhParametersSetting,
];
