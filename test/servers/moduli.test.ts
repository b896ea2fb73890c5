import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { namedGroup } from "../../src/groups/groups.js";
import { moduliLine } from "../differential/materials.js";
import {
	canRun,
	freePort,
	genDhparams,
	start,
	testDirectory,
} from "./program.js";

const KEYGEN = "/usr/bin/ssh-keygen";
const SSH = "/usr/bin/ssh";
const PROFTPD = "/usr/sbin/proftpd";
const MODULI = "/etc/ssh/moduli";

/** What our command writes, which must succeed. */
function written(...args: readonly string[]): string {
	const { status, stdout, stderr } = genDhparams(...args);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	return stdout;
}

const lines = (text: string) =>
	text.split("\n").filter((line) => /^\d/.test(line));

describe.runIf(canRun(KEYGEN, MODULI))("ssh-keygen -M screen", () => {
	test("accepts each line that we keep or write", () => {
		using directory = testDirectory();
		const { path, write } = directory;
		const shipped = lines(readFileSync(MODULI, "utf8")).slice(0, 3);
		const table = write("shipped", `${shipped.join("\n")}\n`);
		const pems = ["ffdhe2048", "modp_2048"].map((name) =>
			write(`${name}.pem`, namedGroup(name).toPem()),
		);
		const json = `${path}/group.json`;
		written("groups", "ffdhe3072", "--json", "--out", json);
		const ours = `${path}/moduli`;
		// The larger one first: sshd wants ascending sizes.
		written(
			"convert",
			json,
			table,
			...pems,
			"--format",
			"moduli",
			"-q",
			"--out",
			ours,
		);
		const text = lines(readFileSync(ours, "utf8"));
		expect(text.map((line) => line.split(" ")[4])).toEqual([
			...Array(5).fill("2047"),
			"3071",
		]);
		// Kept byte for byte; the others say what was done.
		expect(text.slice(0, 3)).toEqual(shipped);
		for (const line of text.slice(3))
			expect(line).toMatch(/^\d{14} 2 6 9 \d+ 2 F/);
		const screened = `${path}/screened`;
		execFileSync(KEYGEN, ["-M", "screen", "-f", ours, screened], {
			stdio: "ignore",
		});
		const groups = (all: readonly string[]) =>
			all.map((line) => line.split(" ").slice(4).join(" "));
		expect(groups(lines(readFileSync(screened, "utf8")))).toEqual(groups(text));
	});
});

describe.runIf(canRun(PROFTPD, "/usr/lib/proftpd/mod_sftp.so", KEYGEN, SSH))(
	"ProFTPD's mod_sftp",
	() => {
		test("serves a group of a table that was converted to PEM", async () => {
			using directory = testDirectory();
			const { path, write } = directory;
			const table = write(
				"moduli",
				["ffdhe3072", "ffdhe4096"]
					.map((name) => `${moduliLine(namedGroup(name))}\n`)
					.join(""),
			);
			const pem = `${path}/dhparams.pem`;
			written("convert", table, "--format", "proftpd", "-q", "--out", pem);
			const key = `${path}/host-key`;
			execFileSync(KEYGEN, [
				"-q",
				"-t",
				"rsa",
				"-m",
				"PEM",
				"-N",
				"",
				"-f",
				key,
			]);
			const port = await freePort();
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
SFTPHostKey ${key}
SFTPDHParamFile ${pem}
SFTPLog ${path}/sftp.log
`,
			);
			await using _server = await start(directory, port, {
				command: PROFTPD,
				args: ["-n", "-c", config],
			});
			const { stderr } = spawnSync(
				SSH,
				[
					...["-vv", "-F", "none", "-p", String(port), "-o", "BatchMode=yes"],
					...["-o", "KexAlgorithms=diffie-hellman-group-exchange-sha256"],
					...["-o", "StrictHostKeyChecking=no"],
					...["-o", "UserKnownHostsFile=/dev/null"],
					"nobody@127.0.0.1",
				],
				{ encoding: "utf8", timeout: 20_000 },
			);
			expect(stderr).toMatch(/bits set: \d+\/(?:3072|4096)\b/);
			expect(stderr).toContain("SSH2_MSG_NEWKEYS received");
		}, 40_000);
	},
);
