import { GNUTLS_OFF } from "./disable.js";
import type { Server } from "./server.js";

// Tried with sendmail 8.17.1.9, Postfix 3.7.11 and Exim 4.96 (GnuTLS 3.7.9) of Debian 12.

export const sendmail: Server = {
	id: "sendmail",
	name: "Sendmail",
	aliases: ["sendmail.mc", "sm-mta"],
	path: "/etc/mail/tls/dhparams.pem",
	probe: "mail.example.org:25",
	variants: [
		{
			applies: "8.11 and later",
			directive: (path) => `define(\`confDH_PARAMETERS', \`${path}')dnl`,
			file: "/etc/mail/sendmail.mc, above the MAILER lines",
			holds:
				"DH parameters in PEM; the word none in place of the file switches DHE off",
			test: "make -C /etc/mail && sendmail -bt -d0.1 < /dev/null",
			testReports: [],
			reload: "systemctl restart sendmail",
			notes: [
				"The quotes are a backtick and an apostrophe: sendmail.mc is read by m4.",
				"In sendmail.cf itself the line is: O DHParameters=FILE",
				"Before 8.15.2 the group without this line has 1024 bits (512 as a client); since then 2048.",
				"Where the file is missing or unreadable, Sendmail serves its built-in group.",
				"With a file of 1024 bits and OpenSSL at security level 2, the log says `Diffie-Hellman init, key=1024 bit`, and then no DHE is offered at all.",
				"The folder must not be writable by group or others, nor any above it: Sendmail refuses the file.",
			],
			disable: {
				directive: "define(`confDH_PARAMETERS', `none')dnl",
				notes: [
					"This is for the server alone: as a client, Sendmail still agrees to DHE.",
					"TLS 1.3 may still agree on a group of RFC 7919 where a client offers nothing else.",
				],
			},
		},
	],
	sources: [
		"https://www.sendmail.org/~ca/email/doc8.12/cf/m4/starttls.html",
		"https://www.oreilly.com/library/view/sendmail-3rd-edition/1565928393/re732.html",
	],
};

export const postfix: Server = {
	id: "postfix",
	name: "Postfix",
	aliases: ["smtpd", "main.cf"],
	path: "/etc/postfix/dhparams.pem",
	probe: "mail.example.org:25",
	program: {
		names: ["postconf"],
		version: [/^mail_version = (\d\S*)/m, "-d", "mail_version"],
	},
	variants: [
		{
			applies: "3.9 and later",
			since: "3.9",
			file: "/etc/postfix/main.cf",
			test: "postfix check",
			testReports: [],
			reload: "postfix reload",
			notes: [
				"No line is needed: without it OpenSSL chooses a standard group of 2048 bits or more.",
				"smtpd_tls_dh1024_param_file still works, but it is obsolete: postconf warns that it will be removed. The makers say: leave it out.",
				"To leave it out: postconf -X smtpd_tls_dh1024_param_file smtpd_tls_dh512_param_file",
			],
			disable: {
				directive: "smtpd_tls_exclude_ciphers = kDHE",
				tls13: "tls_ffdhe_auto_groups =",
				notes: [
					"Where main.cf has this line already, add kDHE to its list.",
					"tls_ffdhe_auto_groups is for Postfix as a client too.",
				],
			},
		},
		{
			applies: "3.8 and before",
			directive: (path) => `smtpd_tls_dh1024_param_file = ${path}`,
			file: "/etc/postfix/main.cf",
			holds:
				"DH parameters in PEM; since 3.7 with OpenSSL 3, the word auto in place of the file means a standard group",
			test: "postfix check",
			testReports: [],
			reload: "postfix reload",
			notes: [
				"The name is old: it is the file for groups of any size.",
				"The built-in group has 2048 bits since 3.1; before that 1024. It is served where the file is missing or unreadable, and the log says so at the first handshake.",
				"Since 3.7 with OpenSSL 3 an empty value or `auto` leaves the choice to OpenSSL, which takes a standard group: the makers recommend that.",
				"3.9 and later warn of this line.",
				"smtpd_tls_dh512_param_file is for export ciphers only: remove it.",
			],
			disable: {
				directive: "smtpd_tls_exclude_ciphers = kDHE",
				notes: [
					"Where main.cf has this line already, add kDHE to its list.",
					"Before 3.8, Postfix offers no finite-field group in TLS 1.3.",
				],
			},
		},
	],
	sources: [
		"https://www.postfix.org/DEPRECATION_README.html#smtpd_tls_dh1024_param_file",
		"https://www.postfix.org/postconf.5.html#smtpd_tls_dh1024_param_file",
		"https://www.postfix.org/FORWARD_SECRECY_README.html",
	],
};

const EXIM_FILE =
	"the main section of exim.conf (Debian: MAIN_TLS_DHPARAM or exim4.conf.localmacros)";

export const exim: Server = {
	id: "exim",
	name: "Exim",
	aliases: ["exim4"],
	path: "/etc/exim4/dhparams.pem",
	probe: "mail.example.org:25",
	program: {
		names: ["exim4", "exim"],
		version: [/^Exim version (\d\S*)/m, "-bV"],
	},
	variants: [
		{
			applies: "built with OpenSSL (exim -bV shows `Support for: … OpenSSL`)",
			tls: "openssl",
			directive: (path) => `tls_dhparam = ${path}`,
			file: EXIM_FILE,
			holds:
				"DH parameters in PEM; the name of a standard group, such as ffdhe2048, in place of the file means that group, and none means no DHE",
			test: "exim -bV",
			reload: "systemctl restart exim4",
			notes: [
				"Without it Exim uses a built-in group of 2048 bits since 4.80.",
				"tls_dh_max_bits (2236 unless set) refuses larger groups: raise it for 3072 bits and more.",
				"The user that Exim runs as must be able to read the file.",
			],
			disable: {
				directive: "tls_require_ciphers = DEFAULT:!kDHE",
				notes: [
					"Where there is such a line already, add `:!kDHE` to it.",
					"Exim with GnuTLS does not know this syntax: see --tls gnutls.",
				],
			},
		},
		{
			applies:
				"built with GnuTLS (Debian; exim -bV shows `Support for: … GnuTLS`)",
			tls: "gnutls",
			directive: (path) => `tls_dhparam = ${path}`,
			file: EXIM_FILE,
			ignoresFile: true,
			test: "exim4 -bV",
			testReports: [],
			reload: "systemctl restart exim4",
			notes: [
				"No line is needed: GnuTLS 3.6.0 and later serve a group of RFC 7919 instead of the file's: ffdhe2048, or ffdhe3072 where the file's is larger (seen with Exim 4.96 and GnuTLS 3.7).",
				"Where the line is there and the file is missing or unreadable, Exim answers 454 TLS currently unavailable.",
			],
			disable: {
				directive: `tls_require_ciphers = ${GNUTLS_OFF}`,
				notes: [
					"It leaves finite-field groups out of TLS 1.3 as well.",
					"Where there is such a line already, add `:-DHE-RSA:-DHE-DSS:-GROUP-DH-ALL` to it.",
				],
			},
		},
	],
	sources: [
		"https://www.exim.org/exim-html-current/doc/html/spec_html/ch-encrypted_smtp_connections_using_tlsssl.html",
		"https://www.exim.org/exim-html-current/doc/html/spec_html/ch-main_configuration.html",
	],
};
