import { FILE, GROUP, type Message } from "./message.js";

/** libssl, as a library number of OpenSSL's error codes. */
const SSL = 20;
const SECLEVEL =
	"https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/";

const tooSmall: Message = {
	id: "dh-key-too-small-at-start",
	title: "dh key too small, from a server that loads its DH file",
	seenBy: "server",
	side: ["start"],
	dhFile: "needed",
	patterns: [/\bdh key (?:length )?(?:is )?too (?:small|short)\b/],
	// In OpenSSL 1.1 ssl3_ctrl and ssl3_ctx_ctrl load a file; SSL_CONF has no code of its own.
	codes: [
		[SSL, 372, 133, 213],
		[SSL, 394, 133, 213],
	],
	meaning:
		"The server's own OpenSSL refuses the file of DH parameters that its configuration names: level 2, the default of current systems, wants 2048 bits, level 1 wants 1024. The file is there; its group is too small. Many servers do not start then; others go on without DHE.",
	fix: [FILE],
	sources: [
		SECLEVEL,
		"https://github.com/mozilla/ssl-config-generator/pull/275",
		"https://z-issue.com/wp/",
	],
};

const missing: Message = {
	id: "dh-file-missing",
	title: "No such file or directory, for a file of DH parameters",
	seenBy: "server",
	side: ["start"],
	dhFile: "needed",
	patterns: [
		/no such file or directory|no such file\b|does not exist|is a directory|\benoent\b|cannot find|the system cannot find/,
		/could not open (?:file or uri for loading params of )?dh parameters/,
	],
	meaning:
		"The configuration names a file of DH parameters that is not there (or is empty, where the message says so). Most servers do not start without it.",
	fix: [
		FILE,
		"Or, where no old client needs DHE, remove the line that names the file.",
	],
	sources: [
		"https://github.com/ummjackson/mastodon-guide/issues/10",
		"https://github.com/opnsense/core/issues/2489",
	],
};

const permission: Message = {
	id: "dh-file-permission",
	title: "Permission denied, for a file of DH parameters",
	seenBy: "server",
	side: ["start"],
	dhFile: "needed",
	patterns: [/permission denied|\beacces\b|access is denied/],
	meaning:
		"The user that the server runs as cannot read its file of DH parameters. The file holds no secret: mode 0644 is right. The folders above it must let that user pass. AppArmor and SELinux give the same message.",
	fix: [
		"chmod 644 the file, and look at the folders above it: namei -l FILE",
		"Where the modes are right: journalctl -k | grep -i denied",
	],
	sources: [
		"https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-DH-PARAMS-FILE",
	],
};

const garbage: Message = {
	id: "dh-file-not-parameters",
	title: "no start line, for a file of DH parameters",
	seenBy: "server",
	side: ["start"],
	dhFile: "needed",
	patterns: [
		/no start line|couldn't parse dh param|could not read params of dh|decoder routines|bad base64|bad end line|asn1 encoding routines|wrong tag|pem lib|pem read|error decoding dh param|invalid dh param|not enough data|header too long|too short/,
		/pem routines/,
	],
	meaning:
		"The file that the configuration names holds no DH parameters: it is empty, cut off, or another kind of file, often a certificate, or still being written by `openssl dhparam`.",
	fix: [
		"See what it holds: gen-dhparams check FILE. Where that is a certificate or a key, name another file in the configuration; ensure leaves such a file alone.",
		FILE,
	],
	sources: [
		"https://github.com/omega8cc/boa/issues/1627",
		"https://github.com/jitsi/docker-jitsi-meet/issues/209",
		"https://github.com/NixOS/nixpkgs/issues/41601",
	],
};

