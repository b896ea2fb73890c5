import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-limits-"));
afterAll(() => rmSync(folder, { recursive: true }));

const index = resolve("dist/src/index.js");
const [vector]: { seed: string; p: string }[] = JSON.parse(
	readFileSync("test/vectors/seeds.json", "utf8"),
);

/** Searches in a process of its own, which must end by itself, and writes how each promise settled. */
function search(
	options: {
		before?: string;
		node?: readonly string[];
		limit?: string;
		threads?: number;
		bits?: number;
	} = {},
): { status: number | null; output: string } {
	const {
		before = "",
		node = [],
		limit = "true",
		threads = 2,
		bits = 512,
	} = options;
	const script = join(folder, "search.mjs");
	writeFileSync(
		script,
		`import { generate } from ${JSON.stringify(index)};
		process.on("unhandledRejection", (error) => console.log("unhandled", error));
		${before}
		let engine;
		const onProgress = (progress) => { engine = progress.engineReason; };
		const options = { threads: ${threads}, allowWeak: true, seed: ${JSON.stringify(vector?.seed)}, onProgress };
		await generate(${bits}, options).then(
			({ p }) => console.log("p", p.toString(16), engine),
			(error) => console.log(error.code, error.message));`,
	);
	const { status, stdout } = spawnSync(
		"bash",
		["-c", `${limit}; exec "$0" "$@"`, process.execPath, ...node, script],
		{ encoding: "utf8", timeout: 60_000, stdio: ["ignore", "pipe", "ignore"] },
	);
	return { status, output: stdout };
}

const deleteDirectory = `
	const { mkdtempSync, rmdirSync } = await import("node:fs");
	process.chdir(mkdtempSync(${JSON.stringify(join(folder, "gone-"))}));
	rmdirSync(process.cwd());`;
const keepAlive =
	'process.on("uncaughtException", (error) => console.log("uncaught", error));';

function preload(name: string, statement: string): string {
	const file = join(folder, name);
	writeFileSync(
		file,
		`if (!require("node:worker_threads").isMainThread) ${statement}`,
	);
	return file;
}

describe("threads that fail before their first task reject the search, and the message says what to do", () => {
	test.each([
		[
			"the current directory is gone",
			{ before: deleteDirectory },
			"current directory",
		],
		[
			"the same with a handler of uncaught exceptions",
			{ before: keepAlive + deleteDirectory },
			"current directory",
		],
		[
			"a preload throws",
			{
				node: [
					"-r",
					preload("throws.cjs", 'throw new Error("broken preload");'),
				],
			},
			"broken preload). Run it again",
		],
		[
			"a preload throws, with a handler",
			{
				before: keepAlive,
				node: ["-r", preload("throws2.cjs", 'throw new Error("broken");')],
			},
			"NODE_OPTIONS",
		],
		[
			"a preload exits",
			{ node: ["-r", preload("exits.cjs", "process.exit(9);")] },
			"status 9",
		],
		[
			"few descriptors",
			{ limit: "ulimit -n 100", threads: 64 },
			"raise the limit (ulimit -n)",
		],
	])("%s", (_, options, words) => {
		const { status, output } = search({ ...options, bits: 4096 });
		expect(output).toContain("ERR_WORKER");
		expect(output).toContain(words);
		expect(output).not.toMatch(/unhandled|uncaught/);
		expect(status).toBe(0);
	});

	test("Node's permission model without --allow-worker", () => {
		const flag = process.allowedNodeEnvironmentFlags.has("--permission")
			? "--permission"
			: "--experimental-permission";
		const node = [flag, "--allow-fs-read=*", "--no-warnings"];
		const { status, output } = search({ node, bits: 4096 });
		expect(output).toContain("ERR_WORKER");
		expect(output).toContain("add --allow-worker");
		expect(status).toBe(0);
		// A short search is over before threads would have started.
		expect(search({ node }).output).toBe(`p ${vector?.p} undefined\n`);
	});
});

/**
 * Node 24 and later give up the trap handlers by themselves where addresses are short, so that WebAssembly runs. At 5 GB,
 * and between 14 and 20 GB, its V8 now and then ends the process for want of room for code: nothing that we could catch.
 */
const yieldsTrapHandlers = Number.parseInt(process.versions.node, 10) >= 24;

describe("without WebAssembly the same seed gives the same group, and the reason is given", () => {
	const advice = "--disable-wasm-trap-handler";
	// Enough addresses for no, one or two instances: the last are refused in a worker.
	const short: [string, { limit: string }, string][] = [
		["ulimit -v of 5 GB", { limit: "ulimit -v 5000000" }, advice],
		["ulimit -v of 14 GB", { limit: "ulimit -v 14000000" }, advice],
		["ulimit -v of 20 GB", { limit: "ulimit -v 20000000" }, advice],
	];
	test.each([
		[
			"--jitless",
			{ node: ["--jitless"] },
			"WebAssembly is not defined",
		] as const,
		...(yieldsTrapHandlers ? [] : short),
	])("%s", (_, options, reason) => {
		const { status, output } = search(options);
		expect(output).toContain(`p ${vector?.p} `);
		expect(output).toContain(reason);
		expect(status).toBe(0);
	});

	test.runIf(yieldsTrapHandlers)("ulimit -v of 11 GB from Node 24 on", () => {
		const { status, output } = search({ limit: "ulimit -v 11000000" });
		expect(output).toBe(`p ${vector?.p} undefined\n`);
		expect(status).toBe(0);
	});

	test("the advice helps", () => {
		const { output } = search({
			limit: yieldsTrapHandlers ? "ulimit -v 11000000" : "ulimit -v 5000000",
			node: ["--disable-wasm-trap-handler"],
		});
		expect(output).toBe(`p ${vector?.p} undefined\n`);
	});
});

test("a module that cannot be loaded while a search runs rejects it, and nothing is unhandled", () => {
	const hooks = join(folder, "hooks.mjs");
	writeFileSync(
		hooks,
		`export async function load(url, context, next) {
			if (url.endsWith("/generate/journaled-search.js")) throw new Error("cannot be read");
			return next(url, context);
		}`,
	);
	const script = join(folder, "late.mjs");
	writeFileSync(
		script,
		`import { register } from "node:module";
		process.on("unhandledRejection", (error) => console.log("unhandled", error));
		register(${JSON.stringify(pathToFileURL(hooks).href)});
		const { createPool } = await import(${JSON.stringify(resolve("build/src/generate/generate.js"))});
		const generator = createPool({ threads: 1 });
		await generator.generate(1024, { journal: ${JSON.stringify(join(folder, "journal"))} }).catch((error) => console.log(error.code, error.message));
		await generator.close();`,
	);
	const { stdout, status } = spawnSync(process.execPath, [script], {
		encoding: "utf8",
		timeout: 60_000,
	});
	expect(stdout).toContain("ERR_WORKER A part of gen-dhparams");
	expect(stdout).not.toContain("unhandled");
	expect(status).toBe(0);
});
