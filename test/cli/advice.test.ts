import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { messageOf, withCommands } from "../../src/cli/advice.js";
import { FileError, WeakSizeError } from "../../src/errors.js";
import {
	HARD_MAX_BITS,
	newGroup,
	POLICIES,
} from "../../src/validate/policy.js";
import { validate } from "../../src/validate/validate.js";
import { inProcess } from "./in-process.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-advice-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Options of this program, and commands of it; options of node, and variables of CSS, are none. */
const OURS =
	/(?<![\w-])--(?!disable-wasm|allow-worker|(?:no-)?experimental|import\b|jitless)[a-z][\w-]*|gen-dhparams (?:\d+|BITS|bench|check|config|convert|ensure|explain|groups|moduli(?! seed)|probe)\b/;

/** The lines of source that are not comments. */
function codeOf(file: string): string[] {
	const lines = readFileSync(file, "utf8").split("\n");
	return lines.filter((line) => !/^\s*(?:\/\/|\/\*|\*)/.test(line));
}

test("no message of the library names an option or a command of this program", () => {
	const files = readdirSync("src", { recursive: true })
		.map(String)
		.filter((name) => name.endsWith(".ts"))
		// The guide explains the command; the page's variables of CSS look like options.
		.filter((name) => !/^(?:cli|guide)\/|^forecast\/page\.ts$/.test(name));
	expect(files.length).toBeGreaterThan(100);
	const found = files.flatMap((name) =>
		codeOf(join("src", name))
			.filter((line) => OURS.test(line))
			.map((line) => `${name}: ${line.trim()}`),
	);
	expect(found).toEqual([]);
});

test("the pattern finds what it is for", () => {
	expect("exists already; --force replaces it").toMatch(OURS);
	expect("(gen-dhparams BITS --seed TEXT)").toMatch(OURS);
	expect("with: gen-dhparams 2048 > dhparams.pem").toMatch(OURS);
	expect("start node with --disable-wasm-trap-handler").not.toMatch(OURS);
	expect("-----BEGIN DH PARAMETERS-----").not.toMatch(OURS);
});

test("every group that a policy advises has a command", () => {
	for (const policy of POLICIES) {
		for (const minBits of [1, 2048, 3072, 5000, 8192]) {
			const advice = newGroup({ ...policy, minBits });
			if (advice.startsWith("No group has")) continue;
			expect(withCommands(advice), policy.name).toMatch(
				/: gen-dhparams (?:\d+|groups ffdhe\d+) > dhparams\.pem$/,
			);
		}
	}
});

test("advice of the checks names the options that this program has", async () => {
	const large = await validate(`0x${"f".repeat(11_000 / 4)}`, {
		generator: 2n,
	});
	const advice = large.checks.find(({ id }) => id === "size-limit")?.advice;
	expect(withCommands(advice ?? "")).toContain(
		`raise the limit: --max-bits takes up to ${HARD_MAX_BITS}.`,
	);
});

test("an error keeps its message, and gets the option that helps", () => {
	expect(messageOf(new FileError("x cannot be read."))).toBe(
		"x cannot be read.",
	);
	expect(
		messageOf(new FileError("x exists already.", { reason: "exists" })),
	).toBe("x exists already. Replace it with --force, or give another name.");
	expect(messageOf(new WeakSizeError("Weak."))).toContain("--allow-weak");
});

test.each([
	[["768"], "add --allow-weak"],
	[["ensure", join(folder, "weak.pem"), "--bits", "1024"], "add --allow-weak"],
	[["groups", "ffdhe2048", "--out", "README.md"], "--force"],
	[["check", "README.md"], "gen-dhparams 2048 > dhparams.pem"],
	[["convert", "README.md", "--format", "pem"], "gen-dhparams 2048 >"],
	[["-in", "README.md"], "gen-dhparams 2048 > dhparams.pem"],
])("gen-dhparams %j says %s", async (args, expected) => {
	const { status, stderr } = await inProcess(args);
	expect(status).toBe(2);
	expect(stderr.replace(/\s+/g, " ")).toContain(expected);
});
