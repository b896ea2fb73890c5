import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { canRun, genDhparams, type Workshop, workshop } from "./program.js";
import { NEW_GROUP } from "./walk.js";

/** A server whose own test of its configuration reads the file that our line names. */
interface Tested {
	readonly program: string;
	readonly config: readonly string[];
	configuration(shop: Workshop, line: string): string;
	/** The arguments of the test. */
	args(shop: Workshop, file: string): string[];
}

const MODULES = "/usr/lib/apache2/modules";

const servers: Readonly<Record<string, Tested>> = {
	haproxy: {
		program: "/usr/sbin/haproxy",
		config: ["haproxy"],
		configuration: (_, line) => `global
	${line}
defaults
	mode http
	timeout client 1s
	timeout server 1s
	timeout connect 1s
frontend f
	bind 127.0.0.1:1
	default_backend b
backend b
	server s 127.0.0.1:2
`,
		args: (_, file) => ["-c", "-f", file],
	},
	lighttpd: {
		program: "/usr/sbin/lighttpd",
		config: ["lighttpd"],
		configuration: ({ path }, line) => `server.document-root = "${path}"
server.port = 1
server.bind = "127.0.0.1"
server.modules = ( "mod_openssl" )
ssl.engine = "enable"
ssl.pemfile = "${path}/cert.pem"
ssl.privkey = "${path}/key.pem"
${line}
`,
		args: (_, file) => ["-tt", "-f", file],
	},
	apache: {
		program: "/usr/sbin/apache2",
		config: ["apache"],
		configuration: ({ path }, line) => `ServerRoot ${path}
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
	${line}
</VirtualHost>
`,
		args: (_, file) => ["-t", "-f", file],
	},
	proftpd: {
		program: "/usr/sbin/proftpd",
		config: ["proftpd"],
		configuration: ({ path }, line) => `ServerType standalone
ModulePath /usr/lib/proftpd
LoadModule mod_tls.c
ScoreboardFile ${path}/scoreboard
<IfModule mod_tls.c>
	TLSEngine on
	TLSRSACertificateFile ${path}/cert.pem
	TLSRSACertificateKeyFile ${path}/key.pem
	${line}
</IfModule>
`,
		args: (_, file) => ["-t", "-c", file],
	},
};

describe.each(Object.entries(servers))(
	"%s",
	(_, { program, config, configuration, args }) => {
		it.runIf(canRun(program))(
			"finds our line right, and reads the file that it names",
			() => {
				using shop = workshop();
				const verdict = (path: string) => {
					const { stdout } = genDhparams(
						"config",
						...config,
						"--directive",
						"--path",
						path,
					);
					const file = shop.write(
						"server.conf",
						configuration(shop, stdout.trim()),
					);
					const { status, stderr } = spawnSync(program, args(shop, file), {
						encoding: "utf8",
					});
					return { status, stderr };
				};
				const good = shop.write("dhparams.pem", NEW_GROUP);
				expect(verdict(good), verdict(good).stderr).toMatchObject({
					status: 0,
				});
				expect(verdict(`${shop.path}/missing.pem`).status).not.toBe(0);
			},
		);
	},
);
