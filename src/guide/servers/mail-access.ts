import { GNUTLS_OFF, TLS13_CURVES, TLS13_NOTE } from "./disable.js";
import type { Server } from "./server.js";

// Tried with Dovecot 2.3.19.1 and couriertls 1.0.16 (GnuTLS 3.7.9) of Debian 12.

const DOVECOT_FILE = "/etc/dovecot/conf.d/10-ssl.conf";

// Dovecot 2.3's default with !kDHE in it: @STRENGTH has to stay at the end.
const DOVECOT_OFF = {
	directive:
		"ssl_cipher_list = ALL:!kDHE:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH",
	tls13: `ssl_curve_list = ${TLS13_CURVES}`,
};

export const dovecot: Server = {
	id: "dovecot",
	name: "Dovecot",
	aliases: ["imapd", "pop3d", "managesieve"],
	path: "/etc/dovecot/dh.pem",
	probe: "mail.example.org:993",
	program: {
		names: ["dovecot"],
		version: [/^(\d\S*)/m, "--version"],
	},
	variants: [
		{
			applies: "2.4 and later",
			since: "2.4",
			directive: (path) => `ssl_server_dh_file = ${path}`,
			file: DOVECOT_FILE,
			test: "doveconf -n > /dev/null",
			reload: "systemctl restart dovecot",
			notes: [
				"2.3 does not start with this line: dovecot --version shows which one it is.",
				"Without it no DHE is offered, only ECDHE: enough for all current clients.",
			],
			disable: {
				...DOVECOT_OFF,
				notes: [
					"Without ssl_server_dh_file there is no DHE: remove that line.",
					TLS13_NOTE,
				],
			},
		},
		{
			applies: "2.3",
			since: "2.3",
			directive: (path) => `ssl_dh = <${path}`,
			file: DOVECOT_FILE,
			test: "doveconf -n > /dev/null",
			testReports: [],
			reload: "systemctl restart dovecot",
			notes: [
				"The < belongs to it: it reads the file.",
				"2.4 does not start with this line: dovecot --version shows which one it is.",
				"Debian's 10-ssl.conf has such a line already (/usr/share/dovecot/dh.pem, 4096 bits): replace it.",
				"With a missing file Dovecot does not start; with an unreadable or small one it starts, and each TLS connection fails.",
				"Without it no DHE is offered, only ECDHE: enough for all current clients.",
			],
			disable: {
				...DOVECOT_OFF,
				notes: [
					"Without ssl_dh there is no DHE: remove that line. Without this one, a client that offers only DHE leaves `Diffie-Hellman key exchange requested, but no DH parameters provided` in the log.",
					TLS13_NOTE,
				],
			},
		},
		{
			applies: "2.2",
			since: "2.2",
			directive: () => "ssl_dh_parameters_length = 2048",
			file: DOVECOT_FILE,
			test: "doveconf -n > /dev/null",
			reload:
				"rm -f /var/lib/dovecot/ssl-parameters.dat && systemctl restart dovecot",
			notes: [
				"2.2 takes no file: it makes a group of this size by itself, in the background, for minutes. Until 2.2.31 the size is 1024 bits without this line.",
				"2.2 is no longer maintained; 2.3 and later read a file.",
			],
			disable: {
				directive: "ssl_cipher_list = ALL:!LOW:!SSLv2:!EXP:!aNULL:!kEDH",
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: [
		"https://doc.dovecot.org/latest/core/summaries/settings.html#ssl_server_dh_file",
		"https://doc.dovecot.org/2.3/configuration_manual/dovecot_ssl_configuration/",
		"https://wiki2.dovecot.org/Upgrading/2.3",
	],
};

export const cyrus: Server = {
	id: "cyrus",
	name: "Cyrus IMAP",
	aliases: ["cyrus-imapd", "imapd.conf"],
	path: "/etc/ssl/private/cyrus-dhparams.pem",
	probe: "mail.example.org:993",
	variants: [
		{
			applies: "2.5 and later",
			since: "2.5",
			directive: (path) => `tls_server_dhparam: ${path}`,
			file: "/etc/imapd.conf",
			test: "cyr_info conf-lint",
			reload: "systemctl restart cyrus-imapd",
			notes: ["The user cyrus must be able to read the file."],
			disable: {
				directive: "tls_ciphers: TLSv1.2+HIGH:!aNULL:!kDHE:@STRENGTH",
				notes: ["Remove tls_server_dhparam."],
			},
		},
		{
			applies: "2.4 and before",
			file: "the file of tls_cert_file",
			make: "gen-dhparams 2048 >> /etc/ssl/certs/cyrus.pem",
			reload: "systemctl restart cyrus-imapd",
			notes: [
				"There is no option: the parameters are appended to the certificate's file.",
			],
			disable: {
				directive: "tls_cipher_list: DEFAULT:!kEDH",
				file: "/etc/imapd.conf",
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: [
		"https://www.cyrusimap.org/imap/reference/manpages/configs/imapd.conf.html",
	],
};

const COURIER_FILE = "imapd-ssl, pop3d-ssl and esmtpd, each in /etc/courier";

export const courier: Server = {
	id: "courier",
	name: "Courier",
	aliases: ["courier-imap", "imapd-ssl", "pop3d-ssl"],
	path: "/etc/courier/dhparams.pem",
	probe: "mail.example.org:993",
	program: { names: ["couriertls"], folders: ["/usr/lib/courier/bin"] },
	variants: [
		{
			applies: "built with OpenSSL, 4.15 and later",
			since: "4.15",
			tls: "openssl",
			directive: (path) => `TLS_DHPARAMS=${path}`,
			file: COURIER_FILE,
			reload: "systemctl restart courier-imap-ssl",
			notes: [
				"The script mkdhparams replaces /etc/courier/dhparams.pem when it is older than 25 days, with as many bits as DH_BITS says (2048 unless set; 768 in old versions): take it out of cron, or give the file another name.",
			],
			disable: {
				directive: 'TLS_CIPHER_LIST="HIGH:!aNULL:!kDHE"',
				notes: ["Where there is such a line already, add `:!kDHE` to it."],
			},
		},
		{
			applies: "built with GnuTLS (Debian and Ubuntu), 4.15 and later",
			since: "4.15",
			tls: "gnutls",
			directive: (path) => `TLS_DHPARAMS=${path}`,
			file: COURIER_FILE,
			ignoresFile: true,
			reload: "systemctl restart courier-imap-ssl",
			notes: [
				"GnuTLS 3.6.0 and later serve ffdhe2048, whatever group the file holds (seen with couriertls 1.0.16 and GnuTLS 3.7); without a file no DHE is offered. Old clients need the file, all others do not.",
				"The script mkdhparams replaces the file when it is older than 25 days. There DH_BITS is a word of certtool's (medium, high, ultra): with a number such as 2048 certtool fails, and leaves an empty file beside the old one.",
			],
			disable: {
				directive: `TLS_PRIORITY="${GNUTLS_OFF}"`,
				notes: [
					"It leaves finite-field groups out of TLS 1.3 as well.",
					"Where there is such a line already, add `:-DHE-RSA:-DHE-DSS:-GROUP-DH-ALL` to it.",
				],
			},
		},
		{
			applies: "4.14 and before",
			directive: (path) => `TLS_DHCERTFILE=${path}`,
			file: COURIER_FILE,
			reload: "systemctl restart courier-imap-ssl",
			notes: ["The file may hold a certificate too."],
			disable: {
				directive: 'TLS_CIPHER_LIST="HIGH:!aNULL:!kEDH"',
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: [
		"https://www.courier-mta.org/imap/INSTALL.html",
		"https://www.courier-mta.org/mkdhparams.html",
	],
};
