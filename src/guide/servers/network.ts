import { GNUTLS_OFF, TLS13_NOTE } from "./disable.js";
import type { Server } from "./server.js";

// Tried with OpenVPN 2.6.14, slapd 2.5.13 (GnuTLS 3.7.9), FreeRADIUS 3.2.1, coturn 4.6.1 and OpenSSH 9.2 of Debian 12.

export const openvpn: Server = {
	id: "openvpn",
	name: "OpenVPN",
	aliases: ["ovpn"],
	path: "/etc/openvpn/server/dh.pem",
	variants: [
		{
			applies: "all versions, on the server",
			directive: (path) => `dh ${path}`,
			file: "/etc/openvpn/server/server.conf",
			holds:
				"DH parameters in PEM, in the file or between <dh> and </dh> in the configuration; since 2.4, the word none in place of the file",
			reload: "systemctl restart openvpn-server@server",
			notes: [
				"Since 2.4 `dh none` turns DHE off in favour of ECDHE, which all clients since 2.3.3 speak: the simplest way.",
				"Clients need no such line; they warn of one.",
				"OpenVPN has no test of its configuration: with a bad file it does not start.",
				"Its TLS runs inside its own protocol: probe cannot see it. A client with --verb 4 prints `peer temporary key`.",
			],
			disable: {
				directive: "dh none",
				tls13: "tls-groups X25519:secp256r1:secp384r1",
				notes: [
					"It replaces the line dh FILE. Since 2.4; clients before 2.3.3 know no ECDHE.",
					"tls-groups is there since 2.5.",
					TLS13_NOTE,
				],
			},
		},
	],
	sources: [
		"https://raw.githubusercontent.com/OpenVPN/openvpn/release/2.6/doc/man-sections/tls-options.rst",
		"https://openvpn.net/community-resources/reference-manual-for-openvpn-2-6/",
	],
};

const SLAPD_FILE = "slapd.conf (in cn=config: olcTLSDHParamFile)";
const SLAPD_CIPHERS = "slapd.conf (in cn=config: olcTLSCipherSuite)";

export const openldap: Server = {
	id: "openldap",
	name: "OpenLDAP",
	aliases: ["slapd", "ldap"],
	path: "/etc/ldap/dhparams.pem",
	probe: "ldap.example.org:636",
	program: {
		names: ["slapd"],
		folders: ["/usr/lib/openldap", "/usr/libexec", "/usr/local/libexec"],
		version: [/slapd (\d[^\s(]*)/, "-VV"],
		libraries: ["/usr/lib/*/libldap*.so*", "/usr/lib64/libldap*.so*"],
	},
	variants: [
		{
			applies: "built with OpenSSL",
			tls: "openssl",
			directive: (path) => `TLSDHParamFile ${path}`,
			file: SLAPD_FILE,
			test: "slaptest -u",
			reload: "systemctl restart slapd",
			notes: [
				"Without it no DHE is offered.",
				"ldd $(command -v slapd) shows which library it is: libssl or libgnutls.",
			],
			disable: {
				directive: "TLSCipherSuite HIGH:!aNULL:!kDHE",
				file: SLAPD_CIPHERS,
				notes: [
					"Without TLSDHParamFile there is no DHE: remove that line.",
					"slapd with GnuTLS does not know this syntax and does not start: see --tls gnutls.",
				],
			},
		},
		{
			applies: "built with GnuTLS (Debian up to 12, and Ubuntu)",
			tls: "gnutls",
			directive: (path) => `TLSDHParamFile ${path}`,
			file: SLAPD_FILE,
			ignoresFile: true,
			test: "slaptest -u",
			testReports: [],
			reload: "systemctl restart slapd",
			notes: [
				"Without the line no DHE is offered. With it slapd reads the file and serves ffdhe2048, whatever group it holds (seen with 2.5 and GnuTLS 3.7): old clients need the line, all others do not.",
				"With a missing or unreadable file slapd does not start.",
				"ldd $(command -v slapd) shows which library it is: libssl or libgnutls.",
			],
			disable: {
				directive: `TLSCipherSuite ${GNUTLS_OFF}`,
				file: SLAPD_CIPHERS,
				notes: [
					"It leaves finite-field groups out of TLS 1.3 as well.",
					"Without TLSDHParamFile there is no DHE in TLS 1.2: remove that line.",
				],
			},
		},
	],
	sources: ["https://www.openldap.org/software/man.cgi?query=slapd.conf"],
};

export const freeradius: Server = {
	id: "freeradius",
	name: "FreeRADIUS",
	aliases: ["radiusd", "radsec", "eap-tls"],
	path: "/etc/freeradius/3.0/certs/dh",
	variants: [
		{
			applies: "3 with OpenSSL 1.1 and later",
			since: "3",
			file: "the tls-config section of /etc/freeradius/3.0/mods-available/eap",
			test: "freeradius -CX",
			reload: "systemctl restart freeradius",
			notes: [
				"No line is needed: comment dh_file out, and OpenSSL chooses a standard group. The makers say the same in the sample configuration.",
				"With dh_file FreeRADIUS 3.2.1 and OpenSSL 3.0 offer no DHE at all, good as the file may be.",
				"EAP runs inside RADIUS, which probe does not speak; RadSec (TLS on port 2083) has the same settings: gen-dhparams probe HOST:2083 --starttls none",
			],
			disable: {
				directive: 'cipher_list = "HIGH:!aNULL:!kDHE"',
				notes: ["Where there is such a line already, add `:!kDHE` to it."],
			},
		},
		{
			applies: "2, and 3 with OpenSSL 1.0.2 and before",
			since: "2",
			directive: (path) => `dh_file = ${path}`,
			file: "the tls section of eap.conf (3: tls-config in mods-available/eap)",
			test: "radiusd -CX",
			reload: "systemctl restart radiusd",
			notes: ["Without it no DHE is offered."],
			disable: {
				directive: 'cipher_list = "HIGH:!aNULL:!kEDH"',
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: [
		"https://github.com/FreeRADIUS/freeradius-server/blob/v3.2.x/raddb/mods-available/eap",
	],
};

export const coturn: Server = {
	id: "coturn",
	name: "coturn",
	aliases: ["turnserver"],
	path: "/etc/coturn/dhparams.pem",
	probe: "turn.example.org:5349",
	variants: [
		{
			applies: "all versions",
			directive: (path) => `dh-file=${path}`,
			file: "/etc/turnserver.conf",
			reload: "systemctl restart coturn",
			notes: [
				"Without it, and where the file is missing or unreadable, a built-in group of 2066 bits is served.",
				"With a group of fewer bits than OpenSSL allows no DHE is offered: ERROR: cannot set DH.",
				"coturn has no test of its configuration.",
				"Remove dh566 and dh1066, which ask for groups of that many bits.",
			],
			disable: {
				directive: 'cipher-list="HIGH:!aNULL:!kDHE"',
				notes: ["Where there is such a line already, add `:!kDHE` to it."],
			},
		},
	],
	sources: [
		"https://github.com/coturn/coturn/blob/master/examples/etc/turnserver.conf",
	],
};
