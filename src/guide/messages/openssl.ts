import { GROUP, type Message, OPENSSL_WORKAROUND } from "./message.js";

// Libraries of OpenSSL's error codes (include/openssl/err.h).
const SSL = 20;
const DH = 5;
const SECLEVEL =
	"https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/";

const dhKeyTooSmall: Message = {
	id: "dh-key-too-small",
	title: "dh key too small",
	seenBy: "client",
	patterns: [/\bdh key (?:length )?(?:is )?too (?:small|short)\b/],
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

const noSharedCipher: Message = {
	id: "no-shared-cipher",
	title: "no shared cipher",
	seenBy: "server",
	patterns: [
		/\bno shared cipher\b/,
		/\bno cipher suites in common\b/,
		/nociphersuitesincommon/,
		/no ciphersuite in common|no cipher suite supported by both/,
		/could not negotiate a supported cipher suite/,
	],
	codes: [[SSL, 193]],
	meaning:
		"A client and this server have no cipher suite in common. Scanners and gen-dhparams probe leave this line, since they offer DHE alone: then it is not a problem. Where a client that you know fails, it offers DHE alone and the server has no usable DH file (or one that its OpenSSL refuses as too small), or it is too old for the cipher list.",
	fix: [
		"Nothing, unless a client that should connect fails. Then see what the server offers: gen-dhparams probe HOST:PORT",
		"If that client can do nothing but DHE:",
		GROUP,
		"If the probe already shows a good group, the cipher lists differ: compare them, and the certificate's type (RSA or ECDSA).",
	],
	sources: [
		"https://wiki.openssl.org/index.php/Diffie-Hellman_parameters",
		SECLEVEL,
	],
};

const noKeyShare: Message = {
	id: "no-suitable-key-share",
	title: "no suitable key share (TLS 1.3)",
	seenBy: "server",
	patterns: [/\bno suitable key share\b|routines.{0,80}no suitable groups/],
	codes: [[SSL, 101]],
	meaning:
		"A client offered TLS 1.3 with groups that this server does not take, such as ffdhe2048 alone. Scanners and gen-dhparams probe do that on purpose. A file of DH parameters has nothing to do with it: TLS 1.3 knows named groups only.",
	fix: [
		"Nothing, unless a client that should connect fails. Then compare the groups: gen-dhparams probe HOST:PORT",
	],
	sources: ["https://www.rfc-editor.org/rfc/rfc8446#section-4.2.7"],
};

const badDhValue: Message = {
	id: "bad-dh-value",
	title: "bad dh value, bad dh p length, invalid public key",
	seenBy: "client",
	eitherSide: true,
	patterns: [
		/\bbad dh (?:value|[pg] (?:length|value)|pub key (?:length|value))\b/,
		/\bdh p too long\b|\bbad dh p\b/,
		/(?:diffie-hellman|dh) routines.{0,80}(?:invalid public key|check (?:pub)?key)/,
		/^(?:error: ?|.{0,40}[:(] ?)?invalid public key\W{0,3}$/,
		/\b(?:dh|diffie-hellman) (?:routines.{0,80})?modulus too (?:large|small)\b|(?:^|: ?)modulus too (?:large|small)\b/,
		/\bdh public value.{0,30}(?:invalid|too)/,
		/diffie-hellman public key is too (?:small|large)/,
		/malformed server key exch/,
	],
	codes: [
		[SSL, 102],
		[SSL, 393],
		[SSL, 395],
		[SSL, 396],
		[DH, 102],
		[DH, 103],
		[DH, 126],
	],
	meaning:
		"The numbers that the other side sends for Diffie-Hellman make no sense to this one: p, g or the public key is not a usable value, or p has more than 10,000 bits or fewer than 512.",
	fix: ["Check the file that the server uses: gen-dhparams check FILE.", GROUP],
	sources: [
		"https://github.com/openssl/openssl/blob/master/include/openssl/sslerr.h",
		"https://github.com/openssl/openssl/blob/master/include/openssl/dherr.h",
	],
};

const WEAK_CERTIFICATE = {
	patterns: [
		/\b(?:ee|ca) key too small\b/,
		/\bca md too weak\b/,
		/certificates? do(?:es)? not conform to algorithm constraints/,
	],
	codes: [
		[SSL, 397],
		[SSL, 398],
		[SSL, 399],
	],
} as const;

const certificateAtStart: Message = {
	id: "certificate-too-weak-at-start",
	title: "ee key too small, from a server that loads its certificate",
	seenBy: "server",
	side: ["start"],
	...WEAK_CERTIFICATE,
	meaning:
		"The server's own OpenSSL refuses the certificate that its configuration names, when it starts: the RSA key has fewer than 2048 bits, or the signature is SHA-1 or MD5. This is not about DH parameters; a new DH file changes nothing.",
	fix: [
		"Get a new certificate with an RSA key of 2048 bits or more (or ECDSA P-256), signed with SHA-256, and name it in the configuration.",
	],
	sources: [SECLEVEL],
};

const certificateTooWeak: Message = {
	id: "certificate-too-weak",
	title: "ee key too small, ca key too small, ca md too weak",
	seenBy: "client",
	...WEAK_CERTIFICATE,
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
	eitherSide: true,
	patterns: [
		/\bunsupported protocol\b/,
		/\balert protocol version\b/,
		/\bwrong version number\b/,
		/fatal alert: ?protocol ?version/,
	],
	codes: [
		[SSL, 258],
		[SSL, 1070],
		[SSL, 267],
	],
	meaning:
		"This is about TLS versions, not about DH parameters: one side speaks TLS 1.0 or 1.1 at most, or no TLS at all on this port (`wrong version number`: perhaps STARTTLS is missing). In a server's log it may be the trace of a scan.",
	fix: [
		"Bring the server to TLS 1.2 or 1.3. gen-dhparams probe HOST:PORT shows what it speaks; --starttls smtp and the like where the port begins in plain text.",
	],
	sources: [
		"https://www.rfc-editor.org/rfc/rfc8996",
		"https://docs.openssl.org/3.0/man7/migration_guide/",
	],
};

const parametersInvalid: Message = {
	id: "parameters-invalid",
	title: "Error, invalid parameters generated (openssl dhparam -check)",
	seenBy: "server",
	patterns: [
		/\berror, invalid parameters generated\b/,
		/\b(?:check )?p (?:value is )?not (?:a )?(?:safe )?prime\b/,
		/\b(?:check )?q (?:value is )?not (?:a )?prime\b/,
		/\b(?:check )?invalid [jq] value\b|\b[jq] value is invalid\b/,
		/\bnot suitable generator\b|\bg value is not a generator\b/,
		/\bunable to check (?:the )?generator\b/,
	],
	// include/openssl/dherr.h
	codes: [
		[DH, 115],
		[DH, 116],
		[DH, 117],
		[DH, 118],
		[DH, 119],
		[DH, 120],
		[DH, 121],
	],
	meaning:
		"OpenSSL has checked a group and rejects it: p or q is not prime, (p − 1)/2 is not prime, or g does not fit. The file is damaged, openssl dhparam -dsaparam made it, or somebody made it weak on purpose. `unable to check the generator value` alone, from OpenSSL before 1.1.1, is harmless: the generator is not 2 or 5.",
	fix: ["See what is wrong with it: gen-dhparams check FILE", GROUP],
	sources: [
		"https://docs.openssl.org/3.0/man3/DH_generate_parameters/",
		"https://github.com/Luzifer/go-dhparam/issues/1",
	],
};

/** In the order in which they are tried. */
export const OPENSSL: readonly Message[] = [
	dhKeyTooSmall,
	noSharedCipher,
	noKeyShare,
	badDhValue,
	parametersInvalid,
	certificateAtStart,
	certificateTooWeak,
	unsupportedProtocol,
];
