import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
	canRun,
	freePort,
	start,
	type TestDirectory,
	testDirectory,
} from "../../servers/program.js";
import {
	BITS,
	commandOf,
	installed,
	kill,
	onOneMachine,
	PARTS,
	QUOTED_SEED,
	RECIPES,
	run,
	SEED,
} from "./search.js";

const SSHD = "/usr/sbin/sshd";
const KEYGEN = "/usr/bin/ssh-keygen";
const HOSTS = ["alpha", "beta"] as const;

/** What a user has in the environment. */
function environment({ path }: TestDirectory, bin: string) {
	return { PATH: bin, HOME: path, PARTS: String(PARTS) };
}

/** Two sshd on loopback, each with its own port and key, and an ssh that finds them by their names. */
async function machines(directory: TestDirectory) {
	const { path, write } = directory;
	const bin = installed(directory);
	keygen(join(path, "id"));
	write("authorized_keys", readFileSync(join(path, "id.pub")), 0o600);
	const ports = [await freePort(), await freePort()];
	const servers = await Promise.all(
		HOSTS.map((host, i) => {
			const port = ports[i] as number;
			keygen(join(path, `${host}-key`));
			const config = write(
				`${host}.conf`,
				`Port ${port}
ListenAddress 127.0.0.1
HostKey ${path}/${host}-key
PidFile ${path}/${host}.pid
AuthorizedKeysFile ${path}/authorized_keys
PermitRootLogin prohibit-password
SetEnv PATH=${bin}
`,
			);
			return start(directory, port, {
				command: SSHD,
				args: ["-D", "-e", "-f", config],
			});
		}),
	);
	const names = HOSTS.map((host, i) => `Host ${host}\nPort ${ports[i]}\n`);
	const config = write(
		"ssh.conf",
		`${names.join("")}Host *
HostName 127.0.0.1
IdentityFile ${path}/id
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
LogLevel ERROR
`,
	);
	write("bin/ssh", `#!/bin/sh\nexec /usr/bin/ssh -F ${config} "$@"\n`, 0o755);
	return {
		env: environment(directory, bin),
		async [Symbol.asyncDispose]() {
			for (const server of servers) await server[Symbol.asyncDispose]();
		},
	};
}

function keygen(file: string): void {
	execFileSync(KEYGEN, ["-q", "-t", "ed25519", "-N", "", "-f", file]);
}

/** The processes that a process has begun, and those that they have. */
function descendants(pid: number): number[] {
	const table = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
		.trim()
		.split("\n")
		.map((line) => line.trim().split(/\s+/).map(Number));
	const of = (parent: number): number[] =>
		table.flatMap(([child, its]) =>
			its === parent && child !== undefined ? [child, ...of(child)] : [],
		);
	return of(pid);
}

const pidOf = (directory: TestDirectory, host: string) =>
	Number(directory.read(`${host}.pid`));

const script = (...args: readonly string[]) =>
	["sh", join(RECIPES, "parallel.sh"), ...args] as [string, ...string[]];

/** The lines of the file of units. */
const units = (directory: TestDirectory) =>
	directory
		.read("units.jsonl")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));

describe.runIf(canRun(SSHD, KEYGEN, "/usr/bin/ssh", "/usr/bin/parallel"))(
	"parallel.sh",
	() => {
		test("finds the group of one machine on two, and ends with the first hit", async () => {
			using directory = testDirectory();
			await using both = await machines(directory);
			const { path } = directory;
			const search = script(BITS, SEED, ...HOSTS);
			const ended = await run(path, search, both.env);
			expect(ended, ended.stderr).toMatchObject({
				status: 0,
				stdout: onOneMachine(),
			});
			expect(ended.stderr).not.toContain("parallel:");
			const found = units(directory);
			expect(found.map(({ result }) => result.hits.length)).toEqual([0, 0, 1]);
			const log = directory.read("units.jsonl.0.log");
			for (const host of HOSTS) expect(log).toContain(`\t${host}\t`);
			// What was done is not done again.
			const again = await run(path, search, { ...both.env, PARTS: "0" });
			expect(again).toMatchObject({ status: 0, stdout: ended.stdout });
			expect(units(directory)).toEqual(found);
		}, 120_000);

		test("a machine dies in the middle: another does its part", async () => {
			using directory = testDirectory();
			await using both = await machines(directory);
			const running = run(directory.path, script(BITS, QUOTED_SEED, ...HOSTS), {
				...both.env,
				PARTS: "4",
			});
			const sshd = pidOf(directory, "beta");
			const isAtWork = () =>
				descendants(sshd).some((pid) => commandOf(pid).includes("\0work\0"));
			let hasEnded = false;
			running.then(() => {
				hasEnded = true;
			});
			while (!isAtWork() && !hasEnded) await sleep(20);
			expect(hasEnded).toBe(false);
			for (const pid of [sshd, ...descendants(sshd)]) kill(pid);
			const ended = await running;
			expect(ended, ended.stderr).toMatchObject({
				status: 0,
				stdout: onOneMachine(QUOTED_SEED),
			});
			const log = directory.read("units.jsonl.0.log");
			expect(log).not.toContain("\tbeta\t");
			expect(log).toContain("\talpha\t");
		}, 120_000);

		test("without a machine that answers, the last command does it all", async () => {
			using directory = testDirectory();
			const { path } = directory;
			const env = environment(directory, installed(directory));
			directory.write("bin/ssh", "#!/bin/sh\nexit 255\n", 0o755);
			const ended = await run(path, script(BITS, SEED, ...HOSTS), {
				...env,
				PARTS: "1",
			});
			expect(ended).toMatchObject({ status: 0, stdout: onOneMachine() });
			expect(existsSync(join(path, "units.jsonl"))).toBe(true);
		}, 60_000);
	},
);
