import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
	canRun,
	freePort,
	genDhparams,
	type ServerCommand,
	start,
	type Workshop,
	workshop,
} from "./program.js";
import { NEW_GROUP } from "./walk.js";

/* One server for each STARTTLS that the walks do not go through. */

interface Service {
	readonly starttls: string;
	/** What has to be installed. */
	readonly needs: readonly string[];
	/** Further arguments of probe. */
	readonly more?: readonly string[];
	/** MariaDB knows only its built-in group; Debian's slapd takes GnuTLS's, and no file. */
	readonly ownGroup?: true;
	prepare(shop: Workshop, port: number, dhFile: string): ServerCommand;
}

const DOVECOT = "/usr/sbin/dovecot";
const MARIADB = "/usr/sbin/mariadbd";
const POSTGRES = "/usr/lib/postgresql/15/bin";
const PROFTPD = "/usr/sbin/proftpd";
const PROSODY = "/usr/bin/prosody";
const SLAPD = "/usr/sbin/slapd";

const SERVICES: readonly Service[] = [
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
		ownGroup: true,
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
		prepare(shop, port, dhFile) {
			const { path, write } = shop;
			const key = ownedBy("prosody", shop, "key.pem", "xmpp");
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
		prepare(shop, port, dhFile) {
			const key = ownedBy("postgres", shop, "key.pem", "database");
			const folder = join(shop.path, "database");
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
				ssl_cert_file: `${shop.path}/cert.pem`,
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
		ownGroup: true,
		prepare(shop, port) {
			const key = ownedBy("mysql", shop, "key.pem", "database");
			const folder = join(shop.path, "database");
			return as(
				...["mysql", MARIADB, "--no-defaults", "--skip-grant-tables"],
				...[`--datadir=${folder}`, `--socket=${folder}/socket`],
				...[`--pid-file=${folder}/pid`, "--bind-address=127.0.0.1"],
				...[`--port=${port}`, `--ssl-cert=${shop.path}/cert.pem`],
				...[`--ssl-key=${key}`, "--ssl-cipher=ALL"],
			);
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
	{ path, read, write }: Workshop,
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

describe("STARTTLS of real servers", () => {
	for (const service of SERVICES) {
		const { starttls, needs, more = [], ownGroup = false } = service;
		it.runIf(canRun(...needs))(starttls, async () => {
			using shop = workshop();
			const port = await freePort();
			const dhFile = shop.write("dhparams.pem", NEW_GROUP);
			await using _server = await start(
				shop,
				port,
				service.prepare(shop, port, dhFile),
			);
			const saved = join(shop.path, "served.pem");
			const probed = genDhparams(
				...["probe", `127.0.0.1:${port}`, "--starttls", starttls],
				...["--pem", saved, ...more],
			);
			expect(probed).toMatchObject({ stderr: "", status: 0 });
			expect(probed.stdout).toContain("Server Temp Key: DH, 2048 bits");
			expect(shop.read("served.pem") === NEW_GROUP).toBe(!ownGroup);
		});
	}
});
