import { spawnSync } from "node:child_process";
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { validate } from "gen-dhparams";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAIN } from "./cli/command.js";

const page = readFileSync("docs/examples.md", "utf8");
const blocks = [...page.matchAll(/```(\w+)\n(.*?)```/gs)].map(
	([, language, text]) => ({ language, text: text as string }),
);

let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-examples-"));
	for (const name of [
		"bin",
		"deploy",
		"node_modules",
		"etc/ssl",
		"etc/nginx",
	]) {
		mkdirSync(join(folder, name), { recursive: true });
	}
	symlinkSync(resolve("."), join(folder, "node_modules/gen-dhparams"));
	const command = join(folder, "bin/gen-dhparams");
	writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`);
	chmodSync(command, 0o755);
	env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` };
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the Node program", async () => {
	const program = blocks.find(({ language }) => language === "js")?.text ?? "";
	// As the page says: a generator that is closed where the runtime knows no `await using`.
	const plain = program.replace("await using generator", "const generator");
	expect(plain).not.toBe(program);
	writeFileSync(
		join(folder, "program.mjs"),
		`${plain}\nawait generator.close();\n`,
	);
	const { status, stderr } = spawnSync(process.execPath, ["program.mjs"], {
		cwd: folder,
		encoding: "utf8",
	});
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	for (const host of ["mail", "www"]) {
		const pem = readFileSync(join(folder, `${host}-dhparams.pem`));
		expect((await validate(pem)).verdict).toBe("accept");
	}
}, 300_000);

const commands = blocks
	.filter(({ language }) => language !== "js")
	.flatMap(({ text }) => text.split("\n"))
	.flatMap((line) => {
		const found = /(?:npx )?gen-dhparams (?:ensure|check) .*/.exec(line);
		return found === null || line.startsWith("#") ? [] : [found[0]];
	});

test("there are examples of each kind", () => {
	expect(commands.length).toBe(5);
});

test.each(commands)(
	"%s",
	(command) => {
		const deployed = join(folder, "deploy/dhparams.pem");
		writeFileSync(
			deployed,
			spawnSync("gen-dhparams", ["groups", "ffdhe2048"], { env }).stdout,
		);
		const here = command
			.replace("npx ", "")
			.replaceAll("/etc/", `${folder}/etc/`);
		const { status, stderr, stdout } = spawnSync("sh", ["-c", here], {
			cwd: folder,
			encoding: "utf8",
			env,
		});
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
		if (command.includes("--json")) {
			expect(typeof JSON.parse(stdout).changed).toBe("boolean");
		}
	},
	300_000,
);
