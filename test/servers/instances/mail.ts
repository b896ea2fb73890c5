import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { type TestDirectory, UNPACKED } from "../program.js";
import { type Instance, ownedBy } from "./instance.js";

const POSTFIX_DAEMONS = "/usr/lib/postfix/sbin";
const EXIM = `${UNPACKED}/exim4-daemon-light/usr/sbin/exim4`;
const SENDMAIL = `${UNPACKED}/sendmail-bin/usr/libexec/sendmail/sendmail`;
const CF_MACROS = "/usr/share/sendmail/cf/m4/cf.m4";
const COURIER = `${UNPACKED}/courier-base`;
const SOCAT = "/usr/bin/socat";

export const MAIL: readonly Instance[] = [
	{
		config: ["postfix", "--server-version", "3.7.11"],
		starttls: "smtp",
		needs: ["/usr/sbin/postfix", POSTFIX_DAEMONS],
		prepare({ path, write }, port, lines) {
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
${lines}
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
		test: ({ path }) => ["/usr/sbin/postfix", "-c", `${path}/conf`, "check"],
	},
	{
		config: ["dovecot", "--server-version", "2.3.19.1 (9b53102964)"],
		starttls: "imap",
		needs: ["/usr/sbin/dovecot", "/usr/bin/doveconf"],
		prepare({ path, write }, port, lines) {
			write(
				"dovecot.conf",
				`base_dir = ${path}/base
state_dir = ${path}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${path}/cert.pem
ssl_key = <${path}/key.pem
${lines}
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
			return {
				command: "/usr/sbin/dovecot",
				args: ["-F", "-c", `${path}/dovecot.conf`],
			};
		},
		test: ({ path }) => [
			"/usr/bin/doveconf",
			"-n",
			"-c",
			`${path}/dovecot.conf`,
		],
	},
	{
		config: ["exim", "--tls", "gnutls"],
		starttls: "smtp",
		needs: [EXIM],
		ownGroup: "ffdhe2048",
		prepare(directory, port, lines) {
			const { path, write } = directory;
			const key = ownedBy("Debian-exim", directory, "key.pem", "exim");
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
${lines}
`,
			);
			return { command: EXIM, args: ["-bdf", "-C", file] };
		},
		test: ({ path }) => [EXIM, "-bV", "-C", `${path}/exim.conf`],
	},
	{
		config: ["sendmail"],
		starttls: "smtp",
		needs: [SENDMAIL, CF_MACROS, "/usr/bin/unshare"],
		prepare(directory, port, lines) {
			const { path, write } = directory;
			mkdirSync(`${path}/queue`, { recursive: true, mode: 0o700 });
			write("hosts", "127.0.0.1 mail.example.org localhost\n");
			write("service.switch", "hosts files\naliases files\n");
			write(
				"sendmail.mc",
				`divert(-1)
include(\`${CF_MACROS}')
divert(0)dnl
OSTYPE(\`linux')dnl
define(\`confDOMAIN_NAME', \`mail.example.org')dnl
define(\`confSERVICE_SWITCH_FILE', \`${path}/service.switch')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confREFUSE_LA', \`1000')dnl
define(\`confPID_FILE', \`${path}/sendmail.pid')dnl
define(\`QUEUE_DIR', \`${path}/queue')dnl
define(\`STATUS_FILE', \`${path}/statistics')dnl
define(\`confCACERT', \`${path}/cert.pem')dnl
define(\`confCACERT_PATH', \`${path}')dnl
define(\`confSERVER_CERT', \`${path}/cert.pem')dnl
define(\`confSERVER_KEY', \`${path}/key.pem')dnl
${lines}
FEATURE(\`no_default_msa')dnl
DAEMON_OPTIONS(\`Family=inet, Name=MTA, Addr=127.0.0.1, Port=${port}')dnl
MAILER(\`local')dnl
MAILER(\`smtp')dnl
`,
			);
			write(
				"sendmail.cf",
				execFileSync("m4", [`${path}/sendmail.mc`], { encoding: "utf8" }),
			);
			// A machine with a domain in its name, since Sendmail waits for a minute where there is none.
			write(
				"machine.sh",
				`mount --bind ${path}/hosts /etc/hosts
hostname mail.example.org
export RES_OPTIONS="attempts:1 timeout:1"
exec ${SENDMAIL} -C ${path}/sendmail.cf "$@"
`,
			);
			const [command, ...args] = onMachine(directory, "-bD");
			return { command, args };
		},
		test: (directory) => onMachine(directory, "-bt", "-d0.1"),
	},
	{
		config: ["courier", "--tls", "gnutls"],
		starttls: "none",
		needs: [`${COURIER}/usr/bin/couriertls`, SOCAT],
		ownGroup: "ffdhe2048",
		prepare(directory, port, lines) {
			const { path, read, write } = directory;
			write("courier.pem", read("key.pem") + read("cert.pem"), 0o600);
			// What Courier's own start script does with imapd-ssl.
			write(
				"imapd-ssl.sh",
				`set -a
TLS_CERTFILE=${path}/courier.pem
TLS_VERIFYPEER=NONE
${lines}
exec ${COURIER}/usr/bin/couriertls -server -tcpd /bin/cat
`,
			);
			return {
				command: SOCAT,
				args: [
					`TCP-LISTEN:${port},bind=127.0.0.1,fork`,
					`EXEC:sh ${path}/imapd-ssl.sh`,
				],
			};
		},
	},
];

/** Sendmail with a host name of its own. */
function onMachine(
	{ path }: TestDirectory,
	...mode: string[]
): [string, ...string[]] {
	return ["unshare", "--uts", "--mount", "sh", `${path}/machine.sh`, ...mode];
}
