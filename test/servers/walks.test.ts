import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MAIN } from "../cli/command.js";
import { INSTANCES } from "./instances/instances.js";
import { clientLog, DHE, OPENVPN, serverLog } from "./openvpn-client.js";
import {
	canRun,
	freePort,
	type ServerCommand,
	type TestDirectory,
	testDirectory,
} from "./program.js";
import { OLD_GROUP } from "./upgrade-scenario.js";

/** A way from a server's message to the fixed server, as its administrator goes it. */
interface Walk {
	readonly id: string;
	/** The lines of the configuration that name the bad file. */
	lines(file: string): string;
	readonly file: "weak" | "missing" | "garbage";
	/** What the message is explained as. */
	readonly message: string;
	/** Whose message it is, where it is not in the server's log. */
	readonly from?: "client";
	readonly starts?: true;
	/** The arguments of `config`, where the walk goes on to a server without DHE. */
	readonly disable?: string;
	/** The group that it serves in the end, where its TLS library chooses it. */
	readonly served?: string;
}

const WALKS: readonly Walk[] = [
	{
		id: "nginx",
		disable: "nginx",
		lines: (file) => `ssl_dhparam ${file};`,
		file: "weak",
		message: "dh-key-too-small-at-start",
	},
	{
		id: "apache",
		lines: (file) => `SSLOpenSSLConfCmd DHParameters "${file}"`,
		file: "garbage",
		message: "dh-file-not-parameters",
		// mod_ssl lets OpenSSL choose, whatever SSLOpenSSLConfCmd names.
		served: "DH, 2048 bits (modp_2048)",
	},
	{
		id: "postfix",
		disable: "postfix --server-version 3.7.11",
		lines: (file) => `smtpd_tls_dh1024_param_file = ${file}`,
		file: "garbage",
		starts: true,
		message: "postfix-dh-file",
	},
	{
		id: "dovecot",
		disable: "dovecot --server-version 2.3.19.1",
		lines: (file) => `ssl_dh = <${file}`,
		file: "weak",
		starts: true,
		message: "dh-key-too-small-at-start",
	},
	{
		id: "exim",
		lines: (file) => `tls_dhparam = ${file}`,
		file: "missing",
		starts: true,
		message: "exim-dh-file",
		served: "DH, 2048 bits (ffdhe2048)",
	},
	{
		id: "haproxy",
		disable: "haproxy --server-version 2.6.12",
		lines: (file) => `\tssl-dh-param-file ${file}`,
		file: "garbage",
		message: "haproxy-dh-file",
	},
	{
		id: "proftpd",
		lines: (file) => `TLSDHParamFile ${file}`,
		file: "missing",
		message: "dh-file-missing",
	},
	{
		id: "openldap",
		lines: (file) => `TLSDHParamFile ${file}`,
		file: "missing",
		message: "openldap-tls-init",
		served: "DH, 2048 bits (ffdhe2048)",
	},
	{
		id: "sendmail",
		lines: (file) => `define(\`confDH_PARAMETERS', \`${file}')dnl`,
		file: "weak",
		starts: true,
		from: "client",
		message: "dh-key-too-small",
		served: "DH, 2048 bits (ffdhe2048)",
	},
];

/** Leads to a group of 2048 bits in a second. Without it, each walk would search for some ten. */
const QUICK_SEED = "walk 56";

