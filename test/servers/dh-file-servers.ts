import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import type { Starttls } from "../../src/probe/target.js";
import type { ServerCommand, TestDirectory } from "./program.js";

/** A server that reads a file of DH parameters as it starts, with weak ones allowed. */
export interface DhFileServer {
	readonly starttls: Starttls;
	readonly needs: readonly string[];
	prepare(
		directory: TestDirectory,
		port: number,
		dhFile: string,
	): ServerCommand;
}

const APACHE_MODULES = "/usr/lib/apache2/modules";
const POSTFIX_DAEMONS = "/usr/lib/postfix/sbin";

export const DH_FILE_SERVERS: Readonly<Record<string, DhFileServer>> = {
	nginx: {
		starttls: "none",
		needs: ["/usr/sbin/nginx"],
		prepare({ path, write }, port, dhFile) {
			const file = write(
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
		ssl_ciphers ALL:@SECLEVEL=0;
		ssl_dhparam ${dhFile};
	}
}
`,
			);
			return {
				command: "/usr/sbin/nginx",
				args: ["-p", path, "-c", file, "-e", "stderr"],
			};
		},
	},
	apache: {
		starttls: "none",
		needs: ["/usr/sbin/apache2", `${APACHE_MODULES}/mod_ssl.so`],
		prepare({ path, read, write }, port, dhFile) {
			// Behind the certificate, where mod_ssl looks for parameters.
			const certificate = write(
				"cert-and-dh.pem",
				Buffer.concat([Buffer.from(read("cert.pem")), readFileSync(dhFile)]),
			);
			const file = write(
				"apache.conf",
				`ServerRoot ${path}
ServerName localhost
PidFile ${path}/apache.pid
ErrorLog ${path}/error.log
DefaultRuntimeDir ${path}
Listen 127.0.0.1:${port}
LoadModule mpm_event_module ${APACHE_MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${APACHE_MODULES}/mod_authz_core.so
LoadModule ssl_module ${APACHE_MODULES}/mod_ssl.so
User nobody
Group nogroup
<VirtualHost 127.0.0.1:${port}>
	SSLEngine on
	SSLCertificateFile ${certificate}
	SSLCertificateKeyFile ${path}/key.pem
	SSLCipherSuite ALL:@SECLEVEL=0
</VirtualHost>
`,
			);
			return {
				command: "/usr/sbin/apache2",
				args: ["-D", "FOREGROUND", "-f", file],
			};
		},
	},
	haproxy: {
		starttls: "none",
		needs: ["/usr/sbin/haproxy"],
		prepare({ read, write }, port, dhFile) {
			const bundle = write("bundle.pem", read("cert.pem") + read("key.pem"));
			const file = write(
				"haproxy.cfg",
				`global
	ssl-dh-param-file ${dhFile}
defaults
	mode http
	timeout client 5s
	timeout server 5s
	timeout connect 5s
frontend f
	bind 127.0.0.1:${port} ssl crt ${bundle} ciphers ALL:@SECLEVEL=0
	http-request return status 200
`,
			);
			// It sets the group before the ciphers, whose @SECLEVEL=0 allows a weak one.
			const OPENSSL_CONF = write(
				"openssl.cnf",
				"openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = default\n[default]\nCipherString = ALL:@SECLEVEL=0\n",
			);
			return {
				command: "/usr/sbin/haproxy",
				args: ["-db", "-f", file],
				env: { OPENSSL_CONF },
			};
		},
	},
	postfix: {
		starttls: "smtp",
		needs: ["/usr/sbin/postfix", POSTFIX_DAEMONS],
		prepare({ path, write }, port, dhFile) {
			for (const folder of ["conf", "queue", "postfix-owned"]) {
				mkdirSync(`${path}/${folder}`, { recursive: true });
			}
			execFileSync("chown", ["postfix", `${path}/postfix-owned`]);
			write(
				"conf/main.cf",
				`compatibility_level = 3.6
queue_directory = ${path}/queue
data_directory = ${path}/postfix-owned
command_directory = /usr/sbin
daemon_directory = ${POSTFIX_DAEMONS}
mail_owner = postfix
setgid_group = postdrop
maillog_file = /dev/stdout
myhostname = mail.example.org
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${path}/cert.pem
smtpd_tls_key_file = ${path}/key.pem
tls_medium_cipherlist = ALL:@SECLEVEL=0
smtpd_tls_dh1024_param_file = ${dhFile}
`,
			);
			write(
				"conf/master.cf",
				`127.0.0.1:${port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
`,
			);
			return {
				command: "/usr/sbin/postfix",
				args: ["-c", `${path}/conf`, "start-fg"],
				// The script that was started waits for the master process.
				mainProcess: () => {
					const file = `${path}/queue/pid/master.pid`;
					return existsSync(file)
						? Number(readFileSync(file, "utf8"))
						: undefined;
				},
			};
		},
	},
	dovecot: {
		starttls: "imap",
		needs: ["/usr/sbin/dovecot", "/usr/lib/dovecot/imap-login"],
		prepare({ path, write }, port, dhFile) {
			const file = write(
				"dovecot.conf",
				`base_dir = ${path}/base
state_dir = ${path}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${path}/cert.pem
ssl_key = <${path}/key.pem
ssl_cipher_list = ALL:@SECLEVEL=0
ssl_dh = <${dhFile}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
passdb {
  driver = static
  args = nopassword=y
}
`,
			);
			return { command: "/usr/sbin/dovecot", args: ["-F", "-c", file] };
		},
	},
};
