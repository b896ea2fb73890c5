import type { Server } from "./server.js";

// Tried with Prosody 0.12, ejabberd 23.01, Mosquitto 2.0.11 and RabbitMQ 3.10.8 (Erlang/OTP 25) of Debian 12.

export const prosody: Server = {
	id: "prosody",
	name: "Prosody",
	aliases: ["prosodyctl"],
	path: "/etc/prosody/certs/dhparams.pem",
	probe: "im.example.org:5222",
	variants: [
		{
			applies: "0.9 and later",
			directive: (path) => `dhparam = "${path}";`,
			file: "the ssl = { } table of /etc/prosody/prosody.cfg.lua, global or of a VirtualHost",
			test: "prosodyctl check config",
			testReports: [],
			reload: "systemctl restart prosody",
			notes: [
				"Without it no DHE is offered, only ECDHE and TLS 1.3: enough for all current clients.",
				"With a missing file Prosody offers no STARTTLS at all; with garbage or a small group, DHE fails and the rest works.",
				"The user prosody must be able to read the file.",
			],
			disable: {
				directive: 'ciphers = "HIGH:!aNULL:!kDHE";',
				notes: [
					"Without dhparam there is no DHE: remove that line. This one keeps DHE off should it come back.",
					"TLS 1.3 agrees on no finite-field group either (seen with 0.12).",
				],
			},
		},
	],
	sources: ["https://prosody.im/doc/advanced_ssl_config"],
};

export const ejabberd: Server = {
	id: "ejabberd",
	name: "ejabberd",
	aliases: ["ejabberdctl"],
	path: "/etc/ejabberd/dhparams.pem",
	probe: "im.example.org:5222",
	variants: [
		{
			applies: "15 and later",
			since: "15",
			directive: (path) => `c2s_dhfile: "${path}"\ns2s_dhfile: "${path}"`,
			file: "the top level of /etc/ejabberd/ejabberd.yml",
			reload: "systemctl restart ejabberd",
			notes: [
				"Without it ejabberd 23.01 of Debian 12 serves a built-in group whose modulus is not prime: 7 divides it (gen-dhparams probe and openssl dhparam -check say so). Put the line in, or switch DHE off.",
				"c2s is for clients, s2s for other servers. A listener that has a dhfile of its own goes by that.",
				"The user ejabberd must be able to read the file.",
			],
			disable: {
				directive:
					'c2s_ciphers: "HIGH:!aNULL:!eNULL:!3DES:!kDHE:@STRENGTH"\ns2s_ciphers: "HIGH:!aNULL:!eNULL:!3DES:!kDHE:@STRENGTH"',
				notes: [
					"Debian's ejabberd.yml defines the macro TLS_CIPHERS for both: add `!kDHE` there instead.",
				],
			},
		},
	],
	sources: [
		"https://docs.ejabberd.im/admin/configuration/toplevel/#c2s_dhfile",
	],
};

export const mosquitto: Server = {
	id: "mosquitto",
	name: "Mosquitto",
	aliases: ["mqtt"],
	path: "/etc/mosquitto/certs/dhparams.pem",
	variants: [
		{
			applies: "1.5 and later",
			since: "1.5",
			directive: (path) => `dhparamfile ${path}`,
			file: "/etc/mosquitto/conf.d/*.conf, below the listener line that it is for",
			ignoresFile: true,
			reload: "systemctl restart mosquitto",
			notes: [
				"No line is needed: with OpenSSL 1.1 and later a standard group as large as the certificate's RSA key is served.",
				"With the line the file is read, and yet the standard group is served (seen with 2.0.11 and OpenSSL 3.0); where the file is missing, unreadable or small, the broker does not start.",
				"mosquitto has no test of its configuration.",
				"The port of TLS is 8883: gen-dhparams probe HOST:8883 --starttls none",
			],
			disable: {
				directive: "ciphers HIGH:!aNULL:!kDHE",
				notes: [
					"Where there is such a line already, add `:!kDHE` to it.",
					"TLS 1.3 may still agree on a group of RFC 7919 where a client offers nothing else.",
				],
			},
		},
	],
	sources: ["https://mosquitto.org/man/mosquitto-conf-5.html"],
};

// The suites of TLS 1.3 and 1.2 that RabbitMQ's guide keeps, in Erlang's OpenSSL spelling, without DHE.
const RABBITMQ_CIPHERS = [
	"TLS_AES_256_GCM_SHA384",
	"TLS_AES_128_GCM_SHA256",
	"TLS_CHACHA20_POLY1305_SHA256",
	"ECDHE-ECDSA-AES256-GCM-SHA384",
	"ECDHE-RSA-AES256-GCM-SHA384",
	"ECDHE-ECDSA-AES128-GCM-SHA256",
	"ECDHE-RSA-AES128-GCM-SHA256",
];

export const rabbitmq: Server = {
	id: "rabbitmq",
	name: "RabbitMQ",
	aliases: ["rabbitmq-server", "amqp"],
	path: "/etc/rabbitmq/dhparams.pem",
	variants: [
		{
			applies: "3.7 and later",
			since: "3.7",
			directive: (path) => `ssl_options.dhfile = ${path}`,
			file: "/etc/rabbitmq/rabbitmq.conf",
			reload: "systemctl restart rabbitmq-server",
			notes: [
				"Without it Erlang's ssl application serves a standard group of 2048 bits.",
				"The user rabbitmq must be able to read the file.",
				"The port of TLS is 5671: gen-dhparams probe HOST:5671 --starttls none",
			],
			disable: {
				directive: [
					"ssl_options.versions.1 = tlsv1.3",
					"ssl_options.versions.2 = tlsv1.2",
					...RABBITMQ_CIPHERS.map(
						(name, i) => `ssl_options.ciphers.${i + 1} = ${name}`,
					),
				].join("\n"),
				notes: ["They name the only ciphers that are left."],
			},
		},
	],
	sources: ["https://www.rabbitmq.com/docs/ssl"],
};

export const unrealircd: Server = {
	id: "unrealircd",
	name: "UnrealIRCd",
	aliases: ["unreal"],
	path: "/home/ircd/unrealircd/conf/tls/dhparams.pem",
	probe: "irc.example.org:6697",
	variants: [
		{
			applies: "5 and later",
			since: "5",
			directive: (path) => `set { tls { dh "${path}"; } }`,
			file: "unrealircd.conf",
			test: "./unrealircd configtest",
			reload: "./unrealircd rehash",
			notes: [
				"Without it no DHE is offered, only ECDHE and TLS 1.3, as the makers recommend.",
			],
			disable: {
				notes: ["No DHE is offered without the dh line: remove it."],
			},
		},
		{
			applies: "4",
			since: "4",
			directive: (path) => `set { ssl { dh "${path}"; } }`,
			file: "unrealircd.conf",
			reload: "./unrealircd restart",
			notes: ["4 is no longer maintained."],
			disable: {
				notes: ["No DHE is offered without the dh line: remove it."],
			},
		},
	],
	sources: ["https://www.unrealircd.org/docs/TLS_Ciphers_and_protocols"],
};
