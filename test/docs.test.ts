import { execFileSync, spawnSync } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

test("the manual page is what npm run docs:man writes, but for the version", () => {
	const written = execFileSync(process.execPath, [".scripts/man.mjs"], {
		encoding: "utf8",
	});
	// `npm version` changes the number and nothing else.
	const withoutVersion = (page: string) =>
		page.replace(/^(\.TH .*gen\\-dhparams )[\d.]+"/, '$1"');
	expect(withoutVersion(readFileSync("docs/gen-dhparams.1", "utf8"))).toBe(
		withoutVersion(written),
	);
});

const groff = spawnSync("groff", ["--version"]).status === 0;
if (!groff)
	console.warn("Skipped: groff is missing, which reads the manual page.");
test.skipIf(!groff)("groff has nothing to say of the manual page", () => {
	const { stdout, stderr } = spawnSync(
		"groff",
		["-man", "-ww", "-Tutf8", "docs/gen-dhparams.1"],
		{ encoding: "utf8" },
	);
	expect(stderr).toBe("");
	const struckTwice = new RegExp(`.${String.fromCharCode(8)}`, "g");
	for (const section of ["SYNOPSIS", "OPTIONS", "EXIT STATUS", "SEE ALSO"]) {
		// Bold letters are struck twice.
		expect(stdout.replaceAll(struckTwice, "")).toContain(section);
	}
});

const pages = [
	"README.md",
	"SECURITY.md",
	"CONTRIBUTING.md",
	"CODE_OF_CONDUCT.md",
	...readdirSync("docs")
		.filter((name) => name.endsWith(".md"))
		.map((name) => join("docs", name)),
];

test.each(pages)("%s links to files that are there", (page) => {
	const text = readFileSync(page, "utf8");
	for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
		expect(existsSync(join(dirname(page), link as string)), link).toBe(true);
	}
});

test("README names each dependency and its licence", () => {
	const readme = readFileSync("README.md", "utf8");
	const contributing = readFileSync("CONTRIBUTING.md", "utf8");
	const { dependencies, devDependencies } = JSON.parse(
		readFileSync("package.json", "utf8"),
	);
	for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
		expect(readme + contributing, name).toContain(name);
		if (!(name in dependencies)) continue;
		const { license } = JSON.parse(
			readFileSync(`node_modules/${name}/package.json`, "utf8"),
		);
		const row = readme
			.split("\n")
			.find((line) => line.startsWith(`| ${name} `));
		expect(row, name).toContain(license);
	}
});

test("docs/README.md links to every page, schema and picture", () => {
	const index = readFileSync("docs/README.md", "utf8");
	for (const name of readdirSync("docs")) {
		if (name === "README.md" || name.endsWith(".1")) continue;
		expect(index, name).toMatch(new RegExp(`\\]\\(${name}[/)]`));
	}
});

describe("README, in a folder where the package is installed", () => {
	const readme = readFileSync("README.md", "utf8");
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "gen-dhparams-readme-"));
		mkdirSync(join(folder, "node_modules"));
		symlinkSync(process.cwd(), join(folder, "node_modules", "gen-dhparams"));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	const samples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(
		([, sample]) => sample as string,
	);
	test.each(samples)("the sample runs as pasted: %s", (sample) => {
		const file = join(folder, "sample.mjs");
		writeFileSync(file, sample);
		const { status, stderr } = spawnSync(process.execPath, [file], {
			cwd: folder,
			encoding: "utf8",
		});
		expect(status, stderr).toBe(0);
		expect(stderr).not.toContain("    at ");
	});

	test("the transcript is what a terminal shows", () => {
		const lines = /```console\n(.*?)```/s.exec(readme)?.[1]?.trim().split("\n");
		const bin = join(folder, "gen-dhparams");
		const main = join(process.cwd(), "dist/src/cli/main.js");
		writeFileSync(bin, `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`, {
			mode: 0o755,
		});
		rmSync(join(folder, "dhparams.pem"), { force: true });
		const shown: string[] = [];
		for (const line of lines ?? []) {
			if (!line.startsWith("$ ")) continue;
			const { stdout, stderr } = spawnSync("sh", ["-c", line.slice(2)], {
				cwd: folder,
				encoding: "utf8",
				env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
			});
			shown.push(
				line,
				...`${stdout}${stderr}`.trim().split("\n").filter(Boolean),
			);
		}
		expect(shown).toEqual(lines);
	});
});

const yaml = spawnSync("python3", ["-c", "import yaml"]).status === 0;
if (!yaml)
	console.warn("Skipped: python3-yaml is missing, which reads .github.");
test.skipIf(!yaml)(
	"the files of .github are YAML, and the scripts that they name are there",
	() => {
		const files = readdirSync(".github", { recursive: true })
			.map((name) => join(".github", String(name)))
			.filter((name) => name.endsWith(".yml"));
		expect(files.length).toBeGreaterThanOrEqual(5);
		for (const file of files) {
			execFileSync("python3", [
				"-c",
				"import sys, yaml; yaml.safe_load(open(sys.argv[1]))",
				file,
			]);
			for (const [script] of readFileSync(file, "utf8").matchAll(
				/\.ci\/\w+/g,
			)) {
				expect(existsSync(script), script).toBe(true);
			}
		}
	},
);
