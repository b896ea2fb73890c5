import { spawn, spawnSync } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAIN } from "./command.js";
import { inProcess } from "./in-process.js";
import { expectValid } from "./schema.js";

const SEARCH = ["--bits", "512", "--seed", "Zürich 2026"];
const PART = ["--part", "1/8"];

let folder: string;
/** What the command prints for the part. */
let line: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-work-"));
	const { status, stdout } = await inProcess(["work", ...SEARCH, ...PART]);
	expect(status).toBe(0);
	line = stdout;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A line without what says who did the unit. */
function withoutMachine(text: string): unknown {
	const { machine: _, ...others } = JSON.parse(text);
	return others;
}

describe("what it prints", () => {
	test("is one line as unit.schema.json has it, in ASCII", () => {
		expect(line).toMatch(/^\{[ -~]+\}\n$/);
		expectValid("unit", line);
		expect(JSON.parse(line)).toMatchObject({
			unit: { window: 0, from: 0, to: 2 ** 29, seed: "Zürich 2026" },
			result: { digests: { length: 64 } },
		});
	});

	test("the schema knows the other line of a file of units, and nothing else", () => {
		expectValid("unit", '{"version":1,"refused":"alpha-0123456789ab"}');
		const record = JSON.parse(line);
		for (const wrong of [
			{ ...record, version: 2 },
			{ ...record, more: 1 },
			{ ...record, unit: { ...record.unit, to: 2 ** 32 + 1 } },
			{ ...record, result: { ...record.result, digests: ["0"] } },
			{ version: 1, refused: "a\n" },
		]) {
			expect(() => expectValid("unit", JSON.stringify(wrong))).toThrow();
		}
	});

	test.each([
		["another number of threads", "", [], ["--threads", "3"]],
		["another kernel", "the WebAssembly kernel", ["--no-enable-fma3"], []],
		["BigInt, without WebAssembly", "BigInt", ["--jitless"], []],
	])("is the same but for the machine with %s", (_, engine, flags, options) => {
		const { stdout, stderr } = spawnSync(
			process.execPath,
			[...flags, MAIN, "work", ...SEARCH, ...PART, "-v", ...options],
			{ encoding: "utf8", timeout: 60_000 },
		);
		expect(withoutMachine(stdout)).toEqual(withoutMachine(line));
		expect(stderr).toContain(`Engine: ${engine}`);
		// V8 names FMA in the flag for x86 only.
		if (flags[0] === "--no-enable-fma3" && process.arch === "x64") {
			expect(stderr).toContain("kernel of integers");
		}
	});

	test("--from and --to are the ranks of --part", async () => {
		const ranks = ["--from", "0", "--to", String(2 ** 29)];
		const { stdout } = await inProcess(["work", ...SEARCH, ...ranks]);
		expect(withoutMachine(stdout)).toEqual(withoutMachine(line));
	});

	test("every rank is in one of the parts, whatever their number", async () => {
		const found = [];
		for (const part of ["1/3", "2/3", "3/3"]) {
			const { stdout } = await inProcess(["work", ...SEARCH, "--part", part]);
			found.push(JSON.parse(stdout).unit);
		}
		expect(found.map(({ from, to }) => [from, to])).toEqual([
			[0, 1431655765],
			[1431655765, 2863311530],
			[2863311530, 2 ** 32],
		]);
	});

	test("goes to a file with --out, which --force replaces", async () => {
		const out = join(folder, "part-1.jsonl");
		const args = ["work", ...SEARCH, ...PART, "--out", out];
		expect(await inProcess(args)).toEqual({
			status: 0,
			stdout: "",
			stderr: "",
		});
		const written = readFileSync(out, "utf8");
		expect(withoutMachine(written)).toEqual(withoutMachine(line));
		const refused = await inProcess(args);
		expect(refused).toMatchObject({ status: 2, stdout: "" });
		expect(refused.stderr).toContain("exists");
		expect(readFileSync(out, "utf8")).toBe(written);
		expect((await inProcess([...args, "--force"])).status).toBe(0);
	});

	test("is nothing after a signal", async () => {
		const out = join(folder, "interrupted.jsonl");
		const child = spawn(
			process.execPath,
			[
				MAIN,
				...["work", "--bits", "8192", "--seed", "a", "--part", "1/1"],
				...["--progress", "--out", out],
			],
			{ stdio: ["ignore", "pipe", "pipe"] },
		);
		let stdout = "";
		child.stdout.on("data", (chunk) => {
			stdout += chunk;
		});
		child.stderr.once("data", () => child.kill("SIGINT"));
		const status = await new Promise((ended) => child.once("close", ended));
		expect({ status, stdout }).toEqual({ status: 130, stdout: "" });
		expect(existsSync(out)).toBe(false);
	});
});

