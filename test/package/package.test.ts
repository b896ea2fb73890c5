import { execFileSync, spawnSync } from "node:child_process";
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize, resolve } from "node:path";
import { expect, test } from "vitest";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const COMMAND = manifest.bin["gen-dhparams"] as string;

/** The files in a folder of the package, and in those below it. */
const filesIn = (folder: string) =>
	readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) =>
		join(folder, name),
	);

test("package.json names files that are there, in the forms that npm and old resolvers read", () => {
	const { main, types, man, files, exports } = manifest;
	expect(Array.isArray(man)).toBe(true);
	for (const file of [COMMAND, main, types, ...man, ...files]) {
		expect(existsSync(file), file).toBe(true);
	}
	expect(exports["."]).toEqual({ types, default: main });
	expect(manifest.homepage).toMatch(/^https:/);
	expect(manifest.bugs).toMatch(/^https:/);
});

test("the command can be executed as it is built", () => {
	expect(readFileSync(COMMAND, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
	expect(statSync(COMMAND).mode & 0o111).toBe(0o111);
});

test("the library loads nothing of the command, nor the other way round", () => {
	const files = new Set<string>([manifest.main]);
	for (const file of files) {
		const source = readFileSync(file, "utf8");
		expect(source, file).not.toContain('"commander"');
		for (const [, path = ""] of source.matchAll(
			/(?:\bfrom|\bimport\(|^import)\s*"(\.[^"]+)"/gm,
		)) {
			files.add(normalize(join(dirname(file), path)));
		}
	}
	expect([...files].every((file) => file.endsWith(".js"))).toBe(true);
	for (const file of [COMMAND, ...filesIn("dist/src/chunks")]) {
		if (!file.endsWith(".cjs")) continue;
		expect(readFileSync(file, "utf8"), file).not.toMatch(
			/(?:require|import)\(["'`]\.[^"'`]*\.js["'`]\)/,
		);
	}
});

/** What of this package and of others a program loads with `require`. */
function loadedBy(program: string, ...args: string[]): string[] {
	const { stderr } = spawnSync(
		process.execPath,
		[
			"-e",
			`require("node:worker_threads").workerData = {};
			process.argv = [process.argv[0], "gen-dhparams", ...${JSON.stringify(args)}];
			process.on("exit", () => console.error(Object.keys(require.cache).join("\\n")));
			require("./${program}");`,
		],
		{ encoding: "utf8" },
	);
	return stderr.trim().split("\n");
}

const small =
	"-----BEGIN DH PARAMETERS-----\nMAYCARcCAQU=\n-----END DH PARAMETERS-----\n";

test("a search, a check and a worker thread load few files, and none of other packages", () => {
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-"));
	const file = join(folder, "dhparams.pem");
	writeFileSync(file, small);
	try {
		const tasks = ["sieve", "fermat", "verify", "rounds", "quick"];
		for (const [most, program, ...args] of [
			[9, COMMAND, "512", "--allow-weak", "--quiet"],
			[10, COMMAND, "check", "--quiet", file],
			[5, COMMAND, "--version"],
			...tasks.map((task) => [4, `dist/workers/${task}.cjs`] as const),
			[8, "dist/workers/sets.cjs"],
		] as const) {
			const loaded = loadedBy(program, ...args);
			const own = loaded.filter((path) => path.startsWith(resolve("dist")));
			expect(own, [program, ...args].join(" ")).not.toEqual([]);
			expect(own.length, own.join("\n")).toBeLessThanOrEqual(most);
			expect(loaded.join("\n")).not.toContain("node_modules");
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("no file that is shipped names a source map", () => {
	const shipped = [...filesIn("dist/src"), ...filesIn("dist/workers")];
	for (const file of shipped) {
		if (!/\.(c?js|wasm)$/.test(file)) continue;
		expect(readFileSync(file, "latin1"), file).not.toContain(
			"sourceMappingURL",
		);
	}
	expect(shipped.filter((file) => file.endsWith(".map"))).toEqual([]);
});

test("the declarations that are shipped are those of the public API", () => {
	const declarations = filesIn("dist/src").filter((file) =>
		/\.d\.c?ts$/.test(file),
	);
	expect(declarations).toEqual(["dist/src/index.d.ts"]);
	const text = readFileSync("dist/src/index.d.ts", "utf8");
	expect(text).not.toMatch(/WebAssembly\.|@internal|import\b.*from/);
});

test("each public function and group of options is documented in full", () => {
	const text = readFileSync("dist/src/index.d.ts", "utf8");
	const documented = [
		...text.matchAll(
			/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?:export )?(?:declare )?(function|interface) (\w+)([^;{]*)/g,
		),
	];
	const named = (kind: string, pattern: RegExp) =>
		documented.filter(
			([, , is, name]) => is === kind && pattern.test(`${name}`),
		);
	const functions = named("function", /./);
	expect(functions.length).toBeGreaterThanOrEqual(9);
	for (const [, comment = "", , name, signature = ""] of functions) {
		for (const [, parameter] of signature.matchAll(/[(,]\s*(\w+)\??:/g)) {
			expect(comment, name).toContain(`@param ${parameter} `);
		}
		expect(comment, name).toContain("@returns ");
		expect(comment, name).toContain("@throws {@link InvalidArgumentError} ");
		expect(comment, name).toContain("@example");
	}
	const groups = named("interface", /(?<!Error)Options$/);
	expect(groups.length).toBeGreaterThanOrEqual(9);
	for (const [, comment, , name] of groups) {
		expect(comment, name).toContain("@example");
	}
	expect(text).not.toMatch(/@throws \{\w/);
});

test("a consumer compiles with those alone: no DOM library, no @types/node", () => {
	const folder = mkdtempSync(join(tmpdir(), "consumer-"));
	try {
		const installed = join(folder, "node_modules/gen-dhparams");
		mkdirSync(join(installed, "dist/src"), { recursive: true });
		for (const file of ["package.json", "dist/src/index.d.ts"]) {
			copyFileSync(file, join(installed, file));
		}
		copyFileSync("test/package/consumer.ts", join(folder, "consumer.mts"));
		const compilerOptions = {
			noEmit: true,
			strict: true,
			exactOptionalPropertyTypes: true,
			skipLibCheck: false,
			target: "es2022",
			lib: ["es2022"],
			module: "nodenext",
			types: [],
		};
		writeFileSync(
			join(folder, "tsconfig.json"),
			JSON.stringify({ compilerOptions, files: ["consumer.mts"] }),
		);
		const { stdout, status } = spawnSync("npx", ["tsc", "-p", folder], {
			encoding: "utf8",
		});
		expect(stdout).toBe("");
		expect(status).toBe(0);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

const pages = [
	"README.md",
	...filesIn("docs").filter((file) => file.endsWith(".md")),
	...manifest.files.filter((file: string) => file.endsWith(".md")),
];

test.each(pages)("%s links to files that are in the package", (page) => {
	const packed = [...manifest.files, "README.md", "LICENSE", "package.json"];
	for (const [, link] of readFileSync(page, "utf8").matchAll(
		/\]\((?!https?:|#)([^)#]+)/g,
	)) {
		const target = normalize(join(dirname(page), link as string));
		const isPacked = packed.some(
			(entry) => target === entry || target.startsWith(`${entry}/`),
		);
		expect(isPacked, `${page} links to ${link}`).toBe(true);
		expect(existsSync(target), `${page} links to ${link}`).toBe(true);
	}
});

/** The command as a release of Node sees it that calls itself this; .ci/package runs real old ones. */
function runOn(version: string) {
	const script = `
		Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });
		process.argv = [process.argv[0], "gen-dhparams", "--version"];
		require("./${COMMAND}");`;
	return spawnSync(process.execPath, ["-e", script], {
		encoding: "utf8",
	});
}

test.each(["12.22.12", "18.19.1", "20.19.6"])(
	"Node %s is refused in one line",
	(version) => {
		const { stdout, stderr, status } = runOn(version);
		expect(stderr).toBe(
			`gen-dhparams: this is Node ${version}; gen-dhparams needs Node 20.20 or later.\n`,
		);
		expect(stdout).toBe("");
		expect(status).toBe(2);
	},
);

test.each(["20.20.0", "21.0.0", "26.1.0"])("Node %s is taken", (version) => {
	const { stdout, stderr, status } = runOn(version);
	expect(stderr).toBe("");
	expect(stdout).toBe(`${manifest.version}\n`);
	expect(status).toBe(0);
});

test("the syntax of the entry is what Node 12 reads", () => {
	const source = readFileSync(COMMAND, "utf8");
	// All that is younger: static import, top-level await, ?. and ??, private members.
	expect(source).not.toMatch(
		/^import |^export |await |\?\.|\?\?|#[a-z]+\b(?!!)/m,
	);
	execFileSync(process.execPath, ["--check", COMMAND]);
});