/** The server under a `systemctl` of the test's own, which is what the machine lacks. */
class Machine implements AsyncDisposable {
	constructor(
		readonly directory: TestDirectory,
		readonly port: number,
		{ command, args, env = {} }: ServerCommand,
		readonly starttls: string,
	) {
		const { path } = directory;
		mkdirSync(`${path}/bin`);
		const words = [command, ...args].map(
			(word) => `'${word.replaceAll("'", "'\\''")}'`,
		);
		const settings = Object.entries(env).map(
			([k, v]) => `export ${k}='${v}'\n`,
		);
		// A restart, for a server that runs and for one that did not start.
		directory.write(
			"bin/systemctl",
			`#!/bin/bash
echo "$*" >> ${path}/systemctl.log
${path}/bin/stop-server
${settings.join("")}setsid ${words.join(" ")} >> ${path}/server.log 2>&1 < /dev/null &
echo $! > ${path}/server-process
for i in $(seq 100); do
	kill -0 $! 2> /dev/null || exit 1
	(exec 3<> /dev/tcp/127.0.0.1/${port}) 2> /dev/null && break
	sleep 0.1
done
# Apache listens before it reads its files.
sleep 0.4
kill -0 $! 2> /dev/null
`,
			0o755,
		);
		// By its own process group, and Postfix's master process, which has a session of its own.
		directory.write(
			"bin/stop-server",
			`#!/bin/bash
[ -e ${path}/server-process ] || exit 0
pid=$(cat ${path}/server-process)
rm ${path}/server-process
kill -- -$pid 2> /dev/null
master=$(cat ${path}/queue/pid/master.pid 2> /dev/null) && kill $master && while kill -0 $master 2> /dev/null; do sleep 0.05; done
for i in $(seq 100); do kill -0 -- -$pid 2> /dev/null || exit 0; sleep 0.05; done
kill -9 -- -$pid
`,
			0o755,
		);
		directory.write(
			"bin/apachectl",
			`#!/bin/sh\nexec systemctl "$1" apache2\n`,
			0o755,
		);
		directory.write(
			"bin/postfix",
			`#!/bin/sh\nexec /usr/sbin/postfix -c ${path}/conf "$@"\n`,
			0o755,
		);
		directory.write(
			"bin/gen-dhparams",
			`#!/bin/sh
case $1 in
probe) set -- "$@" --starttls ${starttls} ;;
ensure) [ -e ${path}/no-seed ] || set -- "$@" --seed "${QUICK_SEED}" ;;
esac
exec ${process.execPath} ${MAIN} "$@"
`,
			0o755,
		);
	}

	/** A line in a root shell on this machine. */
	sh(line: string, input = "") {
		const { stdout, stderr, status } = spawnSync("sh", ["-c", line], {
			input,
			encoding: "utf8",
			timeout: 300_000,
			cwd: this.directory.path,
			env: {
				...process.env,
				PATH: `${this.directory.path}/bin:/usr/sbin:${process.env.PATH}`,
			},
		});
		return { line, stdout, stderr, status };
	}

	get log(): string {
		return ["server.log", "error.log", "exim/mainlog", "exim/paniclog"]
			.map((name) => `${this.directory.path}/${name}`)
			.filter((file) => existsSync(file))
			.map((file) => readFileSync(file, "utf8"))
			.join("");
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.sh("stop-server");
	}
}

describe.each(WALKS)("$id", (each) => {
	const instance = INSTANCES.find(({ config }) => config[0] === each.id);
	if (instance === undefined) throw new Error(each.id);
	test.runIf(canRun(...instance.needs))(
		`from its message`,
		async () => {
			using directory = testDirectory();
			const port = await freePort();
			const file = `${directory.path}/dhparams.pem`;
			if (each.file === "weak") directory.write("dhparams.pem", OLD_GROUP);
			if (each.file === "garbage") directory.write("dhparams.pem", "garbage\n");
			const arrange = (lines: string) =>
				prepared(each.id, directory, instance.prepare(directory, port, lines));
			const command = arrange(each.lines(file));
			await using machine = new Machine(
				directory,
				port,
				command,
				instance.starttls,
			);
			const started = machine.sh(`systemctl start ${each.id}`);
			expect(started.status, machine.log).toBe(each.starts ? 0 : 1);
			const protocol =
				instance.starttls === "none" ? "" : `-starttls ${instance.starttls}`;
			const client = (ciphers: string) =>
				machine.sh(
					`openssl s_client -connect 127.0.0.1:${port} ${protocol} -tls1_2 -cipher ${ciphers}`,
				);
			const seen = client("kDHE").stderr;
			const message = each.from === "client" ? seen : machine.log;
			await follow(machine, message, { ...each, path: file });

			if (each.disable === undefined) return;
			const { stdout } = machine.sh(
				`gen-dhparams config ${each.disable} --disable --directive`,
			);
			arrange(stdout);
			expect(machine.sh(`systemctl restart ${each.id}`).status).toBe(0);
			expect(client("kDHE").stdout).not.toContain("Cipher is DHE");
			expect(client("kECDHE").stdout).toContain("Cipher is ECDHE");
			const { stdout: probed } = machine.sh(
				`gen-dhparams probe 127.0.0.1:${port}`,
			);
			expect(probed).not.toContain("Server Temp Key: DH");
		},
		300_000,
	);
});

