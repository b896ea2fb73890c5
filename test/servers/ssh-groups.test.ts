import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { explain } from "../../src/guide/explain.js";
import type { DhParams } from "../../src/params.js";
import {
	probeSsh,
	type SshProbeReport,
} from "../../src/probe/ssh/probe-ssh.js";
import { readParameters } from "../../src/reading/read.js";
import { MAIN } from "../cli/command.js";
import { expectValid } from "../cli/schema.js";
import { moduliLine } from "../differential/materials.js";
import {
	canRun,
	freePort,
	genDhparams,
	start,
	type TestDirectory,
	testDirectory,
} from "./program.js";
import { NEW_GROUP } from "./upgrade-scenario.js";

const SSHD = "/usr/sbin/sshd";
const SSH = "/usr/bin/ssh";
const KEYGEN = "/usr/bin/ssh-keygen";
const DROPBEAR = "/usr/sbin/dropbear";
const PROFTPD = "/usr/sbin/proftpd";
const PLINK = "/usr/bin/plink";

const SHA256 = "diffie-hellman-group-exchange-sha256";

/** A group of no standard, as a line of a moduli file. */
const [OWN] = readParameters(Buffer.from(NEW_GROUP)).map(
	({ params }) => params,
) as [DhParams];

/** A real sshd on loopback with its own host key. */
async function sshd(directory: TestDirectory, lines: string) {
	const port = await freePort();
	const key = hostKey(directory);
	mkdirSync("/run/sshd", { recursive: true });
	const config = directory.write(
		"sshd_config",
		`Port ${port}
ListenAddress 127.0.0.1
HostKey ${key}
PidFile none
MaxStartups 100
${lines}
`,
	);
	const server = await start(directory, port, {
		command: SSHD,
		args: ["-D", "-e", "-f", config],
	});
	return { port, server };
}

function hostKey({ path }: TestDirectory): string {
	const key = `${path}/host-key`;
	execFileSync(KEYGEN, ["-q", "-t", "ed25519", "-N", "", "-f", key]);
	return key;
}

/** A moduli file of standard groups that OpenSSH does not have built in. */
const moduli = (...names: readonly string[]) =>
	genDhparams("groups", ...names, "--format", "moduli").stdout;

/** The groups by request, as names and sizes: "3072 of 2048 to 8192" and so on. */
function given({ groupExchange, groups }: SshProbeReport) {
	return Object.fromEntries(
		(groupExchange?.replies ?? []).map(({ request, reply }) => {
			const { min, preferred, max } = request;
			const name =
				min === undefined ? `${preferred}` : `${min} ${preferred} ${max}`;
			if ("refusal" in reply) return [name, "refused"];
			if ("noAnswer" in reply) return [name, "unknown"];
			const { p } = reply.params;
			const found = groups.find(({ params }) => params.p === p);
			return [name, found?.validation.group ?? "custom group"];
		}),
	);
}

/** The size of the group that OpenSSH's client gets, by the cipher that decides what it asks for, and its request. */
function clientGets(port: number, cipher: string, mac = "hmac-sha2-256") {
	const stderr = sshSays(
		port,
		...["-vvv", "-o", `KexAlgorithms=${SHA256}`, "-o", `Ciphers=${cipher}`],
		...["-o", `MACs=${mac}`],
	);
	return {
		request: /GEX_REQUEST\((\d+<\d+<\d+)\) sent/.exec(stderr)?.[1],
		bits: Number(/bits set: \d+\/(\d+)/.exec(stderr)?.[1]),
		stderr,
	};
}

function sshSays(port: number, ...options: readonly string[]): string {
	return spawnSync(
		SSH,
		[
			...["-F", "none", "-p", String(port), "-o", "BatchMode=yes"],
			...["-o", "StrictHostKeyChecking=no"],
			...["-o", "UserKnownHostsFile=/dev/null"],
			...options,
			"nobody@127.0.0.1",
		],
		{ encoding: "utf8", timeout: 20_000 },
	).stderr;
}

const idsOf = (text: string) => explain(text).map(({ message }) => message.id);

