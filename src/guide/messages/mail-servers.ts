import { FILE, GROUP, type Message } from "./message.js";

const sendmailInit: Message = {
	id: "sendmail-small-group",
	title: "Diffie-Hellman init, key=1024 bit (Sendmail)",
	seenBy: "server",
	patterns: [/diffie-hellman init, key=(?:512|768|1024) bit/],
	meaning:
		"Sendmail has loaded a small group. Where OpenSSL works at security level 2, it then offers no DHE at all; otherwise clients refuse the group: dh key too small.",
	fix: [
		GROUP,
		"confCIPHER_LIST with @SECLEVEL=0 does not change what Sendmail may load; openssl.cnf does.",
	],
	sources: [
		"https://www.sendmail.org/~ca/email/doc8.12/cf/m4/starttls.html",
		"https://weakdh.org/sysadmin.html",
	],
};

const sendmailFile: Message = {
	id: "sendmail-dh-file",
	title: "STARTTLS=server, error: cannot read or set DH parameters (Sendmail)",
	seenBy: "server",
	dhFile: "named",
	patterns: [
		/starttls=\w+, error: (?:cannot read or set dh parameters|illegal value '[^']{0,200}' for dhparam)/,
		/starttls=\w+: file [^ ]{0,300} unsafe/,
	],
	meaning:
		"Sendmail cannot use the file that confDH_PARAMETERS names: it is missing, damaged, too small for OpenSSL, or it or a folder above it can be written by others than root.",
	fix: [
		"See what it holds: gen-dhparams check FILE. It and all folders above it must be writable for root alone.",
		"The quotes in sendmail.mc are a backtick and an apostrophe: define(`confDH_PARAMETERS', `/etc/mail/tls/dhparams.pem')dnl",
		FILE,
	],
	sources: [
		"https://www.oreilly.com/library/view/sendmail-3rd-edition/1565928393/re732.html",
	],
};

const postfixFile: Message = {
	id: "postfix-dh-file",
	title: "cannot load 1024-bit DH parameters from file … (Postfix)",
	seenBy: "server",
	dhFile: "named",
	patterns: [
		/cannot load \d{3,5}-bit dh parameters from file/,
		/error (?:opening|decoding|reading|importing|loading) dh parameters (?:from )?file/,
		/dh parameters.{0,300}using compiled-in defaults/,
	],
	meaning:
		"Postfix cannot read the file that smtpd_tls_dh1024_param_file names: it is missing, unreadable, or holds no DH parameters. Mail goes on with the built-in group: 2048 bits since Postfix 3.1, 1024 before.",
	fix: [
		"Postfix 3.7 and later with OpenSSL 3: the makers recommend no file. Remove the line and let OpenSSL choose a standard group: postconf -X smtpd_tls_dh1024_param_file && postfix reload",
		"Where the file is there, see what it holds: gen-dhparams check FILE. Where that is not DH parameters, move it away first: ensure leaves such a file alone.",
		FILE,
	],
	sources: [
		"https://github.com/docker-mailserver/docker-mailserver/pull/1220",
		"https://www.postfix.org/postconf.5.html#smtpd_tls_dh1024_param_file",
	],
};

const exim: Message = {
	id: "exim-dh-file",
	title: 'failed to rename "exim-dh.…" as … (Exim)',
	seenBy: "server",
	dhFile: "named",
	patterns: [/failed to rename "exim-dh\./],
	meaning:
		"The file that tls_dhparam names is missing. Exim with GnuTLS (Debian) makes one by itself and may not write to that folder. Until the file is there, Exim refuses each STARTTLS.",
	fix: [
		FILE,
		"Or remove the line tls_dhparam: GnuTLS 3.6 and later serve a standard group without it.",
	],
	sources: [
		"https://github.com/Exim/exim/blob/master/src/src/tls-gnu.c",
		"https://www.exim.org/exim-html-current/doc/html/spec_html/ch-encrypted_smtp_connections_using_tlsssl.html",
	],
};

const postfixObsolete: Message = {
	id: "postfix-dh-obsolete",
	title:
		'support for parameter "smtpd_tls_dh1024_param_file" will be removed (Postfix)',
	seenBy: "server",
	patterns: [
		/smtpd tls dh(?:1024|512) param file.{0,40}(?:will be removed|obsolete|deprecated|unused|has been removed|unsupported)/,
		/unused parameter: smtpd tls dh/,
	],
	meaning:
		"Since Postfix 3.9 the parameter is obsolete. It still works and will be removed. Postfix then lets OpenSSL choose a standard group, which is as good as a file.",
	fix: [
		"postconf -X smtpd_tls_dh1024_param_file smtpd_tls_dh512_param_file && postfix reload",
		"No file takes its place.",
	],
	sources: [
		"https://www.postfix.org/DEPRECATION_README.html",
		"https://www.postfix.org/FORWARD_SECRECY_README.html",
	],
};

const dovecotFile: Message = {
	id: "dovecot-dh-missing",
	title:
		"Diffie-Hellman key exchange requested, but no DH parameters provided (Dovecot)",
	seenBy: "server",
	patterns: [
		/diffie-hellman key exchange requested, but no dh param/,
		/please set ss[lh] dh ?=/,
		/set ss[lh] dh=<\/path/,
		/dd if=.{0,200}ssl-parameters\.dat/,
		/ssl dh parameters length.{0,80}(?:removed|obsolete|no longer|not needed)/,
	],
	meaning:
		"Dovecot 2.3 has no file of DH parameters (2.2 made its own), and a client asked for DHE. Scanners and gen-dhparams probe do that. Clients since about 2013 use ECDHE, which needs no file: then there is nothing to fix. The `dd … ssl-parameters.dat` that Dovecot advises brings back the old group, often of 1024 bits.",
	fix: [
		"Nothing, unless an old client fails. To end the warning of an update: remove ssl_dh_parameters_length and /var/lib/dovecot/ssl-parameters.dat.",
		"For old clients:",
		GROUP,
	],
	sources: [
		"https://doc.dovecot.org/2.3/installation_guide/upgrading/from-2.2-to-2.3/",
		"https://github.com/modoboa/modoboa-installer/issues/294",
		"https://github.com/dovecot/documentation/pull/228",
	],
};

/** In the order in which they are tried. */
export const MAIL_SERVER_MESSAGES: readonly Message[] = [
	sendmailInit,
	sendmailFile,
	exim,
	postfixObsolete,
	postfixFile,
	dovecotFile,
];
