import { GROUP, type Message, OPENSSL_WORKAROUND } from "./message.js";

const gnutls: Message = {
	id: "gnutls-dh-prime",
	title: "The Diffie-Hellman prime sent by the server is not acceptable",
	seenBy: "client",
	patterns: [
		/Diffie-Hellman prime sent by the server is not acceptable/i,
		/GNUTLS_E_DH_PRIME_UNACCEPTABLE/,
	],
	meaning:
		"GnuTLS (error −63) refuses the server's group: it has fewer bits than the client's priority string asks for, 1008 by default, 2048 with SECURE128 and up.",
	fix: [GROUP],
	workaround: {
		text: "On the client, leave DHE out with the priority string NORMAL:-DHE-RSA; %COMPAT or gnutls_dh_set_prime_bits accept smaller groups.",
		danger: "A small group can be broken by whoever records the connection.",
	},
	sources: [
		"https://www.gnutls.org/manual/html_node/Error-codes.html",
		"https://gnutls.org/manual/html_node/Parameter-generation.html",
	],
};

const firefox: Message = {
	id: "weak-ephemeral-dh-key",
	title: "weak ephemeral Diffie-Hellman key (Firefox, Thunderbird, Chrome)",
	seenBy: "client",
	patterns: [
		/SSL_ERROR_WEAK_SERVER_EPHEMERAL_DH_KEY/,
		/ERR_SSL_WEAK_(?:SERVER_)?EPHEMERAL_DH_KEY/,
		/weak ephemeral Diffie-Hellman/i,
	],
	meaning:
		"The browser or mail program refuses the server's group: NSS and Chrome want 1024 bits at least since 2015 (Logjam). Current Chrome and Firefox use no DHE at all.",
	fix: [GROUP],
	workaround: {
		text: "Old Firefox: security.ssl3.dhe_rsa_aes_128_sha and …_256_sha set to false, so that DHE is left out.",
		danger: "Do not lower security.tls.version.min; it does not help.",
	},
	sources: [
		"https://developer.mozilla.org/en-US/docs/Mozilla/Projects/NSS/SSL_functions/sslerr.html",
		"https://weakdh.org/",
	],
};

const chrome: Message = {
	id: "version-or-cipher-mismatch",
	title: "ERR_SSL_VERSION_OR_CIPHER_MISMATCH, SSL_ERROR_NO_CYPHER_OVERLAP",
	seenBy: "client",
	patterns: [
		/ERR_SSL_VERSION_OR_CIPHER_MISMATCH/,
		/SSL_ERROR_NO_CYPHER_OVERLAP/,
	],
	meaning:
		"Browser and server have no cipher or version in common. Chrome dropped DHE in version 53 (2016), Firefox in 78 (2020): a server that offers DHE alone is not reached, whatever its group.",
	fix: [
		"Turn on ECDHE and TLS 1.2 or 1.3 on the server; a new DH group does not help browsers of today. gen-dhparams probe HOST:PORT shows whether ECDHE is offered.",
	],
	sources: [
		"https://chromestatus.com/feature/5128908798164992",
		"https://www.mozilla.org/en-US/firefox/78.0/releasenotes/",
	],
};

const javaConstraints: Message = {
	id: "java-algorithm-constraints",
	title: "DH ServerKeyExchange does not comply to algorithm constraints (Java)",
	seenBy: "client",
	patterns: [
		/DH ServerKeyExchange does not comply (?:to|with) algorithm constraints/i,
		/SSLHandshakeException.{0,80}algorithm constraints/i,
	],
	meaning:
		"Java refuses the server's group: jdk.tls.disabledAlgorithms names DH keySize < 1024 (768 before 2016).",
	fix: [GROUP],
	workaround: {
		text: "Leave DHE out on the client: jdk.tls.disabledAlgorithms=…, DHE. Taking `DH keySize < 1024` out of the list in java.security accepts the small group.",
		danger: "That setting holds for every connection of this Java.",
	},
	sources: [
		"https://www.java.com/en/configure_crypto.html",
		"https://docs.oracle.com/en/java/javase/17/security/java-secure-socket-extension-jsse-reference-guide.html",
	],
};

