import type { Server } from "./server.js";

// Tried with ProFTPD 1.3.8 and Pure-FTPd 1.0.50 of Debian 12, OpenSSL 3.0.

export const proftpd: Server = {
	id: "proftpd",
	name: "ProFTPD",
	aliases: ["mod_tls"],
	path: "/etc/proftpd/dhparams.pem",
	probe: "ftp.example.org:21",
	variants: [
		{
			applies: "all versions with mod_tls",
			directive: (path) => `TLSDHParamFile ${path}`,
			file: "the <IfModule mod_tls.c> block of /etc/proftpd/tls.conf",
			holds:
				"DH parameters in PEM; several sizes in one file are taken, and the one that fits the key is served",
			test: "proftpd -t",
			testReports: ["missing"],
			reload: "systemctl restart proftpd",
			notes: [
				"Without it, and where the file cannot be read, built-in groups are served: 2048 bits, or 1024 where OpenSSL asks for them.",
				"With a file that only has a group of too few bits no DHE is offered.",
			],
			disable: {
				directive: "TLSCipherSuite DEFAULT:!ADH:!EXPORT:!DES:!kDHE",
				notes: [
					"Where there is such a line already, add `:!kDHE` to it.",
					"TLS 1.3 may still agree on a group of RFC 7919 where a client offers nothing else.",
				],
			},
		},
	],
	sources: [
		"https://github.com/proftpd/proftpd/blob/master/doc/contrib/mod_tls.html",
	],
};

export const vsftpd: Server = {
	id: "vsftpd",
	name: "vsftpd",
	aliases: [],
	path: "/etc/vsftpd/dhparams.pem",
	probe: "ftp.example.org:21",
	variants: [
		{
			applies: "Red Hat, Fedora and others with their patch",
			directive: (path) => `dh_param_file=${path}`,
			file: "/etc/vsftpd/vsftpd.conf",
			reload: "systemctl restart vsftpd",
			notes: [
				"vsftpd as its author and Debian ship it knows no such option and does not start with it (`500 OOPS: unrecognised variable`): it serves no DHE there, and there is nothing to do.",
				"No blanks around the equals sign.",
			],
			disable: {
				directive: "ssl_ciphers=HIGH:!aNULL:!kDHE",
				notes: ["Debian's vsftpd offers no DHE: there is nothing to do there."],
			},
		},
	],
	sources: [
		"https://src.fedoraproject.org/rpms/vsftpd/blob/rawhide/f/0021-Introduce-support-for-DHE-based-cipher-suites.patch",
		"https://security.appspot.com/vsftpd/vsftpd_conf.html",
	],
};

export const pureFtpd: Server = {
	id: "pure-ftpd",
	name: "Pure-FTPd",
	aliases: ["pureftpd"],
	path: "/etc/ssl/private/pure-ftpd-dhparams.pem",
	probe: "ftp.example.org:21",
	variants: [
		{
			applies: "built with OpenSSL 1.1 and later (Debian since 11)",
			file: "none",
			reload: "systemctl restart pure-ftpd",
			notes: [
				"No file is read: OpenSSL chooses a standard group as large as the certificate's RSA key (seen with 1.0.50 and OpenSSL 3.0).",
			],
			disable: {
				directive: "TLSCipherSuite HIGH:!aNULL:!kDHE",
				file: "/etc/pure-ftpd/pure-ftpd.conf (Debian: the value alone, in /etc/pure-ftpd/conf/TLSCipherSuite)",
				notes: [
					"TLS 1.3 agrees on no finite-field group either (seen with 1.0.50).",
				],
			},
		},
		{
			applies: "built with OpenSSL 1.0.2 and before",
			file: "/etc/ssl/private/pure-ftpd-dhparams.pem",
			make: "gen-dhparams 2048 --out /etc/ssl/private/pure-ftpd-dhparams.pem",
			reload: "systemctl restart pure-ftpd",
			notes: [
				"There is no option: the name of the file is built in. Without the file, a built-in group is served.",
			],
			disable: {
				directive: "TLSCipherSuite HIGH:!aNULL:!kEDH",
				file: "/etc/pure-ftpd/pure-ftpd.conf (Debian: the value alone, in /etc/pure-ftpd/conf/TLSCipherSuite)",
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: ["https://github.com/jedisct1/pure-ftpd/blob/master/README.TLS"],
};
