import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DhParams, generate, namedGroup } from "gen-dhparams";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openssl } from "../openssl/openssl.js";
import { inProcess } from "./in-process.js";

let folder: string;
let params: DhParams;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-convert-"));
	// A group of its own: those of the standards are recognised without a decoder.
	params = await generate(512, { allowWeak: true, threads: 1 });
	writeFileSync(join(folder, "params.pem"), params.toPem());
});
afterAll(() => rmSync(folder, { recursive: true }));

const FORMATS = [
	"pem",
	"der",
	"text",
	"json",
	"moduli",
	"openvpn",
	"proftpd",
	"kubernetes",
] as const;

test.each(FORMATS)("to %s and back it is the same group", async (format) => {
	const file = join(folder, `converted.${format}`);
	const there = await inProcess([
		"convert",
		join(folder, "params.pem"),
		...["--format", format, "--quiet", "--out", file],
	]);
	expect(there).toMatchObject({ status: 0, stderr: "", stdout: "" });
	const back = await inProcess(["convert", file, "--format", "pem", "--quiet"]);
	expect(back).toMatchObject({ status: 0, stderr: "" });
	expect(back.stdout).toBe(params.toPem());
});

test("what OpenSSL writes, it reads; and the other way round", async () => {
	const pem = join(folder, "params.pem");
	const der = openssl(["dhparam", "-in", pem, "-outform", "DER"]).stdout;
	const file = join(folder, "openssl.der");
	writeFileSync(file, der);
	const { stdout } = await inProcess([
		"convert",
		file,
		"--format",
		"pem",
		"-q",
	]);
	expect(stdout).toBe(readFileSync(pem, "utf8"));
});

test("it says that nothing was checked, and refuses what cannot be read", async () => {
	const pem = join(folder, "params.pem");
	const { stderr, status } = await inProcess([
		"convert",
		pem,
		"--format",
		"json",
	]);
	expect(status).toBe(0);
	expect(stderr).toContain("not checked");
	const bad = join(folder, "bad.pem");
	writeFileSync(bad, "garbage\n");
	const refused = await inProcess(["convert", bad, "--format", "json"]);
	expect(refused.status).toBe(2);
	expect(refused.stderr).toContain(bad);
});

describe("several sets", () => {
	const names = ["ffdhe3072", "ffdhe2048"];
	const all = () => names.map((name) => namedGroup(name));
	const pems = () =>
		all().map((set, i) => {
			const path = join(folder, `set-${i}.pem`);
			writeFileSync(path, set.toPem());
			return path;
		});
	const run = (...args: readonly string[]) =>
		inProcess(["convert", ...args, "-q"]);

	test.each(["pem", "json"])(
		"go to %s with --all and come back",
		async (format) => {
			const there = await run(...pems(), "--all", "--format", format);
			expect(there).toMatchObject({ status: 0, stderr: "" });
			const path = join(folder, `all.${format}`);
			writeFileSync(path, there.stdout);
			const back = await run(path, "--all", "--format", "pem");
			expect(back.stdout).toBe(
				all()
					.map((set) => set.toPem())
					.join(""),
			);
			const { stderr, status } = await run(path, "--format", format);
			expect(status).toBe(2);
			expect(stderr).toContain("--all");
		},
	);

	test.each(["der", "openvpn", "kubernetes", "text"])(
		"do not go to %s",
		async (format) => {
			const { status, stdout, stderr } = await run(
				...pems(),
				"--all",
				"--format",
				format,
			);
			expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
			expect(stderr).toContain("holds one set");
		},
	);

	test("go to a table by size, which keeps its lines from then on", async () => {
		const { stdout, status } = await run(...pems(), "--format", "moduli");
		expect(status).toBe(0);
		expect(stdout).toMatch(
			/^\d{14} 2 6 9 2047 2 F+[^\n]+\n\d{14} 2 6 9 3071 2 F+[^\n]+\n$/,
		);
		const path = join(folder, "table");
		const old = stdout.replace(/^\d{14} 2 6 9/, "20200101000000 2 6 100");
		writeFileSync(path, `# comment\n${old}`);
		expect((await run(path, "--format", "moduli")).stdout).toBe(old);
		// A line that sshd would skip or that other programs may not read is tested and written anew.
		for (const odd of ["  2 6 ", " 2  6 "]) {
			writeFileSync(path, old.replace(" 2 6 ", odd));
			const [anew] = (await run(path, "--format", "moduli")).stdout.split(
				" 2047 ",
			);
			expect(anew).toMatch(/^202[6-9]\d{10} 2 6 9$/);
		}
		const one = await run(path, "--line", "2", "--format", "pem");
		expect(one.stdout).toBe(namedGroup("ffdhe3072").toPem());
		expect(await run(path, "--line", "9", "--format", "pem")).toMatchObject({
			status: 2,
			stderr: expect.stringContaining("line 9"),
		});
		expect(
			(await run(path, "--line", "2", "--all", "--format", "pem")).status,
		).toBe(2);
	});

	test("what is not a safe prime does not become a line", async () => {
		const { p } = namedGroup("ffdhe2048");
		const bad: [DhParams, RegExp][] = [
			[new DhParams({ p: p + 2n, g: 2n }), /not a safe prime/],
			[new DhParams({ p: p - 1n, g: 2n }), /even/],
			[new DhParams({ p, g: p - 1n }), /g is not in/],
			[namedGroup("dh_2048_256"), /q is not/],
			[new DhParams({ p: 23n, g: 5n }), /64 bits/],
		];
		for (const [set, message] of bad) {
			const path = join(folder, "bad.pem");
			writeFileSync(path, set.toPem());
			const { status, stdout, stderr } = await run(path, "--format", "moduli");
			expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
			expect(stderr).toMatch(message);
		}
	});
});

test("reads what groups NAME --json prints, and no other numbers under a name", async () => {
	const { stdout } = await inProcess(["groups", "ffdhe2048", "--json"]);
	const path = join(folder, "group.json");
	writeFileSync(path, stdout);
	const read = () => inProcess(["convert", path, "--format", "pem", "-q"]);
	expect((await read()).stdout).toBe(namedGroup("ffdhe2048").toPem());
	for (const name of ['"ffdhe3072"', '"mine"', "5", "null"]) {
		writeFileSync(path, stdout.replace('"ffdhe2048"', name));
		expect(await read()).toMatchObject({ status: 2, stdout: "" });
	}
	for (const json of ["[]", "[1]", "[{}]", `[${stdout},[]]`, `[${stdout}`]) {
		writeFileSync(path, json);
		expect(await read(), json.slice(0, 20)).toMatchObject({
			status: 2,
			stdout: "",
		});
	}
});
