import { GROUP, type Message } from "./message.js";

const traces: Message = {
	id: "scan-traces",
	title: "Handshakes that broke off within seconds: the traces of a scan",
	seenBy: "server",
	// Found by src/guide/scan.ts, which looks at several lines.
	patterns: [],
	meaning:
		"Several handshakes broke off within seconds, for different reasons. A scan leaves such lines: gen-dhparams probe, testssl.sh, SSL Labs and others offer on purpose what a server does not take, and close when they have seen enough. It is not a problem of the server.",
	fix: [
		"Nothing. If nobody ran a scan and clients that you know fail, see what the server offers: gen-dhparams probe HOST:PORT",
	],
	sources: ["https://testssl.sh/", "https://www.ssllabs.com/ssltest/"],
};

const weak: Message = {
	id: "weak-dh-reported",
	title: "Logjam, weak DH key exchange parameters (scanners)",
	seenBy: "scanner",
	patterns: [
		/\blogjam\b/,
		/\bcve-2015-4000\b/,
		/(?:weak|insecure) diffie-hellman \(dh\) key exchange param/,
		/diffie-hellman key exchange insufficient (?:group|dh group) strength/,
		/insufficient dh group strength/,
		/ssl\/tls diffie-hellman modulus <= ?1024 bits/,
		/ssh .{0,40}diffie-hellman modulus|weak key exchange.{0,60}diffie-hellman/,
		/key exchange \(dh \d{3,5}\) of lower strength/,
		/weak dh group|weak dh (?:key|param)|anonymous diffie-hellman key exchange mitm/,
		/uses (?:a )?(?:common|shared) (?:dh )?primes?|common prime with \d+ bits/,
		/\bdh \d{3,4} bits\b.{0,60}(?:insecure|weak)/,
		/static key ciphers.{0,20}dh|1\.3\.6\.1\.4\.1\.25623\.1\.0\.(?:106223|117840)\b/,
	],
	meaning:
		"A scanner found that the server offers a DH group of 1024 bits or fewer, or one that many servers share (Logjam, CVE-2015-4000; Nessus 83875 and 83738, OpenVAS 106223, SSL Labs grade B or F).",
	fix: [GROUP],
	sources: [
		"https://weakdh.org/",
		"https://nmap.org/nsedoc/scripts/ssl-dh-params.html",
		"https://github.com/ssllabs/research/wiki/SSL-Server-Rating-Guide",
		"https://github.com/ssllabs/ssllabs-scan/issues/128",
	],
};

const dheat: Message = {
	id: "dheat-reported",
	title: "D(HE)at, D(HE)ater, CVE-2002-20001, CVE-2022-40735 (scanners)",
	seenBy: "scanner",
	patterns: [
		/\bd\(he\)at(?:er|tack)?\b|\bdheat(?:er|attack)?\b/,
		/\bcve-2002-20001\b|\bcve-2022-40735\b|\bcve-2024-41996\b/,
		/diffie-hellman ephemeral key exchange dos/,
	],
	meaning:
		"A scanner found that the server offers DHE at all. Anyone can make it compute: a DHE handshake costs the server far more than the client (D(HE)at, CVE-2002-20001). A large group, and a group of one's own, make it worse: OpenSSL uses short exponents only for the named groups (CVE-2022-40735); with OpenSSL 3.0 we measured 2.91 ms a handshake with a group of its own of 2048 bits, 0.42 ms with ffdhe2048.",
	fix: [
		"A new file does not help. Turn DHE off, as RFC 10015 asks for TLS 1.2 too; where old clients need it, serve ffdhe2048 or ffdhe3072, nothing larger, and limit new connections per client:",
		GROUP,
	],
	sources: [
		"https://dheatattack.com/",
		"https://nvd.nist.gov/vuln/detail/CVE-2002-20001",
		"https://nvd.nist.gov/vuln/detail/CVE-2022-40735",
		"https://www.mageni.net/vulnerability/diffie-hellman-ephemeral-key-exchange-dos-vulnerability-ssltls-dheater-117840",
		"https://www.rfc-editor.org/rfc/rfc10015",
	],
};

const deprecated: Message = {
	id: "dhe-deprecated",
	title: "RFC 10015: finite-field Diffie-Hellman is deprecated in TLS 1.2",
	seenBy: "scanner",
	patterns: [
		/\brfc ?-?10015\b|deprecate-obsolete-kex/,
		/(?:dhe|finite[- ]field diffie-hellman) .{0,60}(?:deprecated|obsolete|must not|should not)/,
	],
	meaning:
		"RFC 10015 (July 2026, Proposed Standard) deprecates key exchange by finite-field Diffie-Hellman and by RSA in TLS 1.2. A report that names it asks for DHE to be switched off, not for a better group. ECDHE and TLS 1.3 stay.",
	fix: [GROUP],
	sources: ["https://www.rfc-editor.org/rfc/rfc10015"],
};

/** In the order in which they are tried. */
export const SCANNERS: readonly Message[] = [dheat, deprecated, weak];

/** The one that needs more than a line. */
export const SCAN_TRACES = traces;
