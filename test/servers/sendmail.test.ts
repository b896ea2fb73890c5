import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
	canRun,
	type ServerCommand,
	UNPACKED,
	type Workshop,
} from "./program.js";
import { NEW_GROUP, type ServerKind, walk } from "./walk.js";

const SENDMAIL = `${UNPACKED}/sendmail-bin/usr/libexec/sendmail/sendmail`;
const CF_MACROS = "/usr/share/sendmail/cf/m4/cf.m4";

/** OpenSSL's settings on a system from before security levels: Sendmail has none of its own for its DH file. */
const OLD_SYSTEM = `openssl_conf = main
[main]
ssl_conf = ssl
[ssl]
system_default = tls
[tls]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
`;

const sendmail: ServerKind = {
	starttls: "smtp",
	configure({ path, write }, port, dhLine) {
		mkdirSync(`${path}/queue`, { recursive: true, mode: 0o700 });
		write("hosts", "127.0.0.1 mail.example.org localhost\n");
		write("service.switch", "hosts files\naliases files\n");
		write("openssl.cnf", OLD_SYSTEM);
		write(
			"sendmail.mc",
			`divert(-1)
include(\`${CF_MACROS}')
divert(0)dnl
OSTYPE(\`linux')dnl
define(\`confDOMAIN_NAME', \`mail.example.org')dnl
define(\`confSERVICE_SWITCH_FILE', \`${path}/service.switch')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confPID_FILE', \`${path}/sendmail.pid')dnl
define(\`QUEUE_DIR', \`${path}/queue')dnl
define(\`STATUS_FILE', \`${path}/statistics')dnl
define(\`confCACERT', \`${path}/cert.pem')dnl
define(\`confCACERT_PATH', \`${path}')dnl
define(\`confSERVER_CERT', \`${path}/cert.pem')dnl
define(\`confSERVER_KEY', \`${path}/key.pem')dnl
${dhLine}
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
mount --bind ${path}/openssl.cnf /etc/ssl/openssl.cnf
hostname mail.example.org
exec ${SENDMAIL} -C ${path}/sendmail.cf "$@"
`,
		);
	},
	testConfiguration: (shop) => {
		// Address test mode reads the whole configuration and complains of it.
		const { command, args, env } = onMachine(shop, "-bt");
		const output = execFileSync(command, args, {
			input: "",
			encoding: "utf8",
			env: { ...process.env, ...env },
		});
		expect(output).toContain("ADDRESS TEST MODE");
		expect(output).not.toMatch(/unknown|error|line \d+/i);
	},
	command: (shop) => onMachine(shop, "-bD"),
	config: ["sendmail"],
};

/** Sendmail with a host name and an openssl.cnf of its own. */
function onMachine({ path }: Workshop, mode: string): ServerCommand {
	return {
		command: "unshare",
		args: ["--uts", "--mount", "sh", `${path}/machine.sh`, mode],
		env: { RES_OPTIONS: "attempts:1 timeout:1" },
	};
}

describe.runIf(canRun(SENDMAIL, CF_MACROS, "/usr/bin/unshare"))(
	"Sendmail",
	() => {
		it("goes from a weak group to a good one", async () => {
			await walk(sendmail, (file) => writeFileSync(file, NEW_GROUP));
		});
	},
);
