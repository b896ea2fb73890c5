import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { namedGroup } from "../../src/groups/groups.js";
import { CHECK_IDS } from "../../src/validate/report.js";
import { command } from "./command.js";
import { inProcess } from "./in-process.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-"));
const malformed = new URL("../vectors/malformed/", import.meta.url);
const vector = (name: string) => new URL(name, malformed).pathname;

function file(name: string, content: string | Uint8Array): string {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

const good = file("good.pem", namedGroup("ffdhe2048").toPem());
const weak = file("weak.pem", namedGroup("modp_1024").toPem());
const other = file("other.pem", "<html>");

const schema = JSON.parse(
	readFileSync(
		new URL("../../docs/report.schema.json", import.meta.url),
		"utf8",
	),
);
const validateSchema = new Ajv({
	allErrors: true,
	strict: true,
	allowUnionTypes: true,
}).compile(schema);

function expectValid(json: unknown): void {
	validateSchema(json);
	expect(validateSchema.errors).toBeNull();
}

describe("gen-dhparams check", () => {
	test("a good file", () => {
		expect(command(["check", good])).toEqual({
			status: 0,
			stdout: `${good}: accepted: 2048 bits, ffdhe2048
  accept  encoding, size-limit, size, modulus-form, known-good, special-form, p-prime, safe-prime, generator
`,
			stderr: "",
		});
	});

	test("a weak file, worst first, with advice and sources", async () => {
		const { status, stdout, stderr } = await inProcess(["check", weak]);
		expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
		const verdicts = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, v]) => v);
		expect(verdicts).toEqual(["reject", "warn", "note", "accept"]);
		expect(stdout).toContain(": rejected: 1024 bits, modp_1024");
		expect(stdout).toContain("dh key too small");
		expect(stdout).toContain("gen-dhparams 2048 > dhparams.pem");
		expect(stdout).toContain("[CVE-2015-4000 (Logjam)");
	});

	test("thresholds and policies", async () => {
		for (const [args, status] of [
			[["--min-bits", "1024", weak], 0],
			[["--policy", "legacy", weak], 0],
			[["--policy", "strict", good], 1],
			[["--max-bits", "2000", "--min-bits", "1024", good], 1],
		] as const) {
			expect(await inProcess(["check", ...args])).toMatchObject({ status });
		}
	});

	test("several files, and the worst exit status", async () => {
		const { status, stdout, stderr } = await inProcess([
			"check",
			good,
			other,
			weak,
		]);
		expect(status).toBe(2);
		expect(stdout).toContain(`${good}: accepted`);
		expect(stdout).toContain(`${weak}: rejected`);
		expect(stderr).toBe(
			`gen-dhparams: ${other}: The input holds a web page (perhaps a download failed), not DH parameters. Give another file, or make new parameters. To make them: gen-dhparams 2048 > dhparams.pem\n`,
		);
		expect((await inProcess(["check", weak, good])).status).toBe(1);
	});

	test("standard input, by name and without one", () => {
		const input = readFileSync(good);
		for (const args of [["check"], ["check", "-"]]) {
			const { status, stdout } = command(args, { input });
			expect(status).toBe(0);
			expect(stdout).toContain("standard input: accepted");
		}
	});

	test.each([
		[
			"/nonexistent/x.pem",
			"/nonexistent/x.pem cannot be read: there is no such file.",
		],
		[folder, `${folder} is a directory; give the name of a file.`],
		[
			"/dev/zero",
			"/dev/zero has more than 1048576 bytes; nothing with DH parameters has more than 1048576.",
		],
	])("%s", async (path, message) => {
		expect(await inProcess(["check", path])).toEqual({
			status: 2,
			stdout: "",
			stderr: `gen-dhparams: ${message}\n`,
		});
	});

	test("a file over 1 MiB is refused by its size, and so is such a stream", async () => {
		const big = file("big.pem", Buffer.alloc((1 << 20) + 1, "A"));
		expect((await inProcess(["check", big])).stderr).toContain(
			"has 1048577 bytes",
		);
		const input = Buffer.alloc(3 << 20, "A");
		const { status, stderr } = command(["check", "-"], { input });
		expect(status).toBe(2);
		expect(stderr).toContain("standard input has more than 1048576 bytes");
	});

	test("a bundle: the parameters are checked, the private key is never shown", async () => {
		const { status, stdout, stderr } = await inProcess([
			"check",
			"-v",
			vector("key-then-dh.pem"),
		]);
		expect(status).toBe(0);
		const bundle = readFileSync(vector("key-then-dh.pem"), "latin1");
		const [key = ""] =
			/-----BEGIN[^-]*PRIVATE KEY-----[^-]*/.exec(bundle) ?? [];
		for (const line of key.split("\n").slice(1, -1)) {
			expect(stdout + stderr).not.toContain(line);
		}
	});

	test("--all checks each set, and without it several are refused", async () => {
		const path = vector("two-blocks-weak-second.pem");
		const { status, stdout } = await inProcess(["check", "--all", path]);
		expect(status).toBe(1);
		expect(stdout).toContain("line 1: accepted");
		expect(stdout).toContain("line 9: rejected");
		expect((await inProcess(["check", path])).status).toBe(2);
	});

	test("--generator takes a bare number", () => {
		const input = namedGroup("ffdhe2048").p.toString(16);
		const args = ["check", "--generator", "2"];
		expect(command(args, { input }).status).toBe(0);
		expect(command(["check"], { input }).status).toBe(2);
	});

	test("--quiet says nothing", async () => {
		for (const [path, status] of [
			[good, 0],
			[weak, 1],
			[other, 2],
		] as const) {
			expect(await inProcess(["check", "--quiet", path])).toEqual({
				status,
				stdout: "",
				stderr: "",
			});
		}
	});

	test("--openssl adds OpenSSL's words", async () => {
		expect((await inProcess(["check", "--openssl", weak])).stdout).toContain(
			"openssl dhparam -check: DH parameters appear to be ok.",
		);
	});

	test("--json is an object for one input, an array for several, by the schema", async () => {
		for (const path of [
			good,
			weak,
			other,
			"/nonexistent",
			vector("extra-integer.der"),
		]) {
			const { stdout, stderr } = await inProcess([
				"check",
				"--json",
				"--openssl",
				path,
			]);
			expect(stderr).toBe("");
			const report = JSON.parse(stdout);
			expectValid(report);
			expect(report.file).toBe(path);
		}
		for (const args of [
			[good, weak],
			["--all", vector("two-blocks-same.pem")],
		]) {
			const reports = JSON.parse(
				(await inProcess(["check", "--json", ...args])).stdout,
			);
			expectValid(reports);
			expect(reports).toHaveLength(2);
		}
	});

	test.each([
		[["--nonsense"], "unknown option '--nonsense'"],
		[["-", "-"], '"-" is given twice'],
		[["--min-bits", "many", good], "--min-bits"],
		[["--min-bits", "1024", "--min-bits", "2048", good], "given twice"],
		[["--policy", "lax", good], "no policy"],
		[["--generator", "2", good], "generator of its own"],
	])("bad usage: %s", async (args, message) => {
		const { status, stdout, stderr } = await inProcess(["check", ...args]);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toContain(message);
		expect(stderr.trim().split("\n")).toHaveLength(1);
	});

	test("the example of its help works", async () => {
		const help = await inProcess(["check", "--help"]);
		expect(help.status).toBe(0);
		expect(help.stdout).toContain("gen-dhparams check /etc/ssl/dhparams.pem");
	});
});

