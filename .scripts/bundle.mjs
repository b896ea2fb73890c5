// Writes the code of the package to dist: the library, the command and the tasks of the workers, in few files, since each
// module that Node loads takes about a millisecond. Names, and the comments of the API, stay as they are in the source.
import {
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
} from "node:fs";
import { dirname } from "node:path";
import { rolldown } from "rolldown";

const OUTPUT = "dist";
const CHUNKS = "src/chunks";

// Each with all that it imports, unless one before has it: what a worker thread runs, a search, a validation, files, the
// command. What the library shares with the command stands before it: the library must not load the command.
const GROUPS = [
	["engine", /\/src\/search\/(fermat|sieve|evidence)\.ts$/],
	["search", /\/src\/generate\/generate\.ts$/],
	["validate", /\/src\/validate\/(validate|primality-resources)\.ts$/],
	["files", /\/src\/files\/(read|write)\.ts$/],
	["command", /\/src\/cli\/(program|generate)\.ts$/],
	["check", /\/src\/cli\/check(-file)?\.ts$/],
];

// CommonJS, as tsc writes it: the entries of the command and of the worker threads.
const COMMONJS = ["src/cli/gen-dhparams.cjs", "workers/entry.cjs"];

const { dependencies, peerDependencies } = JSON.parse(
	readFileSync("package.json", "utf8"),
);
const tasks = readdirSync("workers")
	.filter((name) => name.endsWith(".ts"))
	.map((name) => `workers/${name.slice(0, -3)}`);
const entries = ["src/index", "src/cli/main", ...tasks];

rmSync(`${OUTPUT}/${CHUNKS}`, { recursive: true, force: true });
const bundle = await rolldown({
	input: Object.fromEntries(entries.map((name) => [name, `${name}.ts`])),
	platform: "node",
	external: Object.keys({ ...dependencies, ...peerDependencies }),
	transform: { target: "es2022" },
});
await bundle.write({
	dir: OUTPUT,
	entryFileNames: "[name].js",
	chunkFileNames: `${CHUNKS}/[name].js`,
	codeSplitting: {
		groups: GROUPS.map(([name, test], at) => ({
			name,
			test,
			priority: GROUPS.length - at,
		})),
	},
});
for (const file of COMMONJS) {
	mkdirSync(dirname(`${OUTPUT}/${file}`), { recursive: true });
	copyFileSync(`build/${file}`, `${OUTPUT}/${file}`);
}
