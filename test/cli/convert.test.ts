import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DhParams, generate } from "gen-dhparams";
import { afterAll, beforeAll, expect, test } from "vitest";
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
