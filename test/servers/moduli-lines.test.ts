import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { moduliLines } from "../../src/encoding/moduli-table.js";
import { namedGroup } from "../../src/groups/groups.js";
import { chosenSize } from "../../src/moduli/sshd-choice.js";
import { moduliLine } from "../differential/materials.js";
import { canRun, freePort, start, testDirectory } from "./program.js";

const SSHD = "/usr/sbin/sshd";
const SSH = "/usr/bin/ssh";
const KEYGEN = "/usr/bin/ssh-keygen";

const line = moduliLine(namedGroup("ffdhe2048"));
const replaced = (old: string | RegExp, by: string) =>
	`${line.replace(old, by)}\n`;

/** Tables of one line, each of which sshd takes or leaves. */
const LINES: Readonly<Record<string, string>> = {
	"as it should be": `${line}\n`,
	"without a line end": line,
	"CR and LF": `${line}\r\n`,
	"a blank at the end": `${line} \n`,
	"a tab at the end": `${line}\t\n`,
	"two blanks behind the time": replaced(" 2 6", "  2 6"),
	"two blanks behind the type": replaced(" 2 6", " 2  6"),
	"two blanks before the modulus": replaced(/ 2 F/, " 2  F"),
	"tabs instead of blanks": replaced(/ /g, "\t"),
	"one tab, behind the time": replaced(" ", "\t"),
	"a tab before the tests": replaced(" 6 ", " \t6 "),
	"a tab behind the tests": replaced(" 6 ", " 6\t "),
	"a sign before the tests": replaced(" 6 ", " +6 "),
	"tests in hexadecimal": replaced(" 6 ", " 0x6 "),
	"an equals sign and a blank": replaced(" ", "= "),
	"two equals signs": replaced(" ", "=="),
	"a blank and an equals sign": replaced(" ", " ="),
	"quotes around the time": replaced(/^\S+/, '"$&"'),
	"a quote that is not closed": `"${line}\n`,
	"blanks before the time": ` \t ${line}\n`,
	"a comment behind blanks": ` \t #${line}\n`,
	"a time of one letter": replaced(/^\S+/, "x"),
	"six fields": replaced(" 100 ", " "),
	"eight fields": `${line} 1\n`,
	"type 4": replaced(" 2 6 ", " 4 6 "),
	"type 02": replaced(" 2 6 ", " 02 6 "),
	"tests 0": replaced(" 6 ", " 0 "),
	"tests 1": replaced(" 6 ", " 1 "),
	"tests 7": replaced(" 6 ", " 7 "),
	"tests 8": replaced(" 6 ", " 8 "),
	"tests 32": replaced(" 6 ", " 32 "),
	"no tries": replaced(" 100 ", " 0 "),
	"tries above 2^30": replaced(" 100 ", " 1073741825 "),
	"a wrong size": replaced(" 2047 ", " 2048 "),
	"a size with a zero before it": replaced(" 2047 ", " 02047 "),
	"a size of 70000": replaced(" 2047 ", " 70000 "),
	"generator 1": replaced(/ 2 F/, " 1 F"),
	"generator 0": replaced(/ 2 F/, " 0 F"),
	"a negative generator": replaced(/ 2 F/, " -2 F"),
	"generator with 0x": replaced(/ 2 F/, " 0x2 F"),
	"a generator that is a letter": replaced(/ 2 F/, " g F"),
	"modulus in lower case": line.toLowerCase(),
	"modulus with zeros before it": replaced(/ 2 F/, " 2 000F"),
	"modulus with 0x": replaced(/ 2 F/, " 2 0xF"),
	"something behind the modulus": `${line}xyz\n`,
	"NUL behind the modulus": `${line}\0 more\n`,
	"NUL in the modulus": replaced(/.$/, "\0F"),
	"NUL before the time": `\0${line}\n`,
	"5,000 characters of zeros": replaced(/ 2 F/, ` 2 ${"0".repeat(5000)}F`),
	"behind a comment of 5,000 characters": `#${"x".repeat(5000)}\n${line}\n`,
};

describe.runIf(canRun(SSHD, SSH, KEYGEN))("sshd", () => {
	test("uses the lines that we read, and skips those that we report", async () => {
		using directory = testDirectory();
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
LogLevel ERROR
ModuliFile ${table}
KexAlgorithms diffie-hellman-group-exchange-sha256
`,
		);
		await using _server = await start(directory, port, {
			command: SSHD,
			args: ["-D", "-e", "-f", config],
		});
		const offered = (text: string, options: readonly string[] = []) => {
			write("moduli", Buffer.from(text, "latin1"));
			return groupSize(port, options);
		};
		for (const [name, text] of Object.entries(LINES)) {
			const kinds = [...moduliLines(text)].map(({ kind }) => kind);
			// Without a group in the file, sshd takes a built-in one of the largest size.
			const expected = kinds.includes("group") ? 2048 : 8192;
			expect(offered(text), name).toBe(expected);
		}
		// A key of 128 bits, for which the client asks for 3072 bits (dh_estimate).
		const weaker = ["-o", "Ciphers=aes128-gcm@openssh.com"];
		const sizes = [3072, 4096, 2048];
		const text = (order: readonly number[]) =>
			order
				.map((size) => `${moduliLine(namedGroup(`ffdhe${size}`))}\n`)
				.join("");
		for (const order of [sizes, [4096, 3072], [2048, 4096, 3072]]) {
			const wanted = chosenSize(order, 3072);
			expect(offered(text(order), weaker), `${order}`).toBe(wanted);
			expect(offered(text(order)), `${order}`).toBe(4096);
		}
		expect(chosenSize([4096, 3072], 3072)).toBe(4096);
	}, 120_000);
});

/** The size of the group that the server offers in the exchange, as the client of OpenSSH prints it. */
function groupSize(
	port: number,
	options: readonly string[],
): number | undefined {
	const { stderr } = spawnSync(
		SSH,
		[
			...["-vvv", "-F", "none", "-p", String(port), "-o", "BatchMode=yes"],
			...["-o", "KexAlgorithms=diffie-hellman-group-exchange-sha256"],
			...["-o", "StrictHostKeyChecking=no"],
			...["-o", "UserKnownHostsFile=/dev/null"],
			...options,
			"nobody@127.0.0.1",
		],
		{ encoding: "utf8", timeout: 20_000 },
	);
	const size = /bits set: \d+\/(\d+)/.exec(stderr)?.[1];
	return size === undefined ? undefined : Number(size);
}