const refused: Message = {
	id: "dh-file-refused",
	title: "could not use DH parameters file (a server at its start)",
	seenBy: "server",
	dhFile: "named",
	vague: true,
	patterns: [
		/\bah02407\b.{0,40}dhparameters/,
		/(?:could not|can't|can ?not|unable to|failed to|error) (?:set up|set|setting|load|loading|use|open|opening|read|reading|import|importing|initiali[sz]e|decode|parse|configure) (?:the )?(?:temp |ephemeral )?(?:tls)?(?:\d+-bit )?(?:dh|diffie-hellman)(?:[- ]?param|\W{0,2}$)/,
		/(?:^|[\s:'])ssl ctx set0? tmp dh(?: pkey)?\b/,
		/\bssl dh: can't\b|\bssl dh: read\(/,
		/dh parameters file '?[^']{0,300}'?.{0,40}(?:fail|unable|could not|error)/,
		/dhparam.{0,200}\) failed/,
	],
	meaning:
		"The server cannot use the file of DH parameters that its configuration names. The line with the reason is not here: the file is missing, unreadable for the server's user, not DH parameters, or too small for the server's OpenSSL (2048 bits on current systems).",
	fix: ["See what it holds: gen-dhparams check FILE", FILE],
	sources: [
		SECLEVEL,
		"https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-DH-PARAMS-FILE",
	],
};

const openldapInit: Message = {
	id: "openldap-tls-init",
	title: "main: TLS init def ctx failed: -1 (OpenLDAP)",
	seenBy: "server",
	dhFile: "named",
	vague: true,
	patterns: [/tls init def ctx failed/],
	meaning:
		"slapd could not set up TLS and does not start. One of its files is missing, unreadable for its user or damaged: certificate, key, or TLSDHParamFile. A line above may name it; with GnuTLS (Debian) a damaged DH file gives no other line.",
	fix: [
		"gen-dhparams check FILE, with the file that TLSDHParamFile names; where it is good, look at the certificate and the key.",
		FILE,
	],
	sources: [
		"https://www.openldap.org/software/man.cgi?query=slapd.conf",
		"https://github.com/openldap/openldap/blob/master/libraries/libldap/tls_g.c",
	],
};

const setting: Message = {
	id: "dh512-setting",
	title: "DHParameters = DH512, or another value that is not a file",
	seenBy: "client",
	patterns: [/^dhparameters ?= ?(?:dh)?\d{3,5}$/],
	meaning:
		"A widely copied line that does nothing good: OpenSSL's configuration knows DHParameters as the name of a server's file (SSL_CONF_cmd). This value is an error there or is ignored, and on a client it changes nothing at all.",
	fix: ["Remove the line.", GROUP],
	sources: ["https://docs.openssl.org/3.0/man3/SSL_CONF_cmd/"],
};

const missingTmpKey: Message = {
	id: "missing-tmp-dh-key",
	title: "missing tmp dh key",
	seenBy: "server",
	patterns: [/\bmissing (?:export )?tmp dh key\b/],
	// include/openssl/sslerr.h
	codes: [[SSL, 171]],
	meaning:
		"The server's cipher list offers DHE, but the program gave OpenSSL no DH parameters. It is an old program or an incomplete configuration.",
	fix: [
		"Name a file of DH parameters in the configuration, or take DHE out of the cipher list:",
		GROUP,
	],
	sources: [
		"https://github.com/netty/netty-tcnative/pull/229",
		"https://github.com/nabla-c0d3/sslyze/issues/449",
	],
};

const slow: Message = {
	id: "openssl-dhparam-slow",
	title: "This is going to take a long time (openssl dhparam)",
	seenBy: "server",
	patterns: [
		/this is going to take a long time/,
		/generating dh parameters, \d{2,5} bit/,
	],
	meaning:
		"Not an error: `openssl dhparam` is searching for a safe prime with one thread. 2048 bits take it seconds to minutes, 4096 bits minutes to an hour, and the file is empty or cut off when it is stopped.",
	fix: [
		"A standard group is there at once: gen-dhparams groups ffdhe2048 > dhparams.pem",
		"A group of your own, with all processors: gen-dhparams 2048 --out dhparams.pem",
	],
	sources: [
		"https://docs.openssl.org/3.0/man1/openssl-dhparam/",
		"https://github.com/gratipay/grtp.co/issues/144",
	],
};

/** In the order in which they are tried. */
export const DH_FILES: readonly Message[] = [
	tooSmall,
	permission,
	garbage,
	missing,
	missingTmpKey,
	setting,
	slow,
	refused,
	openldapInit,
];