test.runIf(canRun(OPENVPN))(
	"openvpn from its message",
	async () => {
		using directory = testDirectory();
		const file = directory.write("dhparams.pem", OLD_GROUP);
		const log = await serverLog(directory, `dh ${file}`);
		const machine = new Machine(
			directory,
			1,
			{ command: "true", args: [] },
			"none",
		);
		directory.write("messages.log", log);
		const { stdout } = machine.sh("gen-dhparams explain - < messages.log");
		// OpenVPN does not name the file here; the reader puts that of the configuration.
		const line = (
			/^ {2}(gen-dhparams ensure .*# or the file that .*)$/m.exec(
				stdout,
			)?.[1] ?? ""
		).replace(/\/etc\/\S+/, file);
		expect(line, `${log}${stdout}`).toContain(`ensure ${file} --reload `);
		// This systemctl starts nothing: the client below starts the server.
		directory.write("bin/systemctl", "#!/bin/sh\n");
		expect(machine.sh(line)).toMatchObject({ line, status: 0 });
		expect(await clientLog(directory, `dh ${file}`, DHE)).toMatch(
			/peer temporary key: 2048 bits DH/,
		);
	},
	300_000,
);

/** Runs what `explain` prints, as printed, and looks at what the last of it shows. */
async function follow(
	machine: Machine,
	message: string,
	walk: Pick<Walk, "id" | "file" | "message" | "served"> & {
		readonly path: string;
	},
): Promise<void> {
	const log = machine.directory.write("messages.log", message);
	// With a seed, ensure would replace the standard group that a command before it writes.
	if (walk.served !== undefined) machine.directory.write("no-seed", "");
	const [found] = JSON.parse(
		machine.sh(`gen-dhparams explain --json - < ${log}`).stdout,
	);
	expect(found?.id, message).toBe(walk.message);
	const { stdout } = machine.sh(`gen-dhparams explain - < ${log}`);
	const commands = stdout
		.split("\n")
		.filter((line) => line.startsWith("  ") && !line.startsWith("  in: "));
	expect(commands.length, stdout).toBeGreaterThanOrEqual(2);
	let shown = "";
	for (const printed of commands) {
		const line = printed
			.trim()
			.replace(/\bSERVER\b/, walk.id)
			.replace("HOST:PORT", `127.0.0.1:${machine.port}`)
			// Where the message names no file, the reader puts that of the configuration.
			.replace(/\/etc\/\S+(?=.*# or the file that)/, walk.path);
		if (walk.file === "garbage" && line.includes(" ensure ")) {
			// It may be a key: the text before the command asks to move it away first.
			expect(machine.sh(line).status).toBe(2);
			machine.sh(`mv ${walk.path} ${walk.path}.old`);
		}
		const result = machine.sh(line);
		expect(result, machine.log).toMatchObject({ line, status: 0 });
		if (line.includes("put the line in, restart")) {
			machine.sh(`systemctl restart ${walk.id}`);
		}
		shown = result.stdout;
	}
	expect(shown).toContain(
		`Server Temp Key: ${walk.served ?? "DH, 2048 bits (custom group)"}`,
	);
}

/** What a machine of an administrator has besides what the instance has. */
function prepared(
	id: string,
	directory: TestDirectory,
	command: ServerCommand,
): ServerCommand {
	if (id === "openldap") {
		// Without it, the log is the system's.
		return {
			...command,
			args: command.args.map((a) => (a === "0" ? "256" : a)),
		};
	}
	if (id === "sendmail") {
		directory.write("openssl.cnf", OLD_SYSTEM);
		directory.write(
			"machine.sh",
			`mount --bind ${directory.path}/openssl.cnf /etc/ssl/openssl.cnf\n${directory.read("machine.sh")}`,
		);
	}
	return command;
}

/** OpenSSL's settings on a system from before security levels. */
const OLD_SYSTEM = `openssl_conf = main
[main]
ssl_conf = ssl
[ssl]
system_default = tls
[tls]
MinProtocol = TLSv1
CipherString = ALL:!aNULL:@SECLEVEL=0
`;
