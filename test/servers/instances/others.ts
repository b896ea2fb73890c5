import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { UNPACKED } from "../program.js";
import { as, type Instance, ownedBy } from "./instance.js";

const MARIADB = "/usr/sbin/mariadbd";
const POSTGRES = "/usr/lib/postgresql/15/bin";
const PROFTPD = "/usr/sbin/proftpd";
const PUREFTPD = `${UNPACKED}/pure-ftpd/usr/sbin/pure-ftpd`;
const FREERADIUS = "/usr/sbin/freeradius";

export const OTHERS: readonly Instance[] = [
	{
		config: ["proftpd"],
		starttls: "ftp",
		needs: [PROFTPD, "/usr/lib/proftpd/mod_tls.so"],
		prepare({ path, write }, port, lines) {
			const file = write(
				"proftpd.conf",
				`ServerType standalone
DefaultAddress 127.0.0.1
Port ${port}
UseIPv6 off
User nobody
Group nogroup
PidFile ${path}/proftpd.pid
ScoreboardFile ${path}/scoreboard
DelayTable none
ModulePath /usr/lib/proftpd
LoadModule mod_tls.c
<IfModule mod_tls.c>
TLSEngine on
TLSRSACertificateFile ${path}/cert.pem
TLSRSACertificateKeyFile ${path}/key.pem
${lines}
</IfModule>
`,
			);
			return { command: PROFTPD, args: ["-n", "-c", file] };
		},
		test: ({ path }) => [PROFTPD, "-t", "-c", `${path}/proftpd.conf`],
	},
	{
		config: ["openldap", "--tls", "gnutls"],
		starttls: "ldap",
		needs: ["/usr/sbin/slapd"],
		ownGroup: "ffdhe2048",
		prepare({ path, write }, port, lines) {
			mkdirSync(`${path}/ldap`, { recursive: true });
			const file = write(
				"slapd.conf",
				`include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${path}/slapd.pid
TLSCertificateFile ${path}/cert.pem
TLSCertificateKeyFile ${path}/key.pem
${lines}
database mdb
suffix "dc=example"
directory ${path}/ldap
`,
			);
			const url = `ldap://127.0.0.1:${port}`;
			return {
				command: "/usr/sbin/slapd",
				args: ["-f", file, "-h", url, "-d", "0"],
			};
		},
		test: ({ path }) => [
			"/usr/sbin/slaptest",
			"-u",
			"-f",
			`${path}/slapd.conf`,
		],
	},
	{
		config: ["prosody"],
		starttls: "xmpp",
		needs: ["/usr/bin/prosody"],
		servername: "im.example.org",
		prepare(directory, port, lines) {
			const { path, write } = directory;
			const key = ownedBy("prosody", directory, "key.pem", "xmpp");
			const file = write(
				"prosody.cfg.lua",
				`data_path = "${path}/xmpp"
pidfile = "${path}/xmpp/pid"
log = { info = "*console" }
modules_enabled = { "tls", "saslauth", "c2s" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
VirtualHost "im.example.org"
	ssl = {
		certificate = "${path}/cert.pem";
		key = "${key}";
		${lines}
	}
`,
			);
			return as("prosody", "/usr/bin/prosody", "--config", file, "-F");
		},
		test: ({ path }) => [
			"/usr/bin/prosodyctl",
			"--root",
			"--config",
			`${path}/prosody.cfg.lua`,
			"check",
			"config",
		],
	},
	{
		config: ["postgresql", "--server-version", "15.18"],
		starttls: "postgres",
		needs: [`${POSTGRES}/postgres`],
		prepare(directory, port, lines) {
			const key = ownedBy("postgres", directory, "key.pem", "database");
			const folder = join(directory.path, "database");
			const { command, args } = as(
				...["postgres", `${POSTGRES}/initdb`, "-D", `${folder}/cluster`],
				...["--no-sync", "--auth", "reject"],
			);
			execFileSync(command, args, { stdio: "ignore" });
			directory.write(
				"database/cluster/postgresql.conf",
				`listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = '${folder}'
ssl = on
ssl_cert_file = '${directory.path}/cert.pem'
ssl_key_file = '${key}'
${lines}
`,
			);
			return as(
				...["postgres", `${POSTGRES}/postgres`, "-D", `${folder}/cluster`],
			);
		},
	},
	{
		config: ["mariadb"],
		starttls: "mysql",
		needs: [MARIADB],
		ownGroup: "custom group",
		prepare(directory, port, lines) {
			const key = ownedBy("nobody", directory, "key.pem", "database");
			const folder = join(directory.path, "database");
			const file = directory.write(
				"my.cnf",
				`[mariadbd]
skip-grant-tables
datadir=${folder}
socket=${folder}/socket
pid-file=${folder}/pid
bind-address=127.0.0.1
port=${port}
ssl-cert=${directory.path}/cert.pem
ssl-key=${key}
${lines || "ssl-cipher=ALL"}
`,
			);
			return as("nobody", MARIADB, `--defaults-file=${file}`);
		},
	},
	{
		config: ["mosquitto"],
		starttls: "none",
		ownGroup: "modp_2048",
		needs: ["/usr/sbin/mosquitto"],
		prepare(directory, port, lines) {
			const { path, write } = directory;
			const key = ownedBy("mosquitto", directory, "key.pem", "mqtt");
			const file = write(
				"mosquitto.conf",
				`listener ${port} 127.0.0.1
allow_anonymous true
certfile ${path}/cert.pem
keyfile ${key}
${lines}
`,
			);
			return as("mosquitto", "/usr/sbin/mosquitto", "-c", file);
		},
	},
	{
		config: ["coturn"],
		starttls: "none",
		needs: ["/usr/bin/turnserver"],
		prepare({ path, write }, port, lines) {
			const file = write(
				"turnserver.conf",
				`listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port=${port}
tls-listening-port=${port}
no-udp
no-dtls
no-cli
log-file=stdout
pidfile=${path}/turnserver.pid
userdb=${path}/turndb
cert=${path}/cert.pem
pkey=${path}/key.pem
${lines}
`,
			);
			return { command: "/usr/bin/turnserver", args: ["-c", file] };
		},
	},
	{
		// RadSec, since EAP runs over UDP; the tls section is the same.
		config: ["freeradius", "--server-version", "3.2.1"],
		starttls: "none",
		ownGroup: "modp_2048",
		needs: [FREERADIUS],
		prepare({ path, read, write }, port, lines) {
			write("ca.pem", read("cert.pem"));
			write(
				"radiusd.conf",
				`name = radiusd
prefix = /usr
logdir = ${path}
raddbdir = ${path}
run_dir = ${path}
libdir = /usr/lib/freeradius
log { destination = stdout }
security { allow_core_dumps = no }
thread pool { start_servers = 1 }
listen {
	ipaddr = 127.0.0.1
	port = ${port}
	type = auth
	proto = tcp
	clients = radsec
	tls {
		private_key_file = ${path}/key.pem
		certificate_file = ${path}/cert.pem
		ca_file = ${path}/ca.pem
		require_client_cert = no
		${lines.replaceAll("\n", "\n\t\t")}
	}
}
clients radsec {
	client localhost {
		ipaddr = 127.0.0.1
		proto = tls
		secret = radsec
	}
}
`,
			);
			return {
				command: FREERADIUS,
				args: ["-f", "-l", "stdout", "-d", path, "-n", "radiusd"],
			};
		},
		test: ({ path }) => [FREERADIUS, "-C", "-d", path, "-n", "radiusd"],
	},
	{
		config: ["pure-ftpd"],
		starttls: "ftp",
		needs: [PUREFTPD],
		ownGroup: "modp_2048",
		prepare(directory, port, lines) {
			const { path, read, write } = directory;
			write("both.pem", read("key.pem") + read("cert.pem"), 0o600);
			const file = write(
				"pure-ftpd.conf",
				`Bind 127.0.0.1,${port}
PIDFile ${path}/pure-ftpd.pid
TLS 1
CertFile ${path}/both.pem
${lines}
`,
			);
			return { command: PUREFTPD, args: [file] };
		},
	},
];