const javaPrimeSize: Message = {
	id: "java-prime-size",
	title: "Prime size must be multiple of 64 … (Java 6 to 8)",
	seenBy: "client",
	patterns: [
		/Prime size must be multiple of 64/i,
		/Could not generate DH keypair/i,
	],
	meaning:
		"An old Java client cannot compute with the server's group because it is too LARGE: Java 6 and 7 know 1024 bits at most, Java 8 2048. The server is right.",
	fix: [
		"Update Java: 8 takes 2048 bits since 8u20, current versions 8192. Until then let the server offer ECDHE, which Java 7 and later prefer.",
	],
	workaround: {
		text: "Leave DHE out on that client: jdk.tls.disabledAlgorithms=DHE (Java 7u76 and later).",
		danger: "Do not give the server a group of 1024 bits for it.",
	},
	sources: [
		"https://bugs.openjdk.org/browse/JDK-6521495",
		"https://bugs.openjdk.org/browse/JDK-8072452",
	],
};

const nodeDhParam: Message = {
	id: "node-dh-parameter",
	title: "DH parameter is less than 1024 bits (Node.js)",
	seenBy: "server",
	patterns: [/DH parameter is less than (?:1024|2048) bits/i],
	meaning:
		"A Node.js server was given a `dhparam` of fewer than 1024 bits (an error), or of fewer than 2048 (a warning).",
	fix: [GROUP],
	sources: ["https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions"],
};

const nodeMinDhSize: Message = {
	id: "node-dh-param-size",
	title: "ERR_TLS_DH_PARAM_SIZE (Node.js)",
	seenBy: "client",
	patterns: [
		/ERR_TLS_DH_PARAM_SIZE/,
		/DH parameter size \d{1,6} is less than \d{1,6}/,
	],
	meaning:
		"A Node.js client refuses the server's group: it is smaller than `minDHSize`, 1024 bits unless set.",
	fix: [GROUP],
	workaround: {
		...OPENSSL_WORKAROUND,
		text: `${OPENSSL_WORKAROUND.text} In Node: the options minDHSize and ciphers of tls.connect.`,
	},
	sources: [
		"https://nodejs.org/api/errors.html#err_tls_dh_param_size",
		"https://nodejs.org/api/tls.html#tlsconnectoptions-callback",
	],
};

const schannel: Message = {
	id: "schannel",
	title: "Schannel: fatal alert 40, 0x80090326, SEC_E_ILLEGAL_MESSAGE",
	seenBy: "client",
	patterns: [
		/\b0x80090326\b/i,
		/SEC_E_ILLEGAL_MESSAGE/,
		/schannel.{0,120}\b40\b/i,
	],
	meaning:
		"Windows ended the handshake. Since MS15-055 Schannel refuses DHE groups below 1024 bits (ClientMinKeyBitLength), so a server with an old group fails like this; a missing common cipher does too.",
	fix: [
		"See what the server serves: gen-dhparams probe HOST:PORT. If the group is rejected:",
		GROUP,
	],
	sources: [
		"https://learn.microsoft.com/en-us/windows-server/security/tls/tls-registry-settings",
		"https://support.microsoft.com/help/3061518",
	],
};

const ssh: Message = {
	id: "ssh-group",
	title: "OpenSSH: group out of range, no matching key exchange method",
	seenBy: "client",
	patterns: [
		/DH GEX group out of range/i,
		/no matching key exchange method found.{0,60}diffie-hellman-group(?:1|14|-exchange)-sha1/i,
		/Server sent DH GEX group with \d{1,5} bits|dh_gen_key: group too small/i,
	],
	meaning:
		"An SSH server offers small or old Diffie-Hellman groups only: group1 has 1024 bits, and a moduli file may hold small groups. TLS parameters have nothing to do with it.",
	fix: [
		"Update the SSH server, so that it offers curve25519-sha256. Drop small groups from its moduli file: gen-dhparams config openssh",
	],
	workaround: {
		text: "For this one host: ssh -oKexAlgorithms=+diffie-hellman-group14-sha1 HOST (group1 only where there is nothing else).",
		danger:
			"1024 bits are within reach of states; do not put it into ssh_config for all hosts.",
	},
	sources: [
		"https://www.openssh.com/legacy.html",
		"https://man.openbsd.org/moduli.5",
	],
};

/** In the order in which they are tried. */
export const CLIENTS: readonly Message[] = [
	gnutls,
	firefox,
	chrome,
	javaConstraints,
	javaPrimeSize,
	nodeDhParam,
	nodeMinDhSize,
	schannel,
	ssh,
];
