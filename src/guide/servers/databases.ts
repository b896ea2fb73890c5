import type { Server } from "./server.js";

// Tried with PostgreSQL 15.18 and MariaDB 10.11 of Debian 12, OpenSSL 3.0. The others are not in Debian 12.

export const postgresql: Server = {
	id: "postgresql",
	name: "PostgreSQL",
	aliases: ["postgres", "pgsql"],
	path: "/etc/postgresql/dhparams.pem",
	probe: "db.example.org:5432",
	program: {
		names: ["postgres"],
		folders: ["/usr/lib/postgresql/*/bin"],
		version: [/^postgres \(PostgreSQL\) (\d\S*)/m, "-V"],
	},
	variants: [
		{
			applies: "10 and later",
			since: "10",
			directive: (path) => `ssl_dh_params_file = '${path}'`,
			file: "postgresql.conf",
			test: "psql -c 'SELECT * FROM pg_file_settings WHERE error IS NOT NULL'",
			testReports: [],
			reload: "systemctl reload postgresql",
			notes: [
				"Without it a built-in group of 2048 bits is served (RFC 3526).",
				"At start, a file that is missing, unreadable or has fewer bits than OpenSSL allows stops the server: could not set DH parameters: dh key too small. At a reload the old group stays, and the log says why.",
				"The user postgres must be able to read the file.",
			],
			disable: {
				directive: "ssl_ciphers = 'HIGH:MEDIUM:+3DES:!aNULL:!kDHE'",
				notes: [
					"This is the default with !kDHE; where there is such a line already, add `:!kDHE` to it.",
					"TLS 1.3 agrees on no finite-field group either: ssl_ecdh_curve (ssl_groups since 18) names the curves.",
				],
			},
		},
		{
			applies: "9.6 and before",
			file: "dh1024.pem in the data directory, whatever its size",
			make: "gen-dhparams 2048 --out /var/lib/pgsql/data/dh1024.pem",
			reload: "systemctl restart postgresql",
			notes: [
				"There is no option: put the file there under this name, readable for the user postgres.",
			],
			disable: {
				directive: "ssl_ciphers = 'HIGH:MEDIUM:+3DES:!aNULL:!kEDH'",
				file: "postgresql.conf",
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
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
				"`dh key too small` from a MySQL client means an old server: upgrade it, or switch DHE off on it.",
			],
			disable: {
				directive:
					"ssl_cipher = ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384",
				file: "the [mysqld] section of my.cnf",
				notes: ["It names the only ciphers of TLS 1.2 that are left."],
			},
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
				"`dh key too small` from a client means an old server: upgrade it, or switch DHE off on it.",
			],
			disable: {
				directive: "ssl-cipher=HIGH:!aNULL:!kDHE",
				file: "the [mariadbd] section of my.cnf",
				notes: ["Where there is such a line already, add `:!kDHE` to it."],
			},
		},
	],
	sources: [
		"https://github.com/MariaDB/server/commit/7e7dd8e",
		"https://mariadb.com/kb/en/tls-and-cryptography-libraries-used-by-mariadb",
	],
};

export const mongodb: Server = {
	id: "mongodb",
	name: "MongoDB",
	aliases: ["mongod", "mongos"],
	path: "/etc/mongodb-dhparams.pem",
	variants: [
		{
			applies: "3.6 and later on Linux",
			since: "3.6",
			directive: (path) =>
				`setParameter: { opensslDiffieHellmanParameters: "${path}" }`,
			file: "/etc/mongod.conf, at the left margin (with other parameters in the setParameter section that is there)",
			reload: "systemctl restart mongod",
			notes: [
				"Without it no DHE is offered while ECDHE is on, which is the default since 4.2: nothing needs to be done.",
				"mongod on Windows and macOS uses the system's TLS, which reads no file.",
				"The user mongodb must be able to read the file.",
				"mongod speaks TLS from the first byte on its port: gen-dhparams probe HOST:27017 --starttls none",
			],
			disable: {
				directive:
					'setParameter: { opensslCipherConfig: "HIGH:!EXPORT:!aNULL@STRENGTH:!kDHE" }',
				notes: [
					"Without opensslDiffieHellmanParameters there is no DHE: remove that parameter. The line keeps DHE off should it come back.",
				],
			},
		},
	],
	sources: [
		"https://www.mongodb.com/docs/manual/reference/parameters/#mongodb-parameter-param.opensslDiffieHellmanParameters",
		"https://www.mongodb.com/docs/manual/core/security-transport-encryption/",
	],
};

export const clickhouse: Server = {
	id: "clickhouse",
	name: "ClickHouse",
	aliases: ["clickhouse-server"],
	path: "/etc/clickhouse-server/dhparam.pem",
	variants: [
		{
			applies: "all versions",
			directive: (path) =>
				`<clickhouse><openSSL><server><dhParamsFile>${path}</dhParamsFile></server></openSSL></clickhouse>`,
			file: "a file of its own, /etc/clickhouse-server/config.d/dhparams.xml (the outer element is yandex before 22)",
			reload: "systemctl restart clickhouse-server",
			notes: [
				"Versions built with BoringSSL offer no DHE, and the file has no effect: probe the server to see.",
				"The sample configuration of old versions names a file of this name with 4096 bits: 2048 are enough, and much cheaper.",
				"The user clickhouse must be able to read the file.",
				"The ports of TLS are 8443 (HTTP) and 9440: gen-dhparams probe HOST:8443 --starttls none",
			],
			disable: {
				directive:
					"<clickhouse><openSSL><server><cipherList>HIGH:!aNULL:!kDHE</cipherList></server></openSSL></clickhouse>",
				notes: ["Remove dhParamsFile as well."],
			},
		},
	],
	sources: [
		"https://clickhouse.com/docs/en/operations/server-configuration-parameters/settings#openssl",
		"https://github.com/ClickHouse/ClickHouse/blob/master/programs/server/config.xml",
	],
};
