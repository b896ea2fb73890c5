import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canRun } from "../../servers/program.js";
import { RECIPES } from "./search.js";

const page = ["machines", "machines-queue"]
	.map((name) => readFileSync(`docs/${name}.md`, "utf8"))
	.join("\n");
const scripts = readdirSync(RECIPES).filter((name) => name.endsWith(".sh"));

test.runIf(canRun("/usr/bin/shellcheck"))(
	"shellcheck finds nothing in the scripts",
	() => {
		const { status, stdout } = spawnSync(
			"shellcheck",
			scripts.map((name) => join(RECIPES, name)),
			{ encoding: "utf8" },
		);
		expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
	},
);

test("docs/machines.md links to every recipe", () => {
	const names = readdirSync(RECIPES);
	expect(names.length).toBeGreaterThan(4);
	for (const name of names) expect(page).toContain(`](machines/${name})`);
});

test("docs/machines.md calls the scripts as they say themselves", () => {
	const called = page
		.split("\n")
		.filter((line) => /^(?:sh|job=|sbatch) ?.*\.sh/.test(line));
	expect(called.length).toBe(3);
	const comments = scripts.map((name) =>
		readFileSync(join(RECIPES, name), "utf8"),
	);
	for (const line of called) {
		expect(comments.some((text) => text.includes(`#   ${line}\n`))).toBe(true);
	}
});
