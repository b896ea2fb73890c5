// Writes the code of the package to dist, in few files, since each module that Node loads takes about a millisecond: the
// library as ES modules, whose names stay as they are in the source (its comments are in the declarations), and the command
// and the tasks of the worker threads in CommonJS, minified, which Node loads in half the time.
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { rolldown } from "rolldown";

const OUTPUT = "dist";
const CHUNKS = "src/chunks";

// Each with all that it imports, unless one before has it.
const LIBRARY = [
	["search", /\/src\/generate\/generate\.ts$/],
	["validate", /\/src\/validate\/(validate|primality-resources)\.ts$/],
	["files", /\/src\/files\/(read|write)\.ts$/],
];
const COMMAND = [
	// What worker threads run comes first: they load nothing of the rest.
	[
		"engine",
		/\/src\/(arithmetic\/choose-engine|primality\/(confirmed-engine|primality-tester))\.ts$/,
	],
	["task", /\/src\/(search\/(fermat|sieve|evidence)|threads\/work-queue)\.ts$/],
	["params", /\/src\/params\.ts$/],
	["threads", /\/src\/threads\/(pool|processors)\.ts$/],
	["validate", /\/src\/validate\/validate\.ts$/],
	["program", /\/src\/cli\/program\.ts$/],
	["search", /\/src\/(cli\/generate|search\/(engines|search))\.ts$/],
	["check", /\/src\/cli\/check(-file)?\.ts$/],
];

// Of other packages, what each run of the command loads: to find one in node_modules takes Node 5 ms.
const INLINED = ["commander", "bigint-mod-arith"];

// As tsc writes them: what Node 12 can read, and what Piscina requires.
const ENTRIES = ["src/cli/gen-dhparams.cjs", "workers/entry.cjs"];

const { dependencies, peerDependencies } = JSON.parse(
	readFileSync("package.json", "utf8"),
);

async function write({ entries, groups, extension, inlined = [], ...output }) {
	const bundle = await rolldown({
		input: Object.fromEntries(entries.map((name) => [name, `${name}.ts`])),
		platform: "node",
		external: Object.keys({ ...dependencies, ...peerDependencies }).filter(
			(name) => !inlined.includes(name),
		),
		transform: { target: "es2022" },
		// What the command imports at once, the library may import later.
		checks: { ineffectiveDynamicImport: false },
	});
	return await bundle.write({
		dir: OUTPUT,
		entryFileNames: `[name].${extension}`,
		chunkFileNames: `${CHUNKS}/[name].${extension}`,
		codeSplitting: {
			groups: groups.map(([name, test], at) => ({
				name,
				test,
				priority: groups.length - at,
			})),
		},
		...output,
	});
}

// The assembly stays: it takes longer to build.
mkdirSync(`${OUTPUT}/workers/assembly`, { recursive: true });
const written = readdirSync(`${OUTPUT}/workers`)
	.filter((name) => name !== "assembly")
	.map((name) => `workers/${name}`);
for (const name of ["src/cli", CHUNKS, ...written]) {
	rmSync(`${OUTPUT}/${name}`, { recursive: true, force: true });
}
await write({
	entries: ["src/index"],
	groups: LIBRARY,
	extension: "js",
	format: "esm",
	comments: false,
});
const tasks = readdirSync("workers")
	.filter((name) => name.endsWith(".ts"))
	.map((name) => `workers/${name.slice(0, -3)}`);
const { output } = await write({
	entries: ["src/cli/main", ...tasks],
	groups: COMMAND,
	extension: "cjs",
	format: "cjs",
	exports: "named",
	inlined: INLINED,
	// Errors are named after their classes.
	minify: {
		compress: true,
		mangle: { keepNames: { class: true, function: false } },
		codegen: true,
	},
});
// One character outside ASCII makes V8 keep and read a whole file with two bytes a character.
for (const { fileName, code } of output) {
	const ascii = code.replace(
		/[^\0-\x7f]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
	writeFileSync(`${OUTPUT}/${fileName}`, ascii);
}
for (const file of ENTRIES) {
	mkdirSync(dirname(`${OUTPUT}/${file}`), { recursive: true });
	const code = readFileSync(`build/${file}`, "utf8");
	writeFileSync(
		`${OUTPUT}/${file}`,
		code.replace(/(?:await )?import\("(\.\/\w+)\.js"\)/g, 'require("$1.cjs")'),
	);
}
writeFileSync(
	`${OUTPUT}/src/cli/licences.txt`,
	INLINED.map(
		(name) =>
			`The command contains ${name}:\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`,
	).join("\n"),
);
