import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { namedGroup } from "../../src/groups/groups.js";
import { readParameters } from "../../src/reading/read.js";
import { Loaders, missingForLoaders } from "../differential/loaders.js";
import { moduliLine } from "../differential/materials.js";
import { canRun, freePort, start, testDirectory } from "./program.js";

const SSHD = "/usr/sbin/sshd";
const SSH = "/usr/bin/ssh";
const KEYGEN = "/usr/bin/ssh-keygen";

const WEAK = namedGroup("ffdhe2048");
const GOOD = namedGroup("ffdhe3072");
const weak = moduliLine(WEAK);
const good = moduliLine(GOOD);
const pem = GOOD.toPem();

/** Files that sshd is given as its table. */
const files: Readonly<Record<string, string>> = {
	"a table": `${weak}\n${good}\n`,
	"another word for the time": `old${weak.slice(14)}\n`,
	"NUL behind the group": `${weak}\0#\n`,
	"CR and LF": `${weak}\r\n`,
	"blanks before the line": `  \t${weak}\n`,
	"tabs between the fields": `${moduliLine(WEAK, "\t")}\n${good}\n`,
	"two blanks between fields": `${weak.replace(" 2 6", "  2 6")}\n${good}\n`,
	"an equals sign behind the time": `${weak.replace(" ", "=")}\n`,
	"something behind the modulus": `${weak}xyz\n`,
	"a comment": `#${weak}\n${good}\n`,
	"type 4": `${weak.replace(" 2 6 ", " 4 6 ")}\n${good}\n`,
	"a composite": `${weak.replace(" 2 6 ", " 2 7 ")}\n${good}\n`,
	"above a block of PEM": `${weak}\n${pem}`,
	"in text behind a block": `${pem}text\n${weak}\n`,
};

// dh_new_group_fallback of dh.c, for a client that takes 8,192 bits.
const FALLBACK = [8192];

describe.runIf(canRun(SSHD, SSH, KEYGEN) && missingForLoaders().length === 0)(
	"sshd",
	() => {
		test("loads from a file what loaders.c says", async () => {
			using directory = testDirectory();
			using loaders = new Loaders();
			const { path, write } = directory;
			mkdirSync("/run/sshd", { recursive: true });
			const key = `${path}/host-key`;
			execFileSync(KEYGEN, ["-q", "-t", "ed25519", "-N", "", "-f", key]);
			const port = await freePort();
			const table = write("moduli", "");
			const config = write(
				"sshd_config",
				`Port ${port}
ListenAddress 127.0.0.1
HostKey ${key}
PidFile none
MaxStartups 100
ModuliFile ${table}
KexAlgorithms diffie-hellman-group-exchange-sha256
`,
			);
			await using _server = await start(directory, port, {
				command: SSHD,
				args: ["-D", "-e", "-f", config],
			});
			const contents = Object.values(files).map((text) => Buffer.from(text));
			const loaded = loaders.load(contents);
			for (const [i, name] of Object.keys(files).entries()) {
				write("moduli", contents[i] as Buffer);
				const bits = groupSize(port);
				const groups = (loaded[i] ?? []).filter(
					({ loader }) => loader === "sshd",
				);
				const sizes = groups.map(({ p }) => p.toString(2).length);
				// Without a group in the file, sshd takes one of its own.
				const log = directory.read("server.log").slice(-600);
				expect(
					sizes.length > 0 ? sizes : FALLBACK,
					`${name}\n${log}`,
				).toContain(bits);
			}
		}, 60_000);

		test("finds no other group in what we accept", () => {
			using loaders = new Loaders();
			const table = readFileSync("/etc/ssh/moduli");
			const readings = readParameters(table);
			const [loaded = []] = loaders.load([table]);
			const sshd = loaded.filter(({ loader }) => loader === "sshd");
			expect(sshd.map(({ p }) => p)).toEqual(
				readings.map(({ params }) => params.p),
			);
		});
	},
);

/** The size of the group that the server offers in the exchange, as the client of OpenSSH prints it. */
function groupSize(port: number): number | undefined {
	const { stderr } = spawnSync(
		SSH,
		[
			...["-vvv", "-F", "none", "-p", String(port), "-o", "BatchMode=yes"],
			...["-o", "KexAlgorithms=diffie-hellman-group-exchange-sha256"],
			...[
				"-o",
				"StrictHostKeyChecking=no",
				"-o",
				"UserKnownHostsFile=/dev/null",
			],
			...["-o", "Ciphers=aes128-ctr", "-o", "MACs=hmac-sha2-256"],
			"nobody@127.0.0.1",
		],
		{ encoding: "utf8", timeout: 20_000 },
	);
	const size = /bits set: \d+\/(\d+)/.exec(stderr)?.[1];
	return size === undefined ? undefined : Number(size);
}
