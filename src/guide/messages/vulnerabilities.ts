import { GROUP, type Message } from "./message.js";

function nvd(cve: string): string {
	return `https://nvd.nist.gov/vuln/detail/${cve}`;
}

const smallSubgroups: Message = {
	id: "small-subgroups-reported",
	title: "DH small subgroups, CVE-2016-0701 (scanners)",
	seenBy: "scanner",
	patterns: [/\bcve-2016-0701\b|\bdh small subgroups?\b/],
	meaning:
		"OpenSSL 1.0.2 before 1.0.2f may use one private key for many handshakes. With a p that is not a safe prime (X9.42 parameters, RFC 5114, openssl dhparam -dsaparam) a client then learns that key bit by bit.",
	fix: [
		"Update OpenSSL. See whether the file holds a safe prime: gen-dhparams check FILE. Where it does not, replace it:",
		GROUP,
	],
	sources: [
		"https://openssl-library.org/news/secadv/20160128.txt",
		nvd("CVE-2016-0701"),
	],
};

const raccoon: Message = {
	id: "raccoon-reported",
	title: "Raccoon, CVE-2020-1968 (scanners)",
	seenBy: "scanner",
	patterns: [
		/\bcve-2020-1968\b|\bracc?oon attack\b|\bdh public server param \(ys\) reuse\b/,
	],
	meaning:
		"The server uses one Diffie-Hellman key for many connections, and timing may then show the secret of one. OpenSSL before 1.0.2f does that with DHE, 1.0.2 before 1.0.2w with the static suites DH-RSA and DH-DSS; 1.1.1 and later never. A new group does not help.",
	fix: ["Update the TLS library, or turn DHE off until then:", GROUP],
	sources: [
		"https://openssl-library.org/news/secadv/20200909.txt",
		nvd("CVE-2020-1968"),
	],
};

const socat: Message = {
	id: "socat-modulus",
	title: "socat's DH modulus is not prime, CVE-2016-2217 (scanners)",
	seenBy: "scanner",
	patterns: [/\bcve-2016-2217\b/],
	meaning:
		"socat 1.7.3.0 and 2.0.0-b8 serve a built-in p of 1024 bits that is not prime, so its secrets are easier to find.",
	fix: ["Update socat: 1.7.3.1 has a prime of 2048 bits."],
	sources: [
		"https://cryptologie.net/article/329/socat-new-dh-modulus/",
		nvd("CVE-2016-2217"),
	],
};

const library: Message = {
	id: "openssl-dh-bugs",
	title: "CVE-2023-5678, CVE-2018-0732 and other bugs of OpenSSL in DH",
	seenBy: "scanner",
	patterns: [
		/\bcve-(?:2015-3193|2017-373[268]|2018-0732|2019-1551|2023-3446|2023-3817|2023-5678)\b/,
	],
	meaning:
		"A bug of OpenSSL, not of a server's parameters; a new DH file changes nothing. CVE-2023-3446, 2023-3817, 2023-5678 and 2018-0732: too large a p or q, from someone else, takes OpenSSL very long to check or to use. CVE-2015-3193, 2017-3732, 2017-3736, 2017-3738 and 2019-1551: its arithmetic was wrong on x86-64.",
	fix: [
		"Update OpenSSL. gen-dhparams check refuses numbers of more than 10,000 bits before it computes with them.",
	],
	sources: [
		nvd("CVE-2023-5678"),
		nvd("CVE-2018-0732"),
		nvd("CVE-2017-3732"),
		nvd("CVE-2019-1551"),
	],
};

/** Reports that name a vulnerability around DH, most of which no new group mends. */
export const VULNERABILITIES: readonly Message[] = [
	smallSubgroups,
	raccoon,
	socat,
	library,
];
