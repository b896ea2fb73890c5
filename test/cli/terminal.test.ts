import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { MAIN } from "./command.js";

const SCRIPT = "/usr/bin/script";
const hasScript = existsSync(SCRIPT);
if (!hasScript) {
	console.warn("\n*** SKIPPED: no script(1) of util-linux (bsdutils). ***\n");
}

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-terminal-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a terminal of this width gets when it runs the command. */
function onTerminal(
	args: string,
	{ columns = 80, ...env }: Record<string, string | number> = {},
): string {
	const { stdout } = spawnSync(
		SCRIPT,
		[
			"-qec",
			`stty cols ${columns}; exec ${process.execPath} ${MAIN} ${args}`,
			"/dev/null",
		],
		{
			input: "",
			cwd: folder,
			env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8", TERM: "xterm", ...env },
			timeout: 60_000,
		},
	);
	return stdout.toString().replaceAll("\r\n", "\n");
}

describe.runIf(hasScript)("on a terminal", () => {
	test("paragraphs fill its width, up to a hundred columns", () => {
		for (const [columns, longest] of [
			[50, 50],
			[90, 90],
			[200, 100],
		] as const) {
			const text = onTerminal("config nginx", { columns });
			const prose = text
				.split("\n")
				.filter((line) => !/^ {2}\S|^https:|^$/.test(line))
				.map((line) => line.length);
			expect(Math.max(...prose)).toBeLessThanOrEqual(longest);
			expect(Math.max(...prose)).toBeGreaterThan(longest - 10);
		}
	});

	test("the progress line fits, and is erased at the end", () => {
		for (const columns of [40, 80]) {
			const text = onTerminal("1024 --noout", { columns });
			const drawn = text.split("\r\x1b[K");
			expect(drawn.length).toBeGreaterThan(2);
			for (const line of drawn.slice(1, -1)) {
				expect(line.length).toBeLessThan(columns);
				expect(line).toMatch(/^(1024 bits: [ -~]*)?$/);
			}
			for (const line of (drawn.at(-1) ?? "").split("\n")) {
				expect(line.length).toBeLessThanOrEqual(columns);
			}
		}
	});

	test("the time runs on during the sieve", () => {
		// Stopped while it sieves: at 8192 bits that takes long.
		const text = execFileSync(
			SCRIPT,
			["-qc", `timeout -s INT 4 ${process.execPath} ${MAIN} 8192`, "/dev/null"],
			{ input: "", env: { ...process.env, TERM: "xterm" } },
		).toString();
		const times = text.match(/\d+\.\d s, sieving/g) ?? [];
		expect(new Set(times).size).toBeGreaterThan(5);
	});

	test("TERM=dumb and NO_COLOR get no escape sequences, a terminal gets colours", () => {
		writeFileSync(
			join(folder, "weak.pem"),
			execFileSync(process.execPath, [MAIN, "groups", "modp_1024"]),
		);
		expect(onTerminal("1024 --noout", { TERM: "dumb" })).not.toContain("\x1b");
		const check = "check weak.pem";
		expect(onTerminal(check, { TERM: "dumb" })).not.toContain("\x1b");
		expect(onTerminal(check, { NO_COLOR: "1" })).not.toContain("\x1b");
		expect(onTerminal(check)).toContain("\x1b[31mrejected\x1b[39m");
	});

	test("check wraps at words, with what follows indented", () => {
		for (const columns of [30, 60, 80]) {
			const text = onTerminal("check weak.pem -v", { columns, NO_COLOR: "1" });
			const lines = text.trimEnd().split("\n");
			expect(lines.length).toBeGreaterThan(10);
			for (const line of lines) {
				if (/\s\S/.test(line.trim())) {
					expect(line.length).toBeLessThanOrEqual(columns);
				}
				expect(line).toMatch(
					/^(weak\.pem| {2}(reject|warn|note|accept)| {2,10}\S)/,
				);
			}
		}
	});
});

test("a locale without UTF-8 gets ASCII", () => {
	for (const env of [
		{ LC_ALL: "C" },
		{ LC_ALL: "POSIX", LANG: "C.UTF-8" },
		{ LANG: "de_DE.ISO-8859-1" },
		{},
	]) {
		const { stdout, stderr } = spawnSync(
			process.execPath,
			[MAIN, "check", "-v", "weak.pem", "é\u2026.pem"],
			{
				cwd: folder,
				env: { PATH: process.env.PATH, ...env },
				encoding: "utf8",
			},
		);
		expect(stdout).toContain("weak.pem: rejected");
		expect(stdout + stderr).toMatch(/^[\n -~]*$/);
	}
	const { stderr } = spawnSync(process.execPath, [MAIN, "check", "é.pem"], {
		env: { PATH: process.env.PATH, LC_ALL: "C", LANG: "C.UTF-8" },
		encoding: "utf8",
	});
	expect(stderr).toContain("\\xe9.pem cannot be read");
});
