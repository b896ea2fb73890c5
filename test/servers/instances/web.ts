import { writeFileSync } from "node:fs";
import type { TestDirectory } from "../program.js";
import type { Instance } from "./instance.js";

const MODULES = "/usr/lib/apache2/modules";
const APACHE_MODULES = [
	"mpm_event",
	"authn_core",
	"authz_core",
	"socache_shmcb",
	"ssl",
];

export const WEB: readonly Instance[] = [
	{
		config: ["nginx"],
		starttls: "none",
		needs: ["/usr/sbin/nginx"],
		prepare(directory, port, lines) {
			const { path, write } = directory;
			write(
				"nginx.conf",
				`daemon off;
pid ${path}/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path ${path}/body;
	proxy_temp_path ${path}/proxy;
	fastcgi_temp_path ${path}/fastcgi;
	uwsgi_temp_path ${path}/uwsgi;
	scgi_temp_path ${path}/scgi;
	server {
		listen 127.0.0.1:${port} ssl;
		ssl_certificate ${path}/cert.pem;
		ssl_certificate_key ${path}/key.pem;
		${lines}
	}
}
`,
			);
			return { command: "/usr/sbin/nginx", args: nginxOptions(directory) };
		},
		test: (directory) => ["/usr/sbin/nginx", "-t", ...nginxOptions(directory)],
	},
	{
		config: ["apache", "--server-version", "2.4.71"],
		starttls: "none",
		needs: ["/usr/sbin/apache2"],
		appendsTo: "cert.pem",
		prepare({ path, write }, port, lines) {
			write(
				"apache.conf",
				`ServerRoot ${path}
ServerName localhost
PidFile ${path}/apache.pid
ErrorLog ${path}/error.log
DefaultRuntimeDir ${path}
Listen 127.0.0.1:${port}
${APACHE_MODULES.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join("\n")}
User www-data
Group www-data
<VirtualHost 127.0.0.1:${port}>
	SSLEngine on
	SSLCertificateFile ${path}/cert.pem
	SSLCertificateKeyFile ${path}/key.pem
	${lines}
</VirtualHost>
`,
			);
			return {
				command: "/usr/sbin/apache2",
				args: ["-DFOREGROUND", "-f", `${path}/apache.conf`],
			};
		},
		test: ({ path }) => [
			"/usr/sbin/apache2",
			"-t",
			"-f",
			`${path}/apache.conf`,
		],
	},
	{
		config: ["haproxy", "--server-version", "2.6.12"],
		starttls: "none",
		needs: ["/usr/sbin/haproxy"],
		prepare(directory, port, lines) {
			const { path, write } = directory;
			certificateAndKey(directory);
			const file = write(
				"haproxy.cfg",
				`global
${lines}
defaults
	mode http
	timeout client 5s
	timeout server 5s
	timeout connect 5s
frontend f
	bind 127.0.0.1:${port} ssl crt ${path}/both.pem
	default_backend b
backend b
	server s 127.0.0.1:2
`,
			);
			return { command: "/usr/sbin/haproxy", args: ["-db", "-f", file] };
		},
		test: ({ path }) => [
			"/usr/sbin/haproxy",
			"-c",
			"-f",
			`${path}/haproxy.cfg`,
		],
	},
	{
		config: ["lighttpd", "--server-version", "1.4.69"],
		starttls: "none",
		needs: ["/usr/sbin/lighttpd"],
		ownGroup: "modp_2048",
		prepare({ path, write }, port, lines) {
			const file = write(
				"lighttpd.conf",
				`server.document-root = "${path}"
server.port = ${port}
server.bind = "127.0.0.1"
server.modules = ( "mod_openssl" )
ssl.engine = "enable"
ssl.pemfile = "${path}/cert.pem"
ssl.privkey = "${path}/key.pem"
${lines}
`,
			);
			return { command: "/usr/sbin/lighttpd", args: ["-D", "-f", file] };
		},
		test: ({ path }) => [
			"/usr/sbin/lighttpd",
			"-tt",
			"-f",
			`${path}/lighttpd.conf`,
		],
	},
	{
		config: ["hitch"],
		starttls: "none",
		needs: ["/usr/sbin/hitch"],
		appendsTo: "both.pem",
		prepare(directory, port, lines) {
			const { path, write } = directory;
			certificateAndKey(directory);
			const file = write(
				"hitch.conf",
				`frontend = "[127.0.0.1]:${port}"
backend = "[127.0.0.1]:2"
user = "nobody"
group = "nogroup"
daemon = off
pem-file = "${path}/both.pem"
${lines}
`,
			);
			return { command: "/usr/sbin/hitch", args: [`--config=${file}`] };
		},
		test: ({ path }) => [
			"/usr/sbin/hitch",
			"--test",
			`--config=${path}/hitch.conf`,
		],
	},
	{
		config: ["stunnel", "--server-version", "5.68"],
		starttls: "none",
		needs: ["/usr/bin/stunnel4"],
		appendsTo: "both.pem",
		prepare(directory, port, lines) {
			const { path, write } = directory;
			certificateAndKey(directory);
			const file = write(
				"stunnel.conf",
				`foreground = yes
pid =
[https]
accept = 127.0.0.1:${port}
connect = 127.0.0.1:2
cert = ${path}/both.pem
${lines}
`,
			);
			return { command: "/usr/bin/stunnel4", args: [file] };
		},
	},
	{
		config: ["squid", "--server-version", "5.7"],
		starttls: "none",
		needs: ["/usr/sbin/squid"],
		ownGroup: "none",
		prepare(directory, port, lines) {
			const { path, write } = directory;
			const file = write(
				"squid.conf",
				`${lines.replaceAll("3129", `127.0.0.1:${port}`).replaceAll(/(tls-(?:cert|key))=\S*\/(\w+\.pem)/g, `$1=${path}/$2`)}
http_port 127.0.0.2:${port}
visible_hostname localhost
pid_filename ${path}/squid.pid
cache_log ${path}/cache.log
access_log none
cache_store_log none
coredump_dir ${path}
pinger_enable off
shutdown_lifetime 0 seconds
`,
			);
			return { command: "/usr/sbin/squid", args: ["-N", "-f", file] };
		},
		test: ({ path }) => [
			"/usr/sbin/squid",
			"-k",
			"parse",
			"-f",
			`${path}/squid.conf`,
		],
	},
	{
		config: ["node"],
		starttls: "none",
		needs: [process.execPath],
		prepare({ path, write }, port, lines) {
			const file = write(
				"server.cjs",
				`require("node:https").createServer({
	cert: require("node:fs").readFileSync("${path}/cert.pem"),
	key: require("node:fs").readFileSync("${path}/key.pem"),
	${lines}
}).listen(${port}, "127.0.0.1");
`,
			);
			return { command: process.execPath, args: [file] };
		},
	},
];

function nginxOptions({ path }: TestDirectory): string[] {
	return ["-p", path, "-c", `${path}/nginx.conf`, "-e", "stderr"];
}

/** Key and certificate in one file, made once, since parameters may have been appended. */
export function certificateAndKey({ path, read }: TestDirectory): void {
	try {
		writeFileSync(`${path}/both.pem`, read("key.pem") + read("cert.pem"), {
			flag: "wx",
			mode: 0o600,
		});
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
}
