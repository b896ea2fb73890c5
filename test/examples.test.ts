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
		"tls",
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
	writeFileSync(join(folder, "program.mjs"), program);
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
	// systemd has the units verified in test/servers/cron.test.ts.
	.filter(({ language }) => language !== "js" && language !== "ini")
	.flatMap(({ text }) => text.split("\n"))
	.flatMap((line) => {
		const found = /(?:npx (?:--yes )?)?gen-dhparams (?:ensure|check) .*/.exec(
			line,
		);
		return found === null || line.startsWith("#") ? [] : [found[0]];
	});

test("there are examples of each kind", () => {
	expect(commands.length).toBe(7);
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
			.replace(/npx (--yes )?/, "")
			.replaceAll(/(?<![a-z])\/(etc|tls)\//g, `${folder}/$1/`)
			// Whether the server reloads is for the tests of servers.
			.replace("/usr/sbin/nginx -s reload", "true");
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

test("all YAML parses, and has the parts that its program reads", () => {
	const yaml = blocks.filter(({ language }) => language === "yaml");
	const parsed = yaml.map(({ text }) => parseYaml(text));
	if (parsed[0] === undefined) return;
	expect(parsed).toEqual(
		expect.arrayContaining([
			expect.objectContaining({
				services: expect.objectContaining({
					web: expect.objectContaining({
						depends_on: {
							dhparams: { condition: "service_completed_successfully" },
						},
					}),
				}),
			}),
			expect.objectContaining({ kind: "Pod", apiVersion: "v1" }),
			expect.objectContaining({ packages: expect.any(Array) }),
		]),
	);
	const script = parsed
		.flatMap((one) => (one as { runcmd?: string[] }).runcmd ?? [])
		.at(0) as string;
	expect(spawnSync("sh", ["-n"], { input: script }).status).toBe(0);
});

test("the image of the first Dockerfile installs what its entrypoint starts", () => {
	const dockerfile = blocks.find(({ language }) => language === "dockerfile");
	const [, packages = ""] =
		/apt-get install [^\n]*?((?: [a-z][a-z0-9-]+)+) *\\?\n/.exec(
			dockerfile?.text ?? "",
		) ?? [];
	const simulated = spawnSync(
		"apt-get",
		[
			"install",
			"--simulate",
			"--no-install-recommends",
			...packages.trim().split(" "),
		],
		{ encoding: "utf8" },
	);
	if (simulated.error !== undefined) return skip("no apt-get");
	expect(simulated.status).toBe(0);
	const files = spawnSync("dpkg", ["-L", "nginx", "nginx-light"], {
		encoding: "utf8",
	});
	expect(files.stdout).toContain("/usr/sbin/nginx");
});

/** By Python's yaml, from Debian's python3-yaml; undefined where that is missing. */
function parseYaml(text: string): unknown {
	const program =
		"import sys, json, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";
	const { status, stdout, stderr } = spawnSync("python3", ["-c", program], {
		input: text,
		encoding: "utf8",
	});
	if (status === 0) return JSON.parse(stdout);
	if (!/No module named|ENOENT/.test(stderr ?? "ENOENT"))
		throw new Error(stderr);
	skip("no python3-yaml");
	return undefined;
}

function skip(why: string): void {
	process.stderr.write(
		`\n*** SKIPPED: ${why}. Some examples were not tested. ***\n`,
	);
}
