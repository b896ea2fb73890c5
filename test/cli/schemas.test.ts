import { describe, expect, test } from "vitest";
import { inProcess } from "./in-process.js";
import { expectValid } from "./schema.js";

describe("results", () => {
	test.each([
		["parameters", ["512", "--allow-weak", "--json", "-q"]],
		["parameters", ["512", "--allow-weak", "--json", "-q", "--seed", "aé"]],
		["parameters", ["groups", "ffdhe2048", "--json"]],
		["parameters", ["groups", "dh_2048_256", "--json"]],
		["groups", ["groups", "--json"]],
		[
			"moduli-file",
			"moduli --sizes 512 --per-size 2 --allow-weak --json -q".split(" "),
		],
	])("%s.schema.json: %j", async (schema, args) => {
		const { status, stdout } = await inProcess(args);
		expect(status).toBe(0);
		expectValid(schema, stdout);
	});
});

describe("errors, on standard output as JSON and on standard error as a line", () => {
	test.each([
		["ERR_INVALID_ARGUMENT", 2, ["12", "--json"]],
		["ERR_WEAK_SIZE", 2, ["600", "--json"]],
		["ERR_INVALID_ARGUMENT", 2, ["--json", "--bogus"]],
		["ERR_INVALID_ARGUMENT", 2, ["-json", "-outfrom=DER"]],
		["ERR_FILE", 2, ["2048", "--json", "--out", "/no/such/folder/x"]],
		["ERR_INVALID_ARGUMENT", 2, ["groups", "ffdhe1", "--json"]],
		["ERR_INVALID_ARGUMENT", 2, ["check", "--json", "--policy", "lax"]],
		["ERR_INVALID_ARGUMENT", 2, ["probe", "--json", "a b"]],
		["ERR_INVALID_ARGUMENT", 2, ["probe", "--json"]],
		["ERR_PROBE", 3, ["probe", "--json", "127.0.0.1:1"]],
		["ERR_INVALID_ARGUMENT", 2, ["moduli", "--json", "--sizes", "2048"]],
		["ERR_FILE", 2, ["convert", "/no/such/file", "--json"]],
	])("%s, exit status %i: %j", async (code, status, args) => {
		const found = await inProcess(args);
		expect(found.status).toBe(status);
		expectValid("error", found.stdout);
		expect(JSON.parse(found.stdout)).toMatchObject({ error: { code } });
		expect(found.stderr).toMatch(/^gen-dhparams: [^\n]+\n$/);
	});

	test("words behind -- ask for no JSON", async () => {
		expect((await inProcess(["check", "--", "--json"])).stdout).toBe("");
	});
});
