import type { Server } from "./server.js";

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
			reload: "systemctl restart openvpn-server@server",
			notes: [
				"Since 2.4 `dh none` turns DHE off in favour of ECDHE, which all clients since 2.3.3 speak: the simplest way.",
				"Clients need no such line; they warn of one.",
			],
		},
	],
	sources: [
		"https://raw.githubusercontent.com/OpenVPN/openvpn/release/2.6/doc/man-sections/tls-options.rst",
		"https://openvpn.net/community-resources/reference-manual-for-openvpn-2-6/",
	],
};

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
			test: "proftpd -t",
			reload: "systemctl restart proftpd",
			notes: [
				"Without it built-in groups are served, of 1024 bits where OpenSSL asks for them.",
			],
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
		},
	],
	sources: [
		"https://src.fedoraproject.org/rpms/vsftpd/blob/rawhide/f/0021-Introduce-support-for-DHE-based-cipher-suites.patch",
		"https://security.appspot.com/vsftpd/vsftpd_conf.html",
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
			applies: "all versions",
			file: "the file of `cert =`",
			make: "gen-dhparams 2048 >> /etc/stunnel/stunnel.pem",
			reload: "systemctl restart stunnel4",
			notes: [
				"There is no option: the parameters are appended to the certificate's file.",
				"Without them stunnel 5.18 and later make a fresh group of 2048 bits every day; 4.40 and later have a built-in one of 2048 bits.",
			],
		},
	],
	sources: ["https://www.stunnel.org/static/stunnel.html"],
};

export const postgresql: Server = {
	id: "postgresql",
	name: "PostgreSQL",
	aliases: ["postgres", "pgsql"],
	path: "/etc/postgresql/dhparams.pem",
	probe: "db.example.org:5432",
	variants: [
		{
			applies: "10 and later",
			since: "10",
			directive: (path) => `ssl_dh_params_file = '${path}'`,
			file: "postgresql.conf",
			test: "psql -c 'SELECT * FROM pg_file_settings WHERE error IS NOT NULL'",
			reload: "systemctl reload postgresql",
			notes: [
				"Without it a built-in group of 2048 bits is served.",
				"With a file of fewer bits than OpenSSL allows, the server does not start: could not set DH parameters: dh key too small.",
				"The user postgres must be able to read the file.",
			],
		},
		{
			applies: "9.6 and before",
			file: "dh1024.pem in the data directory, whatever its size",
			make: "gen-dhparams 2048 --out /var/lib/pgsql/data/dh1024.pem",
			reload: "systemctl restart postgresql",
			notes: [
				"There is no option: put the file there under this name, readable for the user postgres.",
			],
		},
	],
	sources: [
		"https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-DH-PARAMS-FILE",
	],
};

export const mysql: Server = {
	id: "mysql",
	name: "MySQL",
	aliases: ["mysqld"],
	path: "/etc/mysql/dhparams.pem",
	probe: "db.example.org:3306",
	variants: [
		{
			applies: "all versions",
			file: "none",
			notes: [
				"MySQL reads no file: the group is built in. 512 bits before 5.5.45, 5.6.26 and 5.7.6; 2048 bits since; groups of RFC 7919 in current 8.x.",
				"`dh key too small` from a MySQL client means an old server: upgrade it, or leave DHE out on it with ssl_cipher.",
			],
		},
	],
	sources: [
		"https://dev.mysql.com/doc/relnotes/mysql/5.7/en/news-5-7-6.html",
		"https://dev.mysql.com/doc/dev/mysql-server/8.0.37/dh__ecdh__config_8h.html",
	],
};

export const mariadb: Server = {
	id: "mariadb",
	name: "MariaDB",
	aliases: ["mariadbd"],
	path: "/etc/mysql/dhparams.pem",
	probe: "db.example.org:3306",
	variants: [
		{
			applies: "all versions",
			file: "none",
			notes: [
				"MariaDB reads no file: the group is built in (2048 bits in current versions, 512 or 1024 in 5.5 and early 10.x).",
				"`dh key too small` from a client means an old server: upgrade it, or leave DHE out on it with ssl_cipher.",
			],
		},
	],
	sources: [
		"https://github.com/MariaDB/server/commit/7e7dd8e",
		"https://mariadb.com/kb/en/tls-and-cryptography-libraries-used-by-mariadb",
	],
};

export const openldap: Server = {
	id: "openldap",
	name: "OpenLDAP",
	aliases: ["slapd", "ldap"],
	path: "/etc/ldap/dhparams.pem",
	probe: "ldap.example.org:636",
	variants: [
		{
			applies: "built with OpenSSL",
			tls: "openssl",
			directive: (path) => `TLSDHParamFile ${path}`,
			file: "slapd.conf (in cn=config: olcTLSDHParamFile)",
			test: "slaptest -u",
			reload: "systemctl restart slapd",
			notes: ["Without it no DHE is offered."],
		},
		{
			applies: "built with GnuTLS (Debian and Ubuntu)",
			tls: "gnutls",
			directive: (path) => `TLSDHParamFile ${path}`,
			file: "slapd.conf (in cn=config: olcTLSDHParamFile)",
			test: "slaptest -u",
			reload: "systemctl restart slapd",
			notes: [
				"Debian's slapd ignores the file and serves ffdhe2048 (seen with 2.5 and GnuTLS 3.7): there is nothing to do.",
			],
		},
	],
	sources: ["https://www.openldap.org/software/man.cgi?query=slapd.conf"],
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
		},
		{
			applies: "4",
			since: "4",
			directive: (path) => `set { ssl { dh "${path}"; } }`,
			file: "unrealircd.conf",
			reload: "./unrealircd restart",
			notes: ["4 is no longer maintained."],
		},
	],
	sources: ["https://www.unrealircd.org/docs/TLS_Ciphers_and_protocols"],
};

export const openssh: Server = {
	id: "openssh",
	name: "OpenSSH",
	aliases: ["sshd", "ssh", "moduli"],
	path: "/etc/ssh/moduli",
	variants: [
		{
			applies: "all versions",
			file: "/etc/ssh/moduli",
			make: "awk '$5 >= 3071' /etc/ssh/moduli > /etc/ssh/moduli.new",
			test: "gen-dhparams check --all --quiet /etc/ssh/moduli.new",
			reload: "mv /etc/ssh/moduli.new /etc/ssh/moduli",
			notes: [
				"sshd takes no PEM. Its moduli file holds one group a line; the groups of diffie-hellman-group-exchange come from it.",
				"These lines drop the groups below 3072 bits and judge the rest; ssh-keygen -M generate and -M screen make new ones.",
				"No restart is needed: sshd reads the file for each connection. Clients of today use curve25519 and never come here.",
			],
		},
	],
	sources: [
		"https://man.openbsd.org/moduli.5",
		"https://man.openbsd.org/ssh-keygen.1#MODULI_GENERATION",
	],
};
