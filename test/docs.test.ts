import { execFileSync, spawnSync } from "node:child_process";
import {
	chmodSync,
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
import { dirname, join, normalize, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAIN } from "./cli/command.js";
import { inProcess } from "./cli/in-process.js";

const MAN = "docs/gen-dhparams.1";
const manifest = JSON.parse(readFileSync("package.json", "utf8"));

/** Written by hand. */
const pages = [
	...readdirSync(".").filter((name) => name.endsWith(".md")),
	...readdirSync("docs")
		.filter((name) => name.endsWith(".md"))
		.map((name) => join("docs", name)),
];

function isMissing(program: string): boolean {
	const missing = spawnSync(program, ["--version"]).error !== undefined;
	if (missing) {
		process.stderr.write(
			`\n*** SKIPPED: no ${program}. A part of the documents was not tested. ***\n`,
		);
	}
	return missing;
}

describe("the manual page", () => {
	const page = readFileSync(MAN, "utf8");

	test("is what npm run docs:man writes", () => {
		const written = execFileSync(process.execPath, [".scripts/man.mjs"], {
			encoding: "utf8",
		});
		expect(page).toBe(written);
	});

	test("names no version, which `npm version` would have to change", () => {
		expect(page).not.toContain(manifest.version);
	});

	test("has the sections of man-pages(7), in their order", () => {
		const sections = [...page.matchAll(/^\.SH "?(.*?)"?$/gm)];
		expect(sections.map(([, name]) => name)).toEqual([
			"NAME",
			"SYNOPSIS",
			"DESCRIPTION",
			"OPTIONS",
			"EXIT STATUS",
			"ENVIRONMENT",
			"FILES",
			"EXAMPLES",
			"SEE ALSO",
		]);
	});

	test.skipIf(isMissing("groff"))(
		"groff formats it without a warning",
		async () => {
			const { stdout, stderr } = spawnSync(
				"groff",
				["-man", "-ww", "-rLL=80n", "-Tascii", "-P-cbou", MAN],
				{ encoding: "utf8" },
			);
			expect(stderr).toBe("");
			expect(stdout).toContain("\nEXIT STATUS\n");
			const { stdout: help } = await inProcess(["--help"]);
			// Each option of each command is there as it is typed, in ASCII too.
			const commands = [...help.matchAll(/^ {2}([a-z]+) .*$/gm)].map(
				([, name]) => name as string,
			);
			expect(commands).toContain("ensure");
			for (const command of commands.filter((name) => name !== "help")) {
				const { stdout: text } = await inProcess([command, "--help"]);
				for (const [, option] of text.matchAll(
					/^ {2}(-[^ ]*(?:, --[^ ]+)?)/gm,
				)) {
					expect(stdout, command).toContain(`       ${option}`);
				}
			}
		},
	);

	// mandoc has no option that only prints its version, and ends with an error for --version.
	test.skipIf(isMissing("mandoc"))("mandoc finds nothing in it", () => {
		const { stdout, stderr } = spawnSync(
			"mandoc",
			["-T", "lint", "-W", "all", MAN],
			{ encoding: "utf8" },
		);
		expect(stdout + stderr).toBe("");
	});
});

/** The anchors of a page, as GitHub makes them from its headings. */
function anchors(page: string): Set<string> {
	const headings = withoutBlocks(readFileSync(page, "utf8")).matchAll(
		/^#+ (.*)$/gm,
	);
	return new Set(
		[...headings].map(([, heading]) =>
			(heading as string)
				.toLowerCase()
				.replace(/[^\p{L}\p{N} _-]/gu, "")
				.replaceAll(" ", "-"),
		),
	);
}

function withoutBlocks(text: string): string {
	return text.replace(/^```.*?^```$/gms, "```");
}

function links(page: string): { target: string; anchor: string | undefined }[] {
	const text = withoutBlocks(readFileSync(page, "utf8"));
	return [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(
		([, link, anchor]) => ({
			target: link === "" ? page : normalize(join(dirname(page), `${link}`)),
			anchor,
		}),
	);
}

test.each(pages)("%s links to files and headings that are there", (page) => {
	for (const { target, anchor } of links(page)) {
		expect(existsSync(target), target).toBe(true);
		if (anchor === undefined) continue;
		expect(anchors(target).has(anchor), `${target}#${anchor}`).toBe(true);
	}
});

test("docs/README.md, which README.md names, links to every document", () => {
	expect(links("README.md").map(({ target }) => target)).toContain(
		"docs/README.md",
	);
	const linked = new Set(links("docs/README.md").map(({ target }) => target));
	const documents = readdirSync("docs")
		.filter((name) => name !== "README.md" && name !== "api")
		.map((name) => join("docs", name));
	for (const document of [...documents, "docs/api/README.md"]) {
		expect(linked.has(document), document).toBe(true);
	}
});

test.each(pages)("%s has one line for each paragraph", (page) => {
	const lines = withoutBlocks(readFileSync(page, "utf8")).split("\n");
	const isProse = (line = "") => /^[^#|\s`<-]/.test(line) && line !== "";
	const wrapped = lines.filter(
		(line, i) =>
			isProse(line) &&
			i > 0 &&
			lines[i - 1] !== "" &&
			!/^\d+\. /.test(line) &&
			!lines[i - 1]?.startsWith("```"),
	);
	expect(wrapped).toEqual([]);
	expect(lines.filter((line) => /^\s+[^\s|-]/.test(line))).toEqual([]);
});

test("README and CONTRIBUTING name each dependency, README its licence", () => {
	const readme = readFileSync("README.md", "utf8");
	for (const name of Object.keys(manifest.dependencies)) {
		const { license } = JSON.parse(
			readFileSync(`node_modules/${name}/package.json`, "utf8"),
		);
		const row = readme
			.split("\n")
			.find((line) => line.startsWith(`| ${name} `));
		expect(row, name).toContain(license);
	}
	const contributing = readFileSync("CONTRIBUTING.md", "utf8");
	for (const name of Object.keys(manifest.devDependencies)) {
		expect(contributing, name).toContain(name);
	}
});

describe("README.md", () => {
	const readme = readFileSync("README.md", "utf8");
	const blocks = (language: string) =>
		[
			...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms")),
		].map(([, text]) => text as string);

	let folder: string;
	let env: NodeJS.ProcessEnv;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "gen-dhparams-readme-"));
		mkdirSync(join(folder, "bin"));
		mkdirSync(join(folder, "node_modules"));
		symlinkSync(resolve("."), join(folder, "node_modules/gen-dhparams"));
		const command = join(folder, "bin/gen-dhparams");
		writeFileSync(
			command,
			`#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`,
		);
		chmodSync(command, 0o755);
		env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` };
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	const run = (program: string, ...args: string[]) =>
		spawnSync(program, args, { cwd: folder, encoding: "utf8", env });

	test("the commands for a fresh clone are one line each", () => {
		expect(blocks("sh")).toEqual(
			expect.arrayContaining([
				"npm ci && npx gen-dhparams 2048 > dhparams.pem\n",
				"npm ci && npm test\n",
			]),
		);
	});

	test.skipIf(isMissing("openssl"))(
		"the transcript is what the commands print",
		() => {
			const [transcript = ""] = blocks("console");
			const commands = [...transcript.matchAll(/^\$ (.*)$/gm)].map(
				([, command]) => command as string,
			);
			expect(commands.length).toBeGreaterThan(2);
			// On a terminal stderr stands among the output; the progress line does not stay there.
			const script = commands
				.map((command) => `echo '$ ${command}'\n${command} 2>&1`)
				.join("\n");
			expect(run("sh", "-c", script).stdout).toBe(transcript);
		},
	);

	test("the commands under Use that need no network, no root and no search work", () => {
		const [use = ""] = blocks("sh").filter((text) => text.includes("config"));
		const commands = use
			.trim()
			.split("\n")
			.filter(
				(line) =>
					!/example\.org|\/etc\/|bench|^gen-dhparams (3072|moduli)/.test(line),
			);
		expect(commands.length).toBeGreaterThan(5);
		// In the place of the search, which is a matter of luck.
		writeFileSync(
			join(folder, "dhparams.pem"),
			run("gen-dhparams", "groups", "ffdhe3072").stdout,
		);
		for (const command of commands) {
			expect(run("sh", "-c", command).status, command).toBe(0);
		}
	});

	test("the programs run as pasted", () => {
		const programs = blocks("ts");
		expect(programs.length).toBe(3);
		const outputs = programs.map((program, i) => {
			writeFileSync(join(folder, `${i}.mjs`), program);
			const { status, stdout, stderr } = run(process.execPath, `${i}.mjs`);
			expect(status, stderr).toBe(0);
			return stdout + stderr;
		});
		expect(outputs[0]).toBe("");
		expect(outputs[1]).toContain("1024 bits, g = 2");
		expect(outputs[2]).toContain("ERR_WEAK_SIZE");
	});
});

describe("what GitHub reads", () => {
	const files = readdirSync(".github", { recursive: true })
		.map((name) => join(".github", String(name)))
		.filter((name) => /\.ya?ml$/.test(name));
	const hasYaml =
		spawnSync("python3", ["-c", "import yaml"]).status === 0 ||
		isMissing("python3-yaml");
	const parse = (file: string) =>
		JSON.parse(
			execFileSync(
				"python3",
				[
					"-c",
					// YAML 1.1 reads the key `on` as true.
					"import sys, json, yaml; d = yaml.safe_load(open(sys.argv[1])); json.dump({('on' if k is True else k): v for k, v in d.items()}, sys.stdout)",
					file,
				],
				{ encoding: "utf8" },
			),
		);

	test("the scripts of .ci that workflows, scripts and documents name are there", () => {
		const texts = [
			...files,
			...readdirSync(".ci").map((name) => `.ci/${name}`),
			...pages,
			"package.json",
		].map((file) => readFileSync(file, "utf8"));
		const named = texts.flatMap((text) =>
			[...text.matchAll(/\.ci\/([\w-]+)/g)].map(([path]) => path),
		);
		expect(named).toContain(".ci/run");
		for (const path of named) expect(existsSync(path), path).toBe(true);
		for (const name of readdirSync(".ci")) {
			expect(named, `nothing runs .ci/${name}`).toContain(`.ci/${name}`);
			expect(spawnSync("bash", ["-n", `.ci/${name}`]).status).toBe(0);
		}
	});

	test("the tests that .ci/quick runs are there", () => {
		const quick = readFileSync(".ci/quick", "utf8");
		const named = [...quick.matchAll(/(?<!build\/)\btest\/[\w./-]+/g)].map(
			([path]) => path,
		);
		expect(named.length).toBeGreaterThan(3);
		for (const path of named) expect(existsSync(path), path).toBe(true);
	});

	test.runIf(hasYaml)("workflows have triggers, permissions and jobs", () => {
		for (const file of files.filter((name) => name.includes("workflows"))) {
			const { on, permissions, jobs } = parse(file);
			expect(Object.keys(on), file).not.toEqual([]);
			expect(permissions.contents, file).toBe("read");
			for (const job of Object.values<Record<string, unknown>>(jobs)) {
				expect(job["timeout-minutes"], file).toBeGreaterThan(0);
				expect(job["runs-on"], file).toBeTruthy();
				expect(job.steps, file).toContainEqual({
					run: expect.stringMatching(/^bash \.ci\//),
					...(file.includes("release") && { env: expect.anything() }),
				});
			}
		}
		const { on, permissions } = parse(".github/workflows/release.yml");
		expect(on.push.tags).toEqual(["v*"]);
		expect(permissions["id-token"]).toBe("write");
	});

	test.runIf(hasYaml)(
		"the tested releases of Node begin with the oldest",
		() => {
			const { jobs } = parse(".github/workflows/test.yml");
			expect(`>=${jobs.node.strategy.matrix.node[0]}`).toBe(
				manifest.engines.node,
			);
		},
	);

	test.runIf(hasYaml)(
		"issue forms ask for the version and a transcript",
		() => {
			const forms = files.filter(
				(file) =>
					file.includes("ISSUE_TEMPLATE") && !file.endsWith("config.yml"),
			);
			expect(forms.length).toBeGreaterThan(1);
			for (const file of forms) {
				const { name, description, body } = parse(file);
				expect(name && description, file).toBeTruthy();
				const required = body.filter(
					(field: { validations?: { required: boolean } }) =>
						field.validations?.required,
				);
				const asked = new Map<string, string>(
					required.map(
						(field: { id: string; attributes: { label: string } }) => [
							field.id,
							field.attributes.label,
						],
					),
				);
				expect(asked.get("version"), file).toContain("--version");
				expect(asked.has("transcript"), file).toBe(true);
			}
		},
	);
});
