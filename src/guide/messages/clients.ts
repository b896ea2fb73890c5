import { GROUP, type Message, OPENSSL_WORKAROUND } from "./message.js";

const gnutls: Message = {
	id: "gnutls-dh-prime",
	title: "The Diffie-Hellman prime sent by the server is not acceptable",
	seenBy: "client",
	patterns: [
		/diffie-hellman prime sent by the server is not acceptable/,
		/gnutls e dh prime unacceptable/,
		/gnutls.{0,80}(?:error|code)?[ :(=]+-63\b/,
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
		/ssl error weak server ephemeral dh key/,
		/err ssl weak (?:server )?ephemeral dh key/,
		/weak ephemeral (?:diffie-hellman|dh)/,
		/weak server ephemeral dh key/,
		/nss error -12173\b/,
	],
	meaning:
		"The browser or mail program refuses the server's group: NSS and Chrome want 1024 bits at least since 2015 (Logjam). Current Chrome and Firefox use no DHE at all.",
	fix: [GROUP],
	workaround: {
		text: "Old Firefox: security.ssl3.dhe_rsa_aes_128_sha and …_256_sha set to false, which leaves DHE out.",
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
		/err ssl version or cipher mismatch/,
		/ssl error no cypher overlap/,
		/nss error -12286\b/,
		/no common encryption algorithm/,
		/client and server don't support a common ssl protocol version or cipher suite/,
	],
	meaning:
		"Browser and server have no cipher or version in common. Chrome dropped DHE in version 53 (2016), Firefox in 78 (2020): a server that offers DHE alone is not reached, whatever its group.",
	fix: [
		"Turn on ECDHE and TLS 1.2 or 1.3 on the server; a new DH group does not help current browsers. gen-dhparams probe HOST:PORT shows whether ECDHE is offered.",
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
		/dh ?(?:serverkeyexchange|publickey|privatekey|\b).{0,20}does not comply (?:to|with) algorithm constraints/,
		/sslhandshakeexception.{0,80}\bdh\w{0,20}.{0,40}algorithm constraints/,
		/algorithm constraints check failed.{0,60}\b(?:dh|diffiehellman)/,
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
	title: "Prime size, DH key size must be multiple of 64 … (Java)",
	seenBy: "client",
	patterns: [
		/(?:prime|dh key) size must be (?:a )?multiple of 64/,
		/could not generate dh keypair/,
		/(?:prime|key) size.{0,40}can only range from 512 to \d{4}/,
	],
	meaning:
		"A Java client cannot compute with the server's group. Mostly the group is too LARGE for an old Java: 6 and 7 know 1024 bits at most, 8 and 9 know 2048, later versions 8192; then the server is right. Where the message names a size that is not a multiple of 64, such as 2047, the server's group is odd and has to be replaced. SSH and SFTP clients in Java (JSch) say the same.",
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

const nodeMinDhSize: Message = {
	id: "node-dh-param-size",
	title: "ERR_TLS_DH_PARAM_SIZE (Node.js)",
	seenBy: "client",
	patterns: [
		/err tls dh param size/,
		/dh parameter size \d{1,6} is less than \d{1,6}/,
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

/** In the order in which they are tried. */
export const CLIENTS: readonly Message[] = [
	gnutls,
	firefox,
	chrome,
	javaConstraints,
	javaPrimeSize,
	nodeMinDhSize,
];
