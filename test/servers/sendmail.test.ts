import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MAIN } from "../cli/command.js";
import {
	canRun,
	freePort,
	type ServerCommand,
	start,
	type TestDirectory,
	testDirectory,
	UNPACKED,
} from "./program.js";
import {
	dhLine,
	NEW_GROUP,
	OLD_GROUP,
	probe,
	type ServerKind,
	upgradeScenario,
} from "./upgrade-scenario.js";

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
CipherString = ALL:!aNULL:@SECLEVEL=0
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
	testConfiguration: (directory) => {
		// Address test mode reads the whole configuration and complains of it.
		const { command, args, env } = onMachine(directory, "-bt");
		const output = execFileSync(command, args, {
			input: "",
			encoding: "utf8",
			env: { ...process.env, ...env },
		});
		expect(output).toContain("ADDRESS TEST MODE");
		expect(output).not.toMatch(/unknown|error|line \d+/i);
	},
	command: (directory) => onMachine(directory, "-bD"),
	config: ["sendmail"],
};

/** Sendmail with a host name and an openssl.cnf of its own. */
function onMachine({ path }: TestDirectory, mode: string): ServerCommand {
	return {
		command: "unshare",
		args: ["--uts", "--mount", "sh", `${path}/machine.sh`, mode],
		env: { RES_OPTIONS: "attempts:1 timeout:1" },
	};
}

/** The commands of the guide's transcript, and the lines that it shows of what they print, for this machine. */
function transcript({ path }: TestDirectory, port: number) {
	const guide = readFileSync("docs/fix-dh-key-too-small.md", "utf8");
	const lines = (/```console\n(.*?)```/s.exec(guide)?.[1] ?? "")
		.trim()
		.split("\n");
	const commands: { line: string; output: string[] }[] = [];
	for (const each of lines) {
		const line = each.replaceAll("mail.example.org:25", `127.0.0.1:${port}`);
		if (line.startsWith("# ")) {
			commands.push({
				line: line.slice(2).replaceAll("/etc/mail", path),
				output: [],
			});
		} else if (line !== "...") commands.at(-1)?.output.push(line);
	}
	return commands;
}

/** What the guide's reader has on the PATH, for a Sendmail that lives in the testDirectory. */
function installCommands({ path, write }: TestDirectory): void {
	mkdirSync(`${path}/bin`);
	mkdirSync(`${path}/tls`);
	// Only port 25 tells that STARTTLS is meant.
	write(
		"bin/gen-dhparams",
		`#!/bin/sh
[ "$1" = probe ] && set -- "$@" --starttls smtp
exec ${process.execPath} ${MAIN} "$@"
`,
		0o755,
	);
	write(
		"bin/make",
		`#!/bin/sh\nm4 "$2"/sendmail.mc > "$2"/sendmail.cf\n`,
		0o755,
	);
	write("bin/systemctl", `#!/bin/sh\n[ "$*" = "restart sendmail" ]\n`, 0o755);
}

/** A Sendmail that is stopped and started again. */
class Restarted implements AsyncDisposable {
	#running: AsyncDisposable | undefined;

	constructor(
		readonly directory: TestDirectory,
		readonly port: number,
	) {}

	async restart(): Promise<void> {
		await this.#running?.[Symbol.asyncDispose]();
		this.#running = await start(
			this.directory,
			this.port,
			sendmail.command(this.directory),
		);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#running?.[Symbol.asyncDispose]();
	}
}

describe.runIf(canRun(SENDMAIL, CF_MACROS, "/usr/bin/unshare"))(
	"Sendmail",
	() => {
		test("goes from a weak group to a good one", async () => {
			await upgradeScenario(sendmail, (file) => writeFileSync(file, NEW_GROUP));
		});

		test("is fixed by the four commands of the guide", async () => {
			using directory = testDirectory();
			const port = await freePort();
			const old = directory.write("old.pem", OLD_GROUP);
			sendmail.configure(directory, port, dhLine(sendmail, old));
			installCommands(directory);
			const commands = transcript(directory, port);
			expect(commands.length).toBe(4);
			await using server = new Restarted(directory, port);
			await server.restart();
			expect(probe(sendmail, port).status).toBe(1);
			for (const { line, output } of commands) {
				const { stdout, stderr, status } = spawnSync("sh", ["-c", line], {
					encoding: "utf8",
					env: {
						...process.env,
						PATH: `${directory.path}/bin:${process.env.PATH}`,
					},
				});
				expect({ line, stderr, status }).toEqual({
					line,
					stderr: "",
					status: 0,
				});
				if (line.includes("systemctl restart")) await server.restart();
				let from = 0;
				for (const expected of output) {
					const at = stdout.indexOf(`${expected}\n`, from);
					expect(at, `${expected} in ${stdout}`).toBeGreaterThanOrEqual(0);
					from = at + expected.length;
				}
			}
		}, 450_000);
	},
);
