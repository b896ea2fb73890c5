import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "vitest";
import { canRun } from "./program.js";
import {
	NEW_GROUP,
	type ServerKind,
	upgradeScenario,
} from "./upgrade-scenario.js";

const POSTFIX = "/usr/sbin/postfix";
const POSTFIX_DAEMONS = "/usr/lib/postfix/sbin";

const postfix: ServerKind = {
	starttls: "smtp",
	configure({ path, write }, port, dhLine) {
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
${dhLine}
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
	},
	testConfiguration: ({ path }) =>
		execFileSync(POSTFIX, ["-c", `${path}/conf`, "check"], {
			stdio: "ignore",
		}),
	command: ({ path }) => ({
		command: POSTFIX,
		args: ["-c", `${path}/conf`, "start-fg"],
		// The script that was started waits for the master process.
		mainProcess: () => {
			const file = `${path}/queue/pid/master.pid`;
			return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
		},
	}),
	config: ["postfix"],
};

describe.runIf(canRun(POSTFIX, POSTFIX_DAEMONS))("Postfix", () => {
	test("goes from a weak group to a good one", async () => {
		await upgradeScenario(postfix, (file) => writeFileSync(file, NEW_GROUP));
	});
});
