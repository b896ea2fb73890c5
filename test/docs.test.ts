import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

test("the manual page is what npm run docs:man writes", () => {
	const written = execFileSync(process.execPath, [".scripts/man.mjs"], {
		encoding: "utf8",
	});
	expect(readFileSync("docs/gen-dhparams.1", "utf8")).toBe(written);
});

const pages = [
	"README.md",
	"SECURITY.md",
	"CONTRIBUTING.md",
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
	const { dependencies, devDependencies } = JSON.parse(
		readFileSync("package.json", "utf8"),
	);
	for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
		expect(readme, name).toContain(name);
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