describe.runIf(canRun(SSHD, SSH, KEYGEN))("sshd", () => {
	test("serves the groups of its file, to ssh and to the probe", async () => {
		using directory = testDirectory();
		const file = directory.write(
			"moduli",
			moduli("ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe8192"),
		);
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${file}\nKexAlgorithms ${SHA256},curve25519-sha256`,
		);
		await using _server = server;
		const found = await probeSsh(`ssh://127.0.0.1:${port}`);
		expect(found.greeting).toMatch(/^SSH-2\.0-OpenSSH_/);
		expect(found.verdict).toBe("accept");
		expect(found.groupExchange?.source).toBe("standard");
		expect(given(found)).toEqual({
			"2048 3072 8192": "ffdhe3072",
			"2048 8192 8192": "ffdhe8192",
			"2048 7680 8192": "ffdhe8192",
			"1024 4096 8192": "ffdhe4096",
			"1024 2048 8192": "ffdhe2048",
			"1024 2048 2048": "ffdhe2048",
			"1024 1024 8192": "ffdhe2048",
			"1024 1024 1024": "refused",
			"2048": "refused",
		});
		const short = clientGets(port, "aes128-gcm@openssh.com");
		expect(short, short.stderr).toMatchObject({
			request: "2048<3072<8192",
			bits: 3072,
		});
		expect(clientGets(port, "chacha20-poly1305@openssh.com")).toMatchObject({
			request: "2048<8192<8192",
			bits: 8192,
		});
		// 192 bits at most, so no longer key of the MAC.
		expect(clientGets(port, "aes192-ctr", "umac-64@openssh.com")).toMatchObject(
			{ request: "2048<7680<8192", bits: 8192 },
		);
		// The log of the server: the probe takes its leave before a key is agreed on.
		const log = directory.read("server.log");
		expect(log).toMatch(
			/Received disconnect from 127\.0\.0\.1 port \d+:11: the probe ends here \[preauth\]/,
		);
		// For the client that takes 1024 bits at most.
		expect(log).toMatch(
			/ssh_dispatch_run_fatal: Connection from 127\.0\.0\.1 port \d+: DH GEX group out of range \[preauth\]/,
		);
	});

	test("serves the groups of a file that gen-dhparams moduli made, to ssh and to the probe", async () => {
		using directory = testDirectory();
		// gen-dhparams moduli --sizes 2048,3072,4096 --per-size 2 --seed "gen-dhparams test vector"
		const table = readFileSync("test/vectors/moduli-table", "utf8");
		const file = directory.write("moduli", table);
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${file}\nKexAlgorithms ${SHA256},curve25519-sha256`,
		);
		await using _server = server;
		const found = await probeSsh(`ssh://127.0.0.1:${port}`);
		expect(found.verdict).toBe("accept");
		expect(found.groupExchange?.source).toBe("file");
		expect(found.groups.length).toBeGreaterThan(2);
		const digits = found.groups.map(({ params }) =>
			params.p.toString(16).toUpperCase(),
		);
		for (const p of digits) expect(table).toContain(` ${p}\n`);
		const sizes = found.groups.map(({ params }) => params.bits);
		expect(new Set(sizes)).toEqual(new Set([2048, 3072, 4096]));
		expect(clientGets(port, "aes128-gcm@openssh.com")).toMatchObject({
			request: "2048<3072<8192",
			bits: 3072,
		});
		expect(clientGets(port, "chacha20-poly1305@openssh.com")).toMatchObject({
			request: "2048<8192<8192",
			bits: 4096,
		});
		expect(genDhparams("moduli", "check", file).stdout).toContain(
			'All groups come from the seed "gen-dhparams test vector"',
		);
	});

	test("serves own groups, which the command shows and saves", async () => {
		using directory = testDirectory();
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${directory.write("moduli", `${moduliLine(OWN)}\n`)}\nKexAlgorithms +${SHA256}`,
		);
		await using _server = server;
		const pem = `${directory.path}/served.pem`;
		const { status, stdout, stderr } = genDhparams(
			...["probe", `ssh://127.0.0.1:${port}`, "--pem", pem],
		);
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
		expect(stdout).toContain(`127.0.0.1:${port} with SSH: accepted\n`);
		expect(stdout).toContain(
			"3072 of 2048 to 8192 bits (OpenSSH with a 128-bit cipher): 2048 bits (custom group)",
		);
		expect(stdout).toContain("groups from       a file (moduli)");
		const saved = readParameters(Buffer.from(directory.read("served.pem")));
		expect(saved.map(({ params }) => params.p)).toEqual([OWN.p]);
	});

	test("without a file serves what it has built in", async () => {
		using directory = testDirectory();
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${directory.path}/missing\nKexAlgorithms ${SHA256}`,
		);
		await using _server = server;
		const found = await probeSsh(`127.0.0.1:${port}`);
		expect(found.groupExchange?.source).toBe("fallback");
		expect(given(found)).toMatchObject({
			"2048 3072 8192": "modp_8192",
			"1024 2048 2048": "modp_2048",
			"1024 1024 1024": "refused",
		});
		expect(directory.read("server.log")).toMatch(
			/WARNING: could not open .*missing \(No such file or directory\), using fixed modulus/,
		);
	});

	test("with a file of large groups falls back for small requests", async () => {
		using directory = testDirectory();
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${directory.write("moduli", moduli("ffdhe3072"))}\nKexAlgorithms ${SHA256}`,
		);
		await using _server = server;
		const found = await probeSsh(`127.0.0.1:${port}`);
		const small = given(found)["1024 2048 2048"];
		// Before OpenSSH 10.0; newer ones refuse.
		expect(["modp_2048", "refused"]).toContain(small);
		expect(given(found)["2048 3072 8192"]).toBe("ffdhe3072");
	});

	test("as Debian configures it, with all exchanges that it has", async () => {
		using directory = testDirectory();
		const all = spawnSync(SSH, ["-Q", "kex"], { encoding: "utf8" });
		const names = all.stdout.trim().split("\n");
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${directory.path}/missing\nKexAlgorithms ${names.join(",")}`,
		);
		await using _server = server;
		const found = await probeSsh(`127.0.0.1:${port}`);
		expect(found.keyExchanges.map(({ name }) => name)).toEqual(names);
		expect(found.keyExchanges.filter(({ kind }) => kind === "unknown")).toEqual(
			[],
		);
		expect(found.verdict).toBe("reject");
		const { status, stdout } = genDhparams(
			...["probe", `ssh://127.0.0.1:${port}`, "--json"],
		);
		expect(status).toBe(1);
		expectValid("probe", stdout);
	});

	test("serves a new file without a reload, as config openssh puts it in place", async () => {
		using directory = testDirectory();
		const file = directory.write("moduli-in-use", moduli("ffdhe2048"));
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${file}\nKexAlgorithms ${SHA256}`,
		);
		await using _server = server;
		const before = await probeSsh(`127.0.0.1:${port}`);
		expect(given(before)["2048 3072 8192"]).toBe("ffdhe2048");
		const { make, install } = JSON.parse(
			genDhparams("config", "openssh", "--path", file, "--json").stdout,
		);
		directory.write(
			"gen-dhparams",
			`#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`,
			0o755,
		);
		const { path } = directory;
		const shell = (line: string) =>
			execFileSync("sh", ["-ec", line], {
				cwd: path,
				env: { ...process.env, PATH: `${path}:${process.env.PATH}` },
				stdio: "pipe",
			});
		// The same command for a size that takes no time.
		shell(make.replace(/[\d,]+,8192/, "1024").replace("-size 20", "-size 1"));
		expect(readParameters(readFileSync(`${path}/moduli`))).toHaveLength(1);
		directory.write("moduli", moduli("ffdhe3072"));
		for (const line of install) shell(line);
		const after = await probeSsh(`127.0.0.1:${port}`);
		expect(given(after)["2048 3072 8192"]).toBe("ffdhe3072");
	});

	test("takes the line that config openssh prints for 10.0 and later", () => {
		using directory = testDirectory();
		const { stdout } = genDhparams(
			...["config", "openssh", "--server-version", "OpenSSH_10.0p2"],
			...["--path", "/srv/moduli", "--directive"],
		);
		expect(stdout).toBe(
			"KexAlgorithms +diffie-hellman-group-exchange-sha256\nModuliFile /srv/moduli\n",
		);
		const config = directory.write(
			"sshd_config",
			`HostKey ${hostKey(directory)}\n${stdout}`,
		);
		mkdirSync("/run/sshd", { recursive: true });
		const shown = execFileSync(SSHD, ["-T", "-f", config], {
			encoding: "utf8",
		});
		expect(shown).toMatch(
			/^kexalgorithms .*curve25519.*diffie-hellman-group-exchange-sha256/m,
		);
		expect(shown).toMatch(/^modulifile \/srv\/moduli$/m);
	});

	test("serves groups of Debian's file, which are known as such", async () => {
		using directory = testDirectory();
		const lines = readFileSync("/etc/ssh/moduli", "utf8").split("\n");
		const shipped = [2047, 3071].map((size) =>
			lines.find((line) => line.split(" ")[4] === `${size}`),
		);
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${directory.write("moduli", `${shipped.join("\n")}\n`)}
KexAlgorithms ${SHA256}`,
		);
		await using _server = server;
		const found = await probeSsh(`127.0.0.1:${port}`, { rounds: 2 });
		const { message } =
			found.findings.find(({ id }) => id === "shipped-groups") ?? {};
		expect(message).toMatch(
			/^2 of the 2 groups came with the package: \/etc\/ssh\/moduli of Debian 12/,
		);
		expect(found.groupExchange?.source).toBe("file");
		// g is a non-residue in these: a note.
		expect(found.groups.map(({ validation }) => validation.verdict)).toEqual([
			"accept",
			"accept",
		]);
	});

	test("says what explain knows, on both sides", async () => {
		using directory = testDirectory();
		const curves = await sshd(
			directory,
			`ModuliFile ${directory.path}/missing\nKexAlgorithms curve25519-sha256,${SHA256}`,
		);
		{
			await using _server = curves.server;
			await probeSsh(`127.0.0.1:${curves.port}`);
			const refused = sshSays(
				curves.port,
				...["-o", "KexAlgorithms=diffie-hellman-group14-sha256"],
			);
			expect(idsOf(refused), refused).toEqual(["ssh-group"]);
		}
		const log = directory.read("server.log");
		expect(idsOf(log), log).toEqual([
			"ssh-moduli",
			"ssh-client-sizes",
			"ssh-client-exchanges",
		]);
	});

	test("without finite fields is what explain calls so", async () => {
		using directory = testDirectory();
		const { port, server } = await sshd(
			directory,
			"KexAlgorithms curve25519-sha256",
		);
		await using _server = server;
		const found = await probeSsh(`127.0.0.1:${port}`);
		expect(found).toMatchObject({ verdict: "accept", groups: [] });
		const refused = sshSays(port, "-o", `KexAlgorithms=${SHA256}`);
		expect(idsOf(refused), refused).toEqual(["ssh-curves-only"]);
	});

	test("with a short RSA host key is refused for that, and not for a group", async () => {
		using directory = testDirectory();
		const key = `${directory.path}/rsa`;
		const rsa = ["-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", key];
		execFileSync(KEYGEN, rsa);
		const { port, server } = await sshd(
			directory,
			`HostKey ${key}\nHostKeyAlgorithms rsa-sha2-256\nRequiredRSASize 1024`,
		);
		await using _server = server;
		const refused = sshSays(port, "-o", "RequiredRSASize=2048");
		expect(idsOf(refused), refused).toEqual(["ssh-host-key-length"]);
	});

	test("is named when it is probed for TLS", async () => {
		using directory = testDirectory();
		const { port, server } = await sshd(directory, "");
		await using _server = server;
		const { status, stderr } = genDhparams("probe", `127.0.0.1:${port}`);
		expect(status).toBe(3);
		expect(stderr).toMatch(
			new RegExp(
				`^gen-dhparams: 127\\.0\\.0\\.1:${port} does not speak TLS here: it sent "SSH-2\\.0-OpenSSH[^"]*"; it is an SSH server\\. To see its groups: gen-dhparams probe ssh://127\\.0\\.0\\.1:${port}\n$`,
			),
		);
	});
});

