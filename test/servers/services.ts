import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
	genDhparams,
	type ServerCommand,
	type TestDirectory,
	UNPACKED,
} from "./program.js";

/** A server for a STARTTLS, or with a TLS library, that the walks do not go through. */
export interface Service {
	readonly starttls: string;
	/** What has to be installed. */
	readonly needs: readonly string[];
	/** Further arguments of probe. */
	readonly more?: readonly string[];
	/** The group that it serves instead of that in the file. */
	readonly ownGroup?: string;
	prepare(
		directory: TestDirectory,
		port: number,
		dhFile: string,
	): ServerCommand;
}

const DOVECOT = "/usr/sbin/dovecot";
const MARIADB = "/usr/sbin/mariadbd";
const POSTGRES = "/usr/lib/postgresql/15/bin";
const PROFTPD = "/usr/sbin/proftpd";
const PROSODY = "/usr/bin/prosody";
const SLAPD = "/usr/sbin/slapd";
const EXIM = `${UNPACKED}/exim4-daemon-light/usr/sbin/exim4`;
const INN = `${UNPACKED}/inn2/usr/lib/news`;
const SOCAT = "/usr/bin/socat";

export const SERVICES: readonly Service[] = [
	dovecot("pop3", "pop3-login", "pop3", "/usr/lib/dovecot/pop3-login"),
	dovecot("lmtp", "lmtp", "lmtp", "/usr/lib/dovecot/lmtp"),
	dovecot(
		"sieve",
		"managesieve-login",
		"sieve",
		"/usr/lib/dovecot/managesieve-login",
	),
	{
		starttls: "ftp",
		needs: [PROFTPD, "/usr/lib/proftpd/mod_tls.so"],
		prepare({ path, write }, port, dhFile) {
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
TLSEngine on
TLSRSACertificateFile ${path}/cert.pem
TLSRSACertificateKeyFile ${path}/key.pem
TLSDHParamFile ${dhFile}
`,
			);
			return { command: PROFTPD, args: ["-n", "-c", file] };
		},
	},
	{
		starttls: "ldap",
		needs: [SLAPD],
		ownGroup: "DH, 2048 bits (ffdhe2048)",
		prepare({ path, write }, port, dhFile) {
			mkdirSync(`${path}/ldap`);
			const file = write(
				"slapd.conf",
				`include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${path}/slapd.pid
TLSCertificateFile ${path}/cert.pem
TLSCertificateKeyFile ${path}/key.pem
TLSDHParamFile ${dhFile}
database mdb
suffix "dc=example"
directory ${path}/ldap
`,
			);
			const url = `ldap://127.0.0.1:${port}`;
			return { command: SLAPD, args: ["-f", file, "-h", url, "-d", "0"] };
		},
	},
	{
		starttls: "xmpp",
		needs: [PROSODY],
		more: ["--servername", "im.example.org"],
		prepare(directory, port, dhFile) {
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
	ssl = { certificate = "${path}/cert.pem", key = "${key}", dhparam = "${dhFile}" }
`,
			);
			return as("prosody", PROSODY, "--config", file, "-F");
		},
	},
	{
		starttls: "postgres",
		needs: [`${POSTGRES}/postgres`],
		prepare(directory, port, dhFile) {
			const key = ownedBy("postgres", directory, "key.pem", "database");
			const folder = join(directory.path, "database");
			const { command, args } = as(
				...["postgres", `${POSTGRES}/initdb`, "-D", `${folder}/cluster`],
				...["--no-sync", "--auth", "reject"],
			);
			execFileSync(command, args, { stdio: "ignore" });
			const settings = {
				listen_addresses: "127.0.0.1",
				port,
				unix_socket_directories: folder,
				ssl: "on",
				ssl_cert_file: `${directory.path}/cert.pem`,
				ssl_key_file: key,
				ssl_dh_params_file: dhFile,
			};
			return as(
				...["postgres", `${POSTGRES}/postgres`, "-D", `${folder}/cluster`],
				...Object.entries(settings).flatMap(([name, value]) => [
					"-c",
					`${name}=${value}`,
				]),
			);
		},
	},
	{
		starttls: "mysql",
		needs: [MARIADB],
		ownGroup: "DH, 2048 bits (custom group)",
		prepare(directory, port) {
			const key = ownedBy("nobody", directory, "key.pem", "database");
			const folder = join(directory.path, "database");
			return as(
				...["nobody", MARIADB, "--no-defaults", "--skip-grant-tables"],
				...[`--datadir=${folder}`, `--socket=${folder}/socket`],
				...[`--pid-file=${folder}/pid`, "--bind-address=127.0.0.1"],
				...[`--port=${port}`, `--ssl-cert=${directory.path}/cert.pem`],
				...[`--ssl-key=${key}`, "--ssl-cipher=ALL"],
			);
		},
	},
	{
		// Debian builds it with GnuTLS, which serves groups of RFC 7919 only, as `config exim` says.
		starttls: "smtp",
		needs: [EXIM],
		ownGroup: "DH, 2048 bits (ffdhe2048)",
		prepare(directory, port, dhFile) {
			const { path, write } = directory;
			const key = ownedBy("Debian-exim", directory, "key.pem", "exim");
			const { stdout } = genDhparams(
				...["config", "exim", "--tls", "gnutls", "--path", dhFile],
				"--directive",
			);
			const file = write(
				"exim.conf",
				`daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
primary_hostname = mail.example.org
keep_environment =
spool_directory = ${path}/exim
log_file_path = ${path}/exim/%slog
pid_file_path = ${path}/exim/pid
tls_advertise_hosts = *
tls_certificate = ${path}/cert.pem
tls_privatekey = ${key}
${stdout}
`,
			);
			return { command: EXIM, args: ["-bdf", "-C", file] };
		},
	},
	{
		// The news reader's side of INN, which serves OpenSSL's choice.
		starttls: "nntp",
		needs: [`${INN}/bin/nnrpd`, SOCAT],
		ownGroup: "DH, 2048 bits (modp_2048)",
		prepare(directory, port) {
			const { path, write } = directory;
			mkdirSync(`${path}/spool/overview`, { recursive: true });
			write("spool/overview/group.index", "");
			write("active", "");
			write("newsgroups", "");
			const file = write(
				"inn.conf",
				`mta: "/bin/true"
domain: example.org
pathhost: news.example.org
pathnews: ${INN}
pathetc: ${UNPACKED}/inn2/etc/news
pathdb: ${path}
pathrun: ${path}
pathspool: ${path}/spool
hismethod: hisv6
ovmethod: tradindexed
enableoverview: true
readerswhenstopped: true
tlscertfile: ${path}/cert.pem
tlskeyfile: ${ownedBy("news", directory, "key.pem", "news")}
`,
			);
			return {
				...as(
					...["news", SOCAT, `TCP-LISTEN:${port},bind=127.0.0.1,fork`],
					`EXEC:${INN}/bin/nnrpd,nofork`,
				),
				env: {
					INNCONF: file,
					LD_LIBRARY_PATH: `${INN}:${UNPACKED}/inn2-inews/usr/lib/news`,
				},
			};
		},
	},
];

function dovecot(
	starttls: string,
	service: string,
	listener: string,
	program: string,
): Service {
	return {
		starttls,
		needs: [DOVECOT, program],
		prepare({ path, write }, port, dhFile) {
			const file = write(
				"dovecot.conf",
				`base_dir = ${path}/base
state_dir = ${path}/state
log_path = /dev/stderr
protocols = ${starttls}
listen = 127.0.0.1
ssl = yes
ssl_cert = <${path}/cert.pem
ssl_key = <${path}/key.pem
ssl_dh = <${dhFile}
service ${service} {
  inet_listener ${listener} {
    port = ${port}
  }
  ${starttls === "pop3" ? "inet_listener pop3s {\n    port = 0\n  }" : ""}
}
passdb {
  driver = static
  args = nopassword=y
}
`,
			);
			return { command: DOVECOT, args: ["-F", "-c", file] };
		},
	};
}

/** A folder of a user, with a copy of a file that only this user may read; the copy's path. */
function ownedBy(
	user: string,
	{ path, read, write }: TestDirectory,
	name: string,
	folder: string,
): string {
	mkdirSync(join(path, folder));
	const copy = write(join(folder, name), read(name), 0o600);
	execFileSync("chown", ["-R", user, join(path, folder)]);
	return copy;
}

function as(user: string, program: string, ...args: string[]): ServerCommand {
	return {
		command: "setpriv",
		args: [`--reuid=${user}`, "--clear-groups", program, ...args],
	};
}
