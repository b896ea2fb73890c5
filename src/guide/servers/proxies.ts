import { TLS13_CURVES, TLS13_NOTE } from "./disable.js";
import type { Server } from "./server.js";

// Tried with HAProxy 2.6.12, hitch 1.7.2, stunnel 5.68 and Squid 5.7 of Debian 12, OpenSSL 3.0.

const HAPROXY_FILE = "the global section of /etc/haproxy/haproxy.cfg";

export const haproxy: Server = {
	id: "haproxy",
	name: "HAProxy",
	aliases: [],
	path: "/etc/haproxy/dhparams.pem",
	probe: "www.example.org:443",
	program: {
		names: ["haproxy"],
		version: [/^HA-?Proxy version (\d\S*)/m, "-v"],
	},
	variants: [
		{
			applies: "1.6 and later",
			since: "1.6",
			directive: (path) => `ssl-dh-param-file ${path}`,
			file: HAPROXY_FILE,
			test: "haproxy -c -f /etc/haproxy/haproxy.cfg",
			testReports: ["missing", "garbage"],
			reload: "systemctl reload haproxy",
			notes: [
				"Parameters in the file of `crt` come first, and are used for that certificate alone.",
				"Without either: a standard group up to tune.ssl.default-dh-param, 2048 bits since 2.2, 1024 before; since 2.6 no DHE at all where that is unset.",
				"A group of too few bits is only warned of, and then no DHE is offered: `unable to use the global DH parameter`.",
			],
			disable: {
				directive: "ssl-default-bind-ciphers HIGH:!aNULL:!kDHE",
				tls13: `ssl-default-bind-curves ${TLS13_CURVES}`,
				notes: [
					"Where there is such a line already, or a bind line names ciphers, add `:!kDHE` there.",
					TLS13_NOTE,
				],
			},
		},
		{
			applies: "1.5",
			since: "1.5",
			directive: () => "tune.ssl.default-dh-param 2048",
			file: HAPROXY_FILE,
			test: "haproxy -c -f /etc/haproxy/haproxy.cfg",
			reload: "systemctl reload haproxy",
			notes: [
				"A standard group, RFC 3526. A group of your own is appended to the file of `crt`.",
			],
			disable: {
				directive: "ssl-default-bind-ciphers HIGH:!aNULL:!kEDH",
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: [
		"https://docs.haproxy.org/2.6/configuration.html#3.1-ssl-dh-param-file",
		"https://docs.haproxy.org/2.6/configuration.html#3.2-tune.ssl.default-dh-param",
	],
};

export const hitch: Server = {
	id: "hitch",
	name: "hitch",
	aliases: ["varnish"],
	path: "/etc/hitch/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "all versions",
			file: "the file of pem-file",
			make: (path) =>
				`gen-dhparams 2048 --out ${path} && cat ${path} >> /etc/hitch/hitch.pem`,
			test: "hitch --test --config=/etc/hitch/hitch.conf",
			testReports: [],
			reload: "systemctl reload hitch",
			notes: [
				"There is no option: the parameters are appended to the file with the key and the certificate.",
				"Without them no DHE is offered. A missing or too small group is only logged: `no DH parameters found`, `Error setting temp DH params`.",
				"Varnish itself speaks no TLS; hitch does it for Varnish.",
			],
			disable: {
				directive: 'ciphers = "HIGH:!aNULL:!kDHE"',
				file: "/etc/hitch/hitch.conf",
				tls13: 'ecdh-curve = "X25519:prime256v1:secp384r1"',
				notes: [
					"Without parameters in the file of pem-file there is no DHE: remove them.",
					TLS13_NOTE,
				],
			},
		},
	],
	sources: [
		"https://github.com/varnish/hitch/blob/master/docs/configuration.md",
		"https://github.com/varnish/hitch/blob/master/hitch.conf.man.rst",
	],
};

export const stunnel: Server = {
	id: "stunnel",
	name: "stunnel",
	aliases: ["stunnel4"],
	path: "/etc/stunnel/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "5.40 and later",
			since: "5.40",
			directive: () => "ciphers = HIGH:!aNULL:!SSLv2:!kDHEPSK",
			file: "the service's section of /etc/stunnel/stunnel.conf",
			make: (path) =>
				`gen-dhparams 2048 --out ${path} && cat ${path} >> /etc/stunnel/stunnel.pem`,
			reload: "systemctl restart stunnel@stunnel",
			notes: [
				"There is no option for the group: the parameters are appended to the certificate's file.",
				"By default no DHE is offered, and there is nothing to do: the ciphers that are built in leave it out (`stunnel -version` shows !DH). The line offers it again.",
				"Without parameters in the file stunnel makes a group of 2048 bits by itself every day while DHE is offered.",
			],
			disable: {
				directive: "ciphers = HIGH:!aNULL:!SSLv2:!DH:!kDHEPSK",
				notes: [
					"This is the default: it is enough to leave the option ciphers out.",
					"TLS 1.3 agrees on no finite-field group either (seen with 5.68).",
				],
			},
		},
		{
			applies: "5.39 and before",
			file: "the file of `cert =`",
			make: "gen-dhparams 2048 >> /etc/stunnel/stunnel.pem",
			reload: "systemctl restart stunnel4",
			notes: [
				"There is no option: the parameters are appended to the certificate's file.",
				"Without them stunnel 5.18 and later make a fresh group of 2048 bits every day; 4.40 and later have a built-in one of 2048 bits.",
			],
			disable: {
				directive: "ciphers = HIGH:!aNULL:!SSLv2:!DH",
				file: "the service's section of /etc/stunnel/stunnel.conf",
				notes: ["Later versions have this as their default."],
			},
		},
	],
	sources: ["https://www.stunnel.org/static/stunnel.html"],
};

