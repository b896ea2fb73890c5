import { spawn } from "node:child_process";
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namedGroup } from "../../src/groups/groups.js";
import { serve } from "../probe/scripted-server.js";
import { command, MAIN } from "./command.js";
import { inProcess } from "./in-process.js";

/** All that must not get out: controls, C1, DEL, direction, separators, invisible characters, a line that is not ours. */
const HOSTILE =
	"a\x1b[31m\x1b]0;t\x07\b\x7f\x9b2J\x85\u202e\u2066\u2028\u2029\u00a0\u200b\u2060\ufeff\u{e0041}\r\t\ngen-dhparams: forged";

/** Printable, or a line feed. */
const HARMLESS = /^[\n\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

const GOOD = namedGroup("ffdhe2048");
const WEAK = namedGroup("modp_1024");
const json = (more: object) => JSON.stringify({ ...GOOD.toJSON(), ...more });

const FILES: Readonly<Record<string, string>> = {
	[`good${HOSTILE}`]: GOOD.toPem(),
	[`weak${HOSTILE}`]: WEAK.toPem(),
	"field.json": json({ [HOSTILE]: 1 }),
	"bits.json": json({ bits: HOSTILE }),
	"number.json": json({ p: HOSTILE }),
	"origin.json": json({ origin: { seed: HOSTILE, window: 0, candidate: 0 } }),
	"broken.json": `{"p": "${HOSTILE}`,
	"line.txt": `    DH Parameters: (2048 bit)\n    ${HOSTILE.replace("\n", "")}\n`,
	"text.txt": GOOD.toText().replace("    G:", `    G${HOSTILE}:`),
	"label.pem": `-----BEGIN ${HOSTILE}-----\nAAAA\n-----END ${HOSTILE}-----\n`,
	"caps.pem": `-----BEGIN ${"X".repeat(500)}-----\nAAAA\n-----END ${"X".repeat(500)}-----\n`,
	"end.pem": `-----BEGIN DH PARAMETERS-----\nAAAA\n-----END ${HOSTILE}-----\n`,
	"comment.pem": `# ${HOSTILE}\n${GOOD.toPem()}`,
	"seed.pem": `# gen-dhparams seed 1: ${JSON.stringify({ seed: HOSTILE, window: 0, candidate: 0 })}\n${GOOD.toPem()}`,
	moduli: `20200101000000 2 6 100 2047 ${HOSTILE} ${GOOD.p.toString(16)}\n`,
	blank: HOSTILE,
	"locked.pem.lock": JSON.stringify({
		host: HOSTILE,
		pid: 1,
		boot: HOSTILE,
		started: HOSTILE,
		time: HOSTILE,
	}),
};

beforeAll(() => {
	for (const [name, content] of Object.entries(FILES)) {
		writeFileSync(path(name), content);
	}
	mkdirSync(path(`dir${HOSTILE}`));
});

const COMMANDS: string[][] = [
	[HOSTILE],
	["2048", HOSTILE],
	[`--${HOSTILE}`],
	[`-${HOSTILE}`],
	[`--text=${HOSTILE}`],
	["help", HOSTILE],
	["--generator", HOSTILE],
	["--threads", HOSTILE],
	["--outform", HOSTILE],
	["--format", HOSTILE],
	["512", "--allow-weak", "-q", "--seed", HOSTILE],
	["2048", "--out", path(`no${HOSTILE}/x`)],
	["2048", "--out", path(`good${HOSTILE}`)],
	["-in", path(HOSTILE)],
	["-in", path(`weak${HOSTILE}`), "-check", "-noout"],
	["-in", path(`good${HOSTILE}`), "-inform", "DER"],
	["groups", HOSTILE],
	["groups", "ffdhe2048", "--out", path(`good${HOSTILE}`)],
	["convert", path(HOSTILE), "--format", "pem"],
	["convert", path("field.json"), "--format", HOSTILE],
	["bench", "--sizes", HOSTILE],
	["config", HOSTILE],
	["config", "nginx", "--path", `/etc/${HOSTILE}`],
	["config", "nginx", "--server-version", HOSTILE],
	["explain", HOSTILE],
	[
		"explain",
		`${HOSTILE} SSL routines:tls_process_ske_dhe:dh key too small ${HOSTILE}`,
	],
	[
		"explain",
		`cannot load DH parameters from ${path(HOSTILE)}: dh key too small`,
	],
	["probe", HOSTILE],
	["probe", `https://${HOSTILE}/`],
	["probe", "localhost:1", "--servername", HOSTILE],
	["probe", "localhost:1", "--ip", HOSTILE],
	["probe", "localhost:1", "--starttls", HOSTILE],
	["probe", "localhost:1", "--pem", path(`no${HOSTILE}/x`)],
	["ensure", path(`no${HOSTILE}/x`)],
	["ensure", path(`good${HOSTILE}`), "--check-mode"],
	["ensure", path(`weak${HOSTILE}`), "--check-mode"],
	["ensure", path("new.pem"), "--provisional", HOSTILE],
	["ensure", path("new.pem"), "--mode", HOSTILE],
	[
		"ensure",
		path(`good${HOSTILE}`),
		"--mode",
		"0600",
		"--reload",
		`exit 3 #${HOSTILE}`,
	],
	["ensure", path("locked.pem"), "--wait", "0"],
	["check", "--policy", HOSTILE, path("moduli")],
];

/** All that a command writes: the shell of --reload writes to the streams of its own process. */
async function run(args: readonly string[]): Promise<string> {
	const { stdout, stderr } = args.includes("--reload")
		? command(args)
		: await inProcess(args);
	return stdout + stderr;
}

function expectHarmless(output: string, what: readonly string[]): void {
	expect(output, JSON.stringify(what)).toMatch(HARMLESS);
	expect(output, JSON.stringify(what)).not.toMatch(/^gen-dhparams: forged/m);
}

describe("no output holds what a terminal would obey, or a line that somebody else wrote", () => {
	test("files, by name and by content", async () => {
		const files = [...Object.keys(FILES), `dir${HOSTILE}`, HOSTILE].map(path);
		for (const more of [[], ["--json"], ["-v", "--all"]]) {
			const args = ["check", "--max-bits", "3000", ...more, "--", ...files];
			const { status, stdout, stderr } = await inProcess(args);
			expect(status).toBe(2);
			expect(stdout).toContain("\\u");
			expectHarmless(stdout + stderr, args);
		}
	});

	test.each(COMMANDS.map((args) => [args]))("%j", async (args) => {
		// An error is a line and JSON at once; these have results in either form.
		const hasText = /^(config|explain|ensure|-in)$/.test(args[0] as string);
		for (const more of hasText ? [[], ["--json"]] : [["--json"]]) {
			expectHarmless(await run([...args, ...more]), args);
		}
	});

	test("what a server says", async () => {
		for (const [starttls, greeting] of [
			["none", HOSTILE],
			["smtp", `220 ${HOSTILE}\r\n`],
			["imap", `* OK ${HOSTILE}\r\n`],
			["ftp", `220-${HOSTILE}\r\n`],
		] as const) {
			await using server = await serve((socket) => {
				socket.write(greeting);
				socket.on("data", () => socket.write(greeting));
			});
			for (const more of [[], ["--json"]]) {
				const args = ["--starttls", starttls, "--timeout", "0.5", ...more];
				const output = await run([
					"probe",
					`127.0.0.1:${server.port}`,
					...args,
				]);
				expect(output).not.toBe("");
				expectHarmless(output, args);
			}
		}
	});

	test("a label is cut", async () => {
		const { stderr } = await inProcess(["check", path("caps.pem")]);
		expect(stderr.length).toBeLessThan(400 + path("caps.pem").length);
	});
});

test("no other file of the command line writes to a stream", () => {
	for (const name of readdirSync("src/cli")) {
		// The entry for old Nodes, which has words of its own only.
		if (name.endsWith(".cts")) continue;
		const source = readFileSync(join("src/cli", name), "utf8");
		const writes = /process\.std(out|err)\s*\.write|console\./.test(source);
		expect(writes, name).toBe(name === "output.ts");
	}
});

describe("names that Node cannot decode", () => {
	const name = Buffer.concat([
		Buffer.from(path("caf")),
		Buffer.of(0xe9),
		Buffer.from(".pem"),
	]);
	const shell = (line: string) => {
		const script = path("script.sh");
		writeFileSync(
			script,
			Buffer.from(
				line.replaceAll("MAIN", `${process.execPath} ${MAIN}`),
				"latin1",
			),
		);
		return new Promise<string>((resolve) => {
			const child = spawn("sh", [script], {
				stdio: ["ignore", "pipe", "pipe"],
				cwd: folder,
			});
			let output = "";
			child.stdout.on("data", (chunk) => {
				output += chunk;
			});
			child.stderr.on("data", (chunk) => {
				output += chunk;
			});
			child.once("close", (status) => resolve(`${output}${status}`));
		});
	};

	test("are read by check, and nothing is written under another name", async () => {
		writeFileSync(name, GOOD.toPem());
		const file = "caf\xe9.pem";
		expect(await shell(`MAIN check ${file}`)).toMatch(
			/^caf\ufffd\.pem: accepted.*0$/s,
		);
		expect(await shell(`MAIN convert ${file} -q --format text`)).toMatch(/0$/);
		writeFileSync(
			Buffer.concat([
				Buffer.from(path("caf")),
				Buffer.of(0xe8),
				Buffer.from(".pem"),
			]),
			"x",
		);
		expect(await shell(`MAIN check ${file} caf\xe8.pem`)).toContain(
			"stands for several files",
		);
		const before = readdirSync(folder).length;
		for (const line of [
			`groups ffdhe2048 --out n\xe9w`,
			`ensure n\xe9w`,
			`512 --allow-weak -out=n\xe9w`,
			`-in ${file} -out n`,
		]) {
			expect(await shell(`MAIN ${line}`)).toMatch(/is not UTF-8.*2$/s);
		}
		expect(readdirSync(folder)).toHaveLength(before);
	});
});

describe("words that look like options", () => {
	test("are files behind --, and refused where they are both", async () => {
		const cwd = process.cwd();
		const here = mkdtempSync(join(folder, "here-"));
		process.chdir(here);
		try {
			writeFileSync("--min-bits=512", WEAK.toPem());
			writeFileSync("-q", WEAK.toPem());
			writeFileSync("-x.pem", WEAK.toPem());
			for (const word of ["--min-bits=512", "-q"]) {
				const { status, stderr } = await inProcess(["check", word, "weak.pem"]);
				expect(status).toBe(2);
				expect(stderr).toContain(
					`"${word}" is an option and also the name of a file`,
				);
			}
			expect(await inProcess(["check", "-x.pem"])).toMatchObject({
				status: 1,
				stdout: expect.stringContaining("./-x.pem: rejected"),
			});
			const behind = await inProcess([
				"check",
				"--",
				"--min-bits=512",
				"-q",
				"-x.pem",
			]);
			expect(behind.status).toBe(1);
			expect(behind.stdout.match(/: rejected: 1024 bits/g)).toHaveLength(3);
			expect(
				(await inProcess(["check", "--json", "--min-bits", "512", "-x.pem"]))
					.status,
			).toBe(0);
		} finally {
			process.chdir(cwd);
		}
	});
});
