// Writes dist/src/index.d.ts: the declarations of the public API alone, in one file, from those that tsc writes for every
// module. Fails where a public signature uses a type that src/index.ts does not export.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const TYPES = "build/types/src";

// For compilers without @types/node, the DOM library or a recent `lib`; an empty interface merges with the full one.
const HEADER = `/// <reference lib="esnext.disposable" />
declare global {
    interface AbortSignal {
    }
    interface ErrorOptions {
    }
}`;

/** The statements of a module, each with the comment above it: tsc ends them with ";" or "}" and indents what is inside. */
function statementsOf(source) {
	const statements = [];
	let statement = "";
	for (const line of source.split("\n")) {
		statement += `${line}\n`;
		if (/^(?! \*).*[;}]$/.test(line) && !/^\s{2}/.test(line)) {
			statements.push(statement.trimEnd());
			statement = "";
		}
	}
	return statements;
}

const withoutComments = (code) => code.replace(/\/\*[\s\S]*?\*\//g, "");
const withoutStrings = (code) => code.replace(/"(?:[^"\\\n]|\\.)*"/g, '""');

/** The declarations of a module by name, and the names that it imports. */
function moduleAt(path) {
	const declared = new Map();
	const imported = new Map();
	for (const statement of statementsOf(readFileSync(path, "utf8"))) {
		const code = withoutComments(statement).trim();
		const [, names, from] =
			/^import (?:type )?\{([^}]*)\} from "(.+)"/.exec(code) ?? [];
		if (names !== undefined) {
			for (const name of names.match(/[\w ]*\w/g)) {
				imported.set(name.replace("type ", "").trim(), from);
			}
			continue;
		}
		const [, name] =
			/^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const) (\w+)/.exec(
				code,
			) ?? [];
		if (name !== undefined) declared.set(name, statement);
		else if (code !== "" && code !== "export {};") {
			throw new Error(`${path}: cannot follow "${code.slice(0, 60)}".`);
		}
	}
	return { declared, imported };
}

const index = withoutComments(readFileSync(join(TYPES, "index.d.ts"), "utf8"));
const exported = [
	...index.matchAll(/export (type )?\{([^}]*)\} from "(.+)";/g),
].flatMap(([, onlyTypes, names, from]) =>
	names.match(/[\w ]*\w/g).map((each) => ({
		name: each.replace("type ", "").trim(),
		isType: onlyTypes !== undefined || each.includes("type "),
		path: join(TYPES, from.replace(/\.js$/, ".d.ts")),
	})),
);
const publicNames = new Set(exported.map(({ name }) => name));

const modules = new Map();
const load = (path) => {
	if (!modules.has(path)) modules.set(path, moduleAt(path));
	return modules.get(path);
};

const written = [];
const constants = new Map();
const classesAsTypes = [];
const faults = [];
for (const { name, isType, path } of exported) {
	const { declared, imported } = load(path);
	const statement = declared.get(name);
	if (statement === undefined) {
		throw new Error(`${path} does not declare ${name}.`);
	}
	const code = withoutStrings(withoutComments(statement));
	for (const [used] of code.matchAll(/(?<![.\w#])[A-Z]\w*/g)) {
		if (publicNames.has(used)) continue;
		const from = imported.get(used);
		const home =
			from === undefined
				? path
				: join(dirname(path), from.replace(/\.js$/, ".d.ts"));
		const source = load(home).declared.get(used);
		if (source === undefined) continue;
		const isConstant = /^(export )?declare const /.test(
			withoutComments(source).trim(),
		);
		if (isConstant) constants.set(used, source.replace(/^export /m, ""));
		else faults.push(`${name} uses ${used}`);
	}
	const isClass = /^export declare class /m.test(statement);
	if (isType && isClass) classesAsTypes.push(name);
	written.push(
		isType && isClass ? statement.replace(/^export /m, "") : statement,
	);
}
if (faults.length > 0) {
	throw new Error(`src/index.ts does not export: ${faults.join(", ")}.`);
}
const end =
	classesAsTypes.length > 0
		? `export type { ${classesAsTypes.join(", ")} };`
		: "export {};";
writeFileSync(
	"dist/src/index.d.ts",
	`${[HEADER, ...constants.values(), ...written, end].join("\n")}\n`,
);