const SQUID_PORT =
	"https_port 3129 tls-cert=/etc/squid/cert.pem tls-key=/etc/squid/key.pem";

export const squid: Server = {
	id: "squid",
	name: "Squid",
	aliases: ["squid-openssl"],
	path: "/etc/squid/dhparams.pem",
	probe: "proxy.example.org:3129",
	variants: [
		{
			applies: "4 and later, built with OpenSSL",
			since: "4",
			directive: (path) => `${SQUID_PORT} tls-dh=${path}`,
			file: "/etc/squid/squid.conf, in place of the https_port line (the option works with http_port and ssl-bump too)",
			ignoresFile: true,
			test: "squid -k parse",
			testReports: [],
			reload: "systemctl restart squid",
			notes: [
				"With OpenSSL 3 the line has no effect: Squid reads the file and offers no DHE (seen with 5.7 of Debian 12). Clients use ECDHE or TLS 1.3, and there is nothing to do.",
				"With OpenSSL 1.1 and before, the group is served; without the option no DHE is offered.",
				"`squid -k parse` warns of a missing file or garbage (Failed to open, Failed to decode DH parameters) and still ends with status 0.",
			],
			disable: {
				directive: `${SQUID_PORT} cipher=HIGH:!aNULL:!kDHE`,
				notes: ["Without tls-dh there is no DHE: leave that option out."],
			},
		},
		{
			applies: "3.5",
			since: "3.5",
			directive: (path) =>
				`https_port 3129 cert=/etc/squid/cert.pem key=/etc/squid/key.pem dhparams=${path}`,
			file: "/etc/squid/squid.conf, in place of the https_port line",
			test: "squid -k parse",
			reload: "systemctl restart squid",
			notes: ["3.5 is no longer maintained."],
			disable: {
				directive:
					"https_port 3129 cert=/etc/squid/cert.pem key=/etc/squid/key.pem cipher=HIGH:!aNULL:!kEDH",
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: ["https://www.squid-cache.org/Doc/config/https_port/"],
};