describe("gen-dhparams groups", () => {
	test("lists them, and prints one as PEM, DER, text and JSON", async () => {
		const list = (await inProcess(["groups"])).stdout.trim().split("\n");
		expect(list).toHaveLength(16);
		expect(list[0]).toContain("ffdhe2048");
		expect(list[0]).toContain("recommended");
		const { p } = namedGroup("ffdhe2048");
		expect((await inProcess(["groups", "ffdhe2048"])).stdout).toBe(
			readFileSync(good, "utf8"),
		);
		const text = (await inProcess(["groups", "modp2048", "--text", "--noout"]))
			.stdout;
		expect(text).toBe(namedGroup("modp_2048").toText());
		const json = JSON.parse(
			(await inProcess(["groups", "ffdhe2048", "--json"])).stdout,
		);
		expect(json).toMatchObject({
			name: "ffdhe2048",
			bits: 2048,
			p: p.toString(16),
		});
		expect(
			JSON.parse((await inProcess(["groups", "--json"])).stdout).groups,
		).toHaveLength(16);
	});

	test("an unknown name, and an encoding without a name", async () => {
		expect((await inProcess(["groups", "ffdhe1"])).status).toBe(2);
		expect((await inProcess(["groups", "--outform", "DER"])).status).toBe(2);
		expect(
			(await inProcess(["groups", "ffdhe2048", "--outform", "XML"])).status,
		).toBe(2);
	});
});

describe("the documentation", () => {
	const text = readFileSync(
		new URL("../../docs/checks.md", import.meta.url),
		"utf8",
	);

	test("explains every check, in the order in which they run", () => {
		const sections = [...text.matchAll(/^## ([a-z0-9-]+)$/gm)].map(
			([, id]) => id,
		);
		expect(sections).toEqual([...CHECK_IDS]);
	});

	test("and the schema knows them", () => {
		expect(schema.definitions.check.properties.id.enum).toEqual([...CHECK_IDS]);
	});
});
