import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, test } from "vitest";
import { canRun } from "./program.js";
import {
	NEW_GROUP,
	type ServerKind,
	upgradeScenario,
} from "./upgrade-scenario.js";

const DOVECOT = "/usr/sbin/dovecot";
const DOVECONF = "/usr/bin/doveconf";

const dovecot: ServerKind = {
	starttls: "imap",
	configure({ path, write }, port, dhLine) {
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
ssl_cipher_list = ALL:!aNULL:@SECLEVEL=0
${dhLine}
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
	},
	testConfiguration: ({ path }) =>
		execFileSync(DOVECONF, ["-n", "-c", `${path}/dovecot.conf`], {
			stdio: "ignore",
		}),
	command: ({ path }) => ({
		command: DOVECOT,
		args: ["-F", "-c", `${path}/dovecot.conf`],
	}),
	config: ["dovecot", "--server-version", "2.3"],
};

describe.runIf(canRun(DOVECOT, DOVECONF))("Dovecot", () => {
	test("goes from a weak group to a good one", async () => {
		await upgradeScenario(dovecot, (file) => writeFileSync(file, NEW_GROUP));
	});
});