test.runIf(canRun(DROPBEAR, "/usr/bin/dropbearkey"))(
	"dropbear has fixed groups only",
	async () => {
		using directory = testDirectory();
		const port = await freePort();
		const key = `${directory.path}/host-key`;
		execFileSync("dropbearkey", ["-t", "ed25519", "-f", key], {
			stdio: "ignore",
		});
		await using _server = await start(directory, port, {
			command: DROPBEAR,
			args: ["-F", "-E", "-r", key, "-p", `127.0.0.1:${port}`],
		});
		const found = await probeSsh(`127.0.0.1:${port}`);
		expect(found.greeting).toMatch(/^SSH-2\.0-dropbear/);
		expect(found.groupExchange).toBeUndefined();
		expect(found.verdict).toBe("accept");
		expect(found.groups.map(({ validation }) => validation.group)).toContain(
			"modp_2048",
		);
		expect(found.keyExchanges.filter(({ kind }) => kind === "unknown")).toEqual(
			[],
		);
		const { status, stdout } = genDhparams("probe", `ssh://127.0.0.1:${port}`);
		expect(status).toBe(0);
		expect(stdout).toContain("group exchange    not offered\n");
	},
);

test.runIf(canRun(PROFTPD, "/usr/lib/proftpd/mod_sftp.so", KEYGEN))(
	"ProFTPD serves the groups of its PEM file, one of each size",
	async () => {
		using directory = testDirectory();
		const { path, write } = directory;
		const port = await freePort();
		const key = `${path}/rsa-key`;
		const rsa = ["-q", "-t", "rsa", "-m", "PEM", "-N", "", "-f", key];
		execFileSync(KEYGEN, rsa);
		const groups = ["ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe8192"];
		const pem = write(
			"dhparams.pem",
			genDhparams("groups", ...groups, "--format", "proftpd").stdout,
		);
		const config = write(
			"proftpd.conf",
			`ServerType standalone
DefaultAddress 127.0.0.1
Port ${port}
UseIPv6 off
User nobody
Group nogroup
PidFile ${path}/proftpd.pid
ScoreboardFile ${path}/scoreboard
DelayTable none
ModulePath /usr/lib/proftpd
LoadModule mod_sftp.c
SFTPEngine on
SFTPLog ${path}/sftp.log
SFTPHostKey ${key}
SFTPDHParamFile ${pem}
SFTPKeyExchanges ${SHA256} curve25519-sha256
`,
		);
		await using _server = await start(directory, port, {
			command: PROFTPD,
			args: ["-n", "-c", config],
		});
		const found = await probeSsh(`127.0.0.1:${port}`);
		const log = directory.read("sftp.log");
		expect(found.greeting, log).toMatch(/^SSH-2\.0-mod_sftp/);
		expect(given(found), log).toMatchObject({
			"2048 3072 8192": "ffdhe3072",
			"2048 8192 8192": "ffdhe8192",
			"1024 4096 8192": "ffdhe4096",
			"1024 2048 2048": "ffdhe2048",
		});
	},
);

test.runIf(canRun(SSHD, KEYGEN, PLINK))(
	"PuTTY asks for what the probe says that it asks",
	async () => {
		using directory = testDirectory();
		const { port, server } = await sshd(
			directory,
			`ModuliFile ${directory.write("moduli", moduli("ffdhe2048", "ffdhe4096"))}
KexAlgorithms ${SHA256}
Ciphers aes256-ctr
LogLevel DEBUG3`,
		);
		await using _server = server;
		const log = () => directory.read("server.log");
		spawnSync(
			PLINK,
			["-batch", "-v", "-P", `${port}`, "nobody@127.0.0.1", "true"],
			{ encoding: "utf8", timeout: 10_000, env: { HOME: directory.path } },
		);
		// mm_choose_dh of monitor_wrap.c hands the sizes to the monitor, which reads the file.
		expect(log()).toContain("SSH2_MSG_KEX_DH_GEX_REQUEST received");
		expect(log()).toMatch(/bits set: \d+\/4096/);
	},
);
