import { GROUP, type Message } from "./message.js";

const SSL = 20;

const FAILURE = {
	patterns: [
		/alert:? ?handshake ?failure/,
		/\balert (?:number |code |is |\[)?40\b/,
		/received alert \[40\]/,
		/(?:received fatal alert|alertreceived|fatal - |tls: |alert,? ?\{?|sslv3 |^|[\s"'([{,:])handshake ?failure(?!s)(?: \(40\)|\(40\))?(?=$|[\s"')\]},:;.])(?<!(?:ssl|tls) handshake failure)/,
		/fatal alert.{0,40}handshake ?failure/,
		/gnutls handshake\(\) failed: handshake failed/,
	],
	codes: [[SSL, 1040]],
} as const;

const refused: Message = {
	id: "handshake-refused",
	title: "alert handshake failure, received by a client",
	seenBy: "client",
	side: ["client"],
	...FAILURE,
	meaning:
		"The server ended the handshake with alert 40 and does not say why. This client did not refuse a small group; then it would say so itself (dh key too small). Mostly the two share no cipher or version: the server has DHE or RSA alone and this client has neither (browsers, Go, rustls), or the server's DH file is missing and it has nothing else. Or the server wants a client certificate or another host name.",
	fix: [
		"See what the server offers: gen-dhparams probe HOST:PORT",
		"On the server, turn on TLS 1.2 or 1.3 with ECDHE; that helps every client since 2013. A DH file alone helps only clients that know DHE.",
		"The server's own log at that time says more: no shared cipher, peer did not return a certificate, unrecognized name.",
	],
	sources: [
		"https://www.rfc-editor.org/rfc/rfc5246#section-7.2.2",
		"https://github.com/QingJ01/Pebble/issues/35",
		"https://github.com/rustls/rustls/issues/259",
	],
};

const failure: Message = {
	id: "handshake-failure",
	title: "sslv3 alert handshake failure, SSL alert number 40",
	seenBy: "server",
	...FAILURE,
	meaning:
		"The other side ended the handshake and does not say why. In a server's log it often means that a client refused the DH group of this server as too small. It can also mean that the two share no cipher or version, or that a client certificate is missing: the group is a suspicion until it was seen. In a client's output it means that the server refused, mostly for want of a common cipher.",
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

const insufficientSecurity: Message = {
	id: "insufficient-security",
	title: "alert insufficient security, SSL alert number 71",
	seenBy: "client",
	eitherSide: true,
	patterns: [
		/insufficient ?security(?! controls)/,
		/\balert (?:number |code |is |\[)?71\b/,
		/alert \[71\]/,
		/(?:alert|error) code is 71\b|desc(?:ription)?[=: ]+71\b/,
	],
	codes: [[SSL, 1071]],
	meaning:
		"One side found the other's offer too weak (alert 71). The usual case with DH: a client that takes only the named groups, such as BouncyCastle since 2020, meets a server with a group of its own, of any size. Or the group has fewer than 2048 bits. A server written in Erlang (RabbitMQ, EMQX, ejabberd) sends the same alert where it shares no cipher, group or signature with the client: then a line with the reason follows, such as no_suitable_ciphers.",
	fix: [
		"Serve a standard group, or no DHE; a fresh group of your own does not help such clients:",
		GROUP,
	],
	workaround: {
		text: "BouncyCastle's JSSE: -Dorg.bouncycastle.jsse.client.dh.disableDefaultSuites=true leaves DHE out. -Dorg.bouncycastle.jsse.client.dh.unrestrictedGroups=true accepts any group.",
		danger:
			"Without that check the client trusts a group that nobody has checked, for every connection.",
	},
	sources: [
		"https://github.com/bcgit/bc-java/issues/1401",
		"https://github.com/bcgit/bc-java/issues/1933",
		"https://www.rfc-editor.org/rfc/rfc5246#section-7.2.2",
	],
};

const schannel: Message = {
	id: "schannel",
	title: "Schannel: fatal alert 40, 0x80090326, SEC_E_ILLEGAL_MESSAGE",
	seenBy: "client",
	patterns: [
		/\b0?x?80090326\b/,
		/sec e illegal message/,
		/schannel.{0,120}\b40\b/,
		/fatal (?:alert|error) code is 40\b/,
		/\b0?x?80090331\b|sec e algorithm mismatch|do not possess a common algorithm/,
		/message received was unexpected or badly formatted/,
	],
	meaning:
		"Windows ended the handshake. Since MS15-055 Schannel refuses DHE groups below 1024 bits (ClientMinKeyBitLength), and a server with an old group fails like this; a missing common cipher does too.",
	fix: [
		"See what the server serves: gen-dhparams probe HOST:PORT. If the group is rejected:",
		GROUP,
	],
	sources: [
		"https://learn.microsoft.com/en-us/windows-server/security/tls/tls-registry-settings",
		"https://support.microsoft.com/help/3061518",
	],
};

/** Those that say more than alert 40. */
export const ALERTS: readonly Message[] = [insufficientSecurity, schannel];

/** Alert 40, after everything that gives a reason. */
export const HANDSHAKE_FAILURE: readonly Message[] = [refused, failure];
