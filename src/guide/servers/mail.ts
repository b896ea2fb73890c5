import type { Server } from "./server.js";

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
			test: "make -C /etc/mail && sendmail -bt -d0.1 < /dev/null",
			reload: "systemctl restart sendmail",
			notes: [
				"The quotes are a backtick and an apostrophe: sendmail.mc is read by m4.",
				"In sendmail.cf itself the line is: O DHParameters=FILE",
				"Before 8.15.2 the group without this line has 1024 bits (512 as a client); since then 2048.",
				"With a file of 1024 bits and OpenSSL at security level 2, the log says `Diffie-Hellman init, key=1024 bit`, and then no DHE is offered at all.",
				"The folder must not be writable by group or others, nor any above it: Sendmail refuses the file.",
			],
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
	variants: [
		{
			applies: "all versions",
			directive: (path) => `smtpd_tls_dh1024_param_file = ${path}`,
			file: "/etc/postfix/main.cf",
			test: "postfix check",
			reload: "postfix reload",
			notes: [
				"The name is old: it is the file for groups of any size.",
				"The built-in group has 2048 bits since 3.1; before that 1024.",
				"Since 3.7 with OpenSSL 3 an empty value or `auto` leaves the choice to OpenSSL, which takes a group of RFC 7919: the makers recommend that.",
				"smtpd_tls_dh512_param_file is for export ciphers only: remove it.",
			],
		},
	],
	sources: [
		"https://www.postfix.org/postconf.5.html#smtpd_tls_dh1024_param_file",
		"https://www.postfix.org/FORWARD_SECRECY_README.html",
	],
};

export const dovecot: Server = {
	id: "dovecot",
	name: "Dovecot",
	aliases: ["imapd", "pop3d", "managesieve"],
	path: "/etc/dovecot/dh.pem",
	probe: "mail.example.org:993",
	variants: [
		{
			applies: "2.4 and later",
			since: "2.4",
			directive: (path) => `ssl_server_dh_file = ${path}`,
			file: "/etc/dovecot/conf.d/10-ssl.conf",
			test: "doveconf -n > /dev/null",
			reload: "systemctl restart dovecot",
			notes: [
				"Without it no DHE is offered, only ECDHE: enough for all clients of today.",
			],
		},
		{
			applies: "2.3",
			since: "2.3",
			directive: (path) => `ssl_dh = <${path}`,
			file: "/etc/dovecot/conf.d/10-ssl.conf",
			test: "doveconf -n > /dev/null",
			reload: "systemctl restart dovecot",
			notes: [
				"The < belongs to it: it reads the file.",
				"Without it no DHE is offered, only ECDHE: enough for all clients of today.",
			],
		},
		{
			applies: "2.2",
			since: "2.2",
			directive: () => "ssl_dh_parameters_length = 2048",
			file: "/etc/dovecot/conf.d/10-ssl.conf",
			test: "doveconf -n > /dev/null",
			reload:
				"rm -f /var/lib/dovecot/ssl-parameters.dat && systemctl restart dovecot",
			notes: [
				"2.2 takes no file: it makes a group of this size by itself, in the background, for minutes. Until 2.2.31 the size is 1024 bits without this line.",
				"2.2 is no longer maintained; 2.3 and later read a file.",
			],
		},
	],
	sources: [
		"https://doc.dovecot.org/latest/core/summaries/settings.html#ssl_server_dh_file",
		"https://doc.dovecot.org/2.3/configuration_manual/dovecot_ssl_configuration/",
		"https://wiki2.dovecot.org/Upgrading/2.3",
	],
};

export const exim: Server = {
	id: "exim",
	name: "Exim",
	aliases: ["exim4"],
	path: "/etc/exim4/dhparams.pem",
	probe: "mail.example.org:25",
	variants: [
		{
			applies: "built with OpenSSL (exim -bV shows `Support for: … OpenSSL`)",
			tls: "openssl",
			directive: (path) => `tls_dhparam = ${path}`,
			file: "the main section of exim.conf (Debian: MAIN_TLS_DHPARAM or exim4.conf.localmacros)",
			test: "exim -bV",
			reload: "systemctl restart exim4",
			notes: [
				"Without it Exim uses a built-in group of 2048 bits since 4.80.",
				"tls_dh_max_bits (2236 unless set) refuses larger groups: raise it for 3072 bits and more.",
				"The user that Exim runs as must be able to read the file.",
			],
		},
		{
			applies:
				"built with GnuTLS (Debian; exim -bV shows `Support for: … GnuTLS`)",
			tls: "gnutls",
			directive: (path) => `tls_dhparam = ${path}`,
			file: "the main section of exim.conf (Debian: MAIN_TLS_DHPARAM or exim4.conf.localmacros)",
			test: "exim4 -bV",
			reload: "systemctl restart exim4",
			notes: [
				"GnuTLS 3.6.0 and later serve a group of RFC 7919 instead: ffdhe2048, or ffdhe3072 where the file's is larger (seen with Exim 4.96 and GnuTLS 3.7). There is nothing to do.",
			],
		},
	],
	sources: [
		"https://www.exim.org/exim-html-current/doc/html/spec_html/ch-encrypted_smtp_connections_using_tlsssl.html",
		"https://www.exim.org/exim-html-current/doc/html/spec_html/ch-main_configuration.html",
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
		},
		{
			applies: "2.4 and before",
			file: "the file of tls_cert_file",
			make: "gen-dhparams 2048 >> /etc/ssl/certs/cyrus.pem",
			reload: "systemctl restart cyrus-imapd",
			notes: [
				"There is no option: the parameters are appended to the certificate's file.",
			],
		},
	],
	sources: [
		"https://www.cyrusimap.org/imap/reference/manpages/configs/imapd.conf.html",
	],
};

export const courier: Server = {
	id: "courier",
	name: "Courier",
	aliases: ["courier-imap", "imapd-ssl", "pop3d-ssl"],
	path: "/etc/courier/dhparams.pem",
	probe: "mail.example.org:993",
	variants: [
		{
			applies: "4.15 and later",
			since: "4.15",
			directive: (path) => `TLS_DHPARAMS=${path}`,
			file: "imapd-ssl, pop3d-ssl and esmtpd, each in /etc/courier",
			reload: "systemctl restart courier-imap-ssl",
			notes: [
				"The script mkdhparams replaces /etc/courier/dhparams.pem every 25 days, with 768 bits unless DH_BITS says otherwise (Debian): take it out of cron, or set DH_BITS=2048.",
			],
		},
		{
			applies: "4.14 and before",
			directive: (path) => `TLS_DHCERTFILE=${path}`,
			file: "imapd-ssl, pop3d-ssl and esmtpd, each in /etc/courier",
			reload: "systemctl restart courier-imap-ssl",
			notes: ["The file may hold a certificate too."],
		},
	],
	sources: [
		"https://www.courier-mta.org/imap/INSTALL.html",
		"https://www.courier-mta.org/mkdhparams.html",
	],
};
