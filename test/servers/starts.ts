import { execFileSync, spawnSync } from "node:child_process";
import {
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestDirectory } from "./program.js";

/** A server that is started with a file of DH parameters, to see what it prints when it does not like it. */
export interface Start {
	readonly id: string;
	readonly needs: string;
	/** What it printed until it ended, or was stopped. */
	output(directory: TestDirectory, file: string): string;
}

const MODULES = "/usr/lib/apache2/modules";
const POSTGRES = "/usr/lib/postgresql/15/bin";

export const STARTS: readonly Start[] = [
	{
		id: "nginx",
		needs: "/usr/sbin/nginx",
		output({ path, write }, file) {
			write(
				"nginx.conf",
				`pid ${path}/nginx.pid; error_log stderr; events {}
http { access_log off; server { listen 127.0.0.1:1 ssl;
ssl_certificate ${path}/cert.pem; ssl_certificate_key ${path}/key.pem; ssl_dhparam ${file}; } }
`,
			);
			return run("/usr/sbin/nginx", [
				...["-t", "-p", path, "-c", `${path}/nginx.conf`, "-e", "stderr"],
			]);
		},
	},
	{
		id: "apache",
		needs: "/usr/sbin/apache2",
		output({ path, write, read }, file) {
			write("error.log", "");
			write(
				"apache.conf",
				`ServerRoot ${path}
ServerName localhost
PidFile ${path}/apache.pid
ErrorLog ${path}/error.log
DefaultRuntimeDir ${path}
Listen 127.0.0.1:1
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule socache_shmcb_module ${MODULES}/mod_socache_shmcb.so
LoadModule ssl_module ${MODULES}/mod_ssl.so
<VirtualHost 127.0.0.1:1>
	SSLEngine on
	SSLCertificateFile ${path}/cert.pem
	SSLCertificateKeyFile ${path}/key.pem
	SSLOpenSSLConfCmd DHParameters "${file}"
</VirtualHost>
`,
			);
			const printed = run("/usr/sbin/apache2", [
				...["-X", "-f", `${path}/apache.conf`],
			]);
			return printed + read("error.log");
		},
	},
	{
		id: "lighttpd",
		needs: "/usr/sbin/lighttpd",
		output({ path, write }, file) {
			write(
				"lighttpd.conf",
				`server.document-root = "${path}"
server.port = 1
server.bind = "127.0.0.1"
server.modules = ( "mod_openssl" )
ssl.engine = "enable"
ssl.pemfile = "${path}/cert.pem"
ssl.privkey = "${path}/key.pem"
ssl.openssl.ssl-conf-cmd += ( "DHParameters" => "${file}" )
`,
			);
			return run("/usr/sbin/lighttpd", ["-tt", "-f", `${path}/lighttpd.conf`]);
		},
	},
	{
		id: "haproxy",
		needs: "/usr/sbin/haproxy",
		output({ path, read, write }, file) {
			write("bundle.pem", read("cert.pem") + read("key.pem"));
			write(
				"haproxy.cfg",
				`global
	ssl-dh-param-file ${file}
defaults
	mode http
	timeout client 1s
	timeout server 1s
	timeout connect 1s
frontend f
	bind 127.0.0.1:1 ssl crt ${path}/bundle.pem
	default_backend b
backend b
	server s 127.0.0.1:2
`,
			);
			return run("/usr/sbin/haproxy", ["-c", "-f", `${path}/haproxy.cfg`]);
		},
	},
	{
		id: "proftpd",
		needs: "/usr/sbin/proftpd",
		output({ path, write }, file) {
			write(
				"proftpd.conf",
				`ServerType standalone
DefaultAddress 127.0.0.1
Port 1
User nobody
Group nogroup
PidFile ${path}/proftpd.pid
ModulePath /usr/lib/proftpd
LoadModule mod_tls.c
ScoreboardFile ${path}/scoreboard
TLSEngine on
TLSRSACertificateFile ${path}/cert.pem
TLSRSACertificateKeyFile ${path}/key.pem
TLSDHParamFile ${file}
`,
			);
			return run("/usr/sbin/proftpd", ["-n", "-c", `${path}/proftpd.conf`]);
		},
	},
	{
		id: "openvpn",
		needs: "/usr/sbin/openvpn",
		output: ({ path }, file) =>
			run("/usr/sbin/openvpn", [
				...["--dev", "tun", "--server", "10.8.0.0", "255.255.255.0"],
				...["--ca", `${path}/cert.pem`, "--cert", `${path}/cert.pem`],
				...["--key", `${path}/key.pem`, "--port", "1"],
				...(file === "" ? [] : ["--dh", file]),
			]),
	},
	{
		id: "openldap",
		needs: "/usr/sbin/slapd",
		output({ path, write }, file) {
			mkdirSync(`${path}/ldap`, { recursive: true });
			write(
				"slapd.conf",
				`include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${path}/slapd.pid
TLSCertificateFile ${path}/cert.pem
TLSCertificateKeyFile ${path}/key.pem
TLSDHParamFile ${file}
database mdb
suffix "dc=example"
directory ${path}/ldap
`,
			);
			return run("/usr/sbin/slapd", [
				...["-f", `${path}/slapd.conf`, "-h", "ldap://127.0.0.1:1"],
				...["-d", "256"],
			]);
		},
	},
	{
		id: "postgresql",
		needs: `${POSTGRES}/postgres`,
		output({ path, read, write }, file) {
			const folder = `${path}/database`;
			const as = ["--reuid=postgres", "--clear-groups"];
			if (!existsSync(folder)) {
				mkdirSync(folder);
				write("database/key.pem", read("key.pem"), 0o600);
				execFileSync("chown", ["-R", "postgres", folder]);
				execFileSync(
					"setpriv",
					[
						...[...as, `${POSTGRES}/initdb`, "-D", `${folder}/cluster`],
						...["--no-sync", "--auth", "reject"],
					],
					{ stdio: "ignore" },
				);
			}
			return run("setpriv", [
				...[...as, `${POSTGRES}/postgres`, "-D", `${folder}/cluster`],
				...["-c", `unix_socket_directories=${folder}`],
				...["-c", "listen_addresses=", "-c", "ssl=on"],
				...["-c", `ssl_cert_file=${path}/cert.pem`],
				...["-c", `ssl_key_file=${folder}/key.pem`],
				...["-c", `ssl_dh_params_file=${file}`],
			]);
		},
	},
	{
		id: "mosquitto",
		needs: "/usr/sbin/mosquitto",
		output({ path, write }, file) {
			write(
				"mosquitto.conf",
				`listener 1 127.0.0.1
user root
certfile ${path}/cert.pem
keyfile ${path}/key.pem
dhparamfile ${file}
`,
			);
			return run("/usr/sbin/mosquitto", ["-c", `${path}/mosquitto.conf`]);
		},
	},
	{
		id: "coturn",
		needs: "/usr/bin/turnserver",
		output({ path, write }, file) {
			write(
				"turnserver.conf",
				`listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port=1
tls-listening-port=1
no-udp
no-dtls
no-cli
log-file=stdout
pidfile=${path}/turnserver.pid
userdb=${path}/turndb
cert=${path}/cert.pem
pkey=${path}/key.pem
dh-file=${file}
`,
			);
			return run("/usr/bin/turnserver", ["-c", `${path}/turnserver.conf`]);
		},
	},
	{
		id: "openssl",
		needs: "/usr/bin/openssl",
		output: ({ path }, file) =>
			run("openssl", [
				...["s_server", "-accept", "127.0.0.1:1", "-dhparam", file],
				...["-cert", `${path}/cert.pem`, "-key", `${path}/key.pem`],
			]),
	},
];

/** Both outputs in a file: ProFTPD cannot write to a socket, which is what Node's pipes are. */
function run(program: string, args: readonly string[]): string {
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-test-"));
	const file = join(folder, "output");
	const output = openSync(file, "a");
	spawnSync(program, args, {
		stdio: ["ignore", output, output],
		// Those that are content go on until then.
		timeout: 3_000,
		killSignal: "SIGTERM",
	});
	closeSync(output);
	const printed = readFileSync(file, "utf8");
	rmSync(folder, { recursive: true });
	return printed;
}