describe("bad usage has exit status 2 and one line", () => {
	const given = [...SEARCH, ...PART];
	test.each<[string, readonly string[]]>([
		["Give the search and the part", []],
		["Give the search and the part", ["--bits", "512", ...PART]],
		["Give the search and the part", ["--seed", "a", ...PART]],
		["Give the part", SEARCH],
		["Give the part", [...SEARCH, "--from", "3"]],
		["Give the part", [...SEARCH, "--to", "3"]],
		["--part is", [...SEARCH, "--part", "0/4"]],
		["--part is", [...SEARCH, "--part", "5/4"]],
		["--part is", [...SEARCH, "--part", "1"]],
		["--part is", [...SEARCH, "--part", "1/0"]],
		["--part is", [...SEARCH, "--part", "-1/4"]],
		["--part is", [...SEARCH, "--part", "1/1000001"]],
		["--part is", [...SEARCH, "--part", "1/4/8"]],
		["both choose the ranks", [...given, "--from", "3"]],
		["both choose the ranks", [...given, "--to", "3"]],
		["--from is", [...SEARCH, "--from", "1e3", "--to", "5"]],
		["ends at rank 3", [...SEARCH, "--from", "5", "--to", "3"]],
		["ends at rank 5", [...SEARCH, "--from", "5", "--to", "5"]],
		["to of the unit", [...SEARCH, "--from", "5", "--to", "4294967297"]],
		["sieveBound of the unit", [...given, "--sieve-bound", "1"]],
		["sieveBound of the unit", [...given, "--sieve-bound", "20001"]],
		["window of the unit", [...given, "--window", "9999999"]],
		["bits of the unit", ["--bits", "100", "--seed", "a", ...PART]],
		["seed of the unit", ["--bits", "512", "--seed", "", ...PART]],
		["seed of the unit", ["--bits", "512", "--seed", "a  b", ...PART]],
		["generator of the unit", [...given, "-g", "1"]],
		["construction of the unit", [...given, "--construction", "x"]],
		["0 threads", [...given, "--threads", "0"]],
		["--nice", [...given, "--nice", "x"]],
		["cannot be written", [...given, "--out", "/no/such/x"]],
		["--bits is given twice", [...given, "--bits", "3"]],
		["too many arguments", [...given, "2048"]],
		["unknown option '--units'", [...given, "--units", "x"]],
	])("%s: %j", async (message, args) => {
		const { status, stdout, stderr } = await inProcess(["work", ...args]);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toMatch(/^gen-dhparams: [^\n]+\n$/);
		expect(stderr).toContain(message);
	});

	test("the help names every option, and docs/machines.md", async () => {
		const { status, stdout } = await inProcess(["work", "--help"]);
		expect(status).toBe(0);
		for (const name of [
			...["bits", "seed", "generator", "window", "part", "from", "to"],
			...["sieve-bound", "construction", "out", "force", "threads"],
		]) {
			expect(stdout).toContain(`--${name} `);
		}
		expect(stdout).toContain("docs/machines.md");
	});
});

describe("a file of units with a line that was changed", () => {
	test.each<[string, (text: string) => string]>([
		[
			"of a later version",
			(text) => text.replace('"version":1', '"version":2'),
		],
		["with a field of a later version", (text) => text.replace("{", '{"a":1,')],
		["that was cut off", (text) => `${text.slice(0, 300)}\n`],
		["that the next one follows", (text) => text.slice(0, 300) + text],
		["with a BOM", (text) => `\uFEFF${text}`],
		["of a rank too many", (text) => text.replace("536870912", "4294967297")],
		["that is none", () => "hello\n"],
	])("%s", async (_, change) => {
		const file = join(folder, "changed.jsonl");
		const content = line + change(line) + line;
		writeFileSync(file, content);
		const { status, stdout, stderr } = await inProcess([
			...["512", "--allow-weak", "-q", "--seed", "Zürich 2026"],
			...["--units", file],
		]);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toContain(`${file}: line 2 `);
		expect(readFileSync(file, "utf8")).toBe(content);
	});

	test("a file of one line that is something else stays as it is", async () => {
		const file = join(folder, "notes.txt");
		writeFileSync(file, "a note without a newline");
		const { status, stderr } = await inProcess([
			...["512", "--allow-weak", "-q", "--units", file],
		]);
		expect({ status, stderr }).toMatchObject({
			status: 2,
			stderr: expect.stringContaining(file),
		});
		expect(readFileSync(file, "utf8")).toBe("a note without a newline");
	});
});
