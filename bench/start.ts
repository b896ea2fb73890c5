/**
 * The start of the command: whole runs that take little besides, beside `node -e 0` and openssl, in turns:
 *   npm run bench:start -- [--runs 30]
 * Wall time, and the processor time of user and system; ratios are of medians and, for searches, of means.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mean, median } from "../src/forecast/statistics.js";

const MAIN = fileURLToPath(
	new URL("../../dist/src/cli/gen-dhparams.cjs", import.meta.url),
);
const { values } = parseArgs({
	options: { runs: { type: "string", default: "30" } },
});
const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-start-"));
const file = join(folder, "dhparams.pem");
const ours = (...words: string[]) => [process.execPath, MAIN, ...words];

/** Where the first names another, their ratio is shown; the target is that of issue 18. */
const COMMANDS: readonly {
	readonly name: string;
	readonly words: readonly string[];
	readonly beside?: string;
	readonly target?: number;
	readonly isSearch?: boolean;
}[] = [
	{ name: "node -e 0", words: [process.execPath, "-e", "0"] },
	{ name: "--version", words: ours("--version"), beside: "node -e 0" },
	{
		name: "512",
		words: ours("512", "--allow-weak", "--quiet"),
		beside: "node -e 0",
		target: 2.3,
	},
	{
		name: "openssl check",
		words: ["openssl", "dhparam", "-check", "-noout", "-in", file],
	},
	{
		name: "check",
		words: ours("check", file),
		beside: "openssl check",
		target: 0.9,
	},
	{
		name: "openssl 1024",
		words: ["openssl", "dhparam", "1024"],
		isSearch: true,
	},
	{
		name: "1024",
		words: ours("1024", "--quiet"),
		beside: "openssl 1024",
		target: 0.25,
		isSearch: true,
	},
];

/** In ms. */
interface Run {
	readonly wall: number;
	readonly cpu: number;
}

try {
	const [program = "", ...words] = ours("2048", "--quiet", "--out", file);
	execFileSync(program, words);
	const runs = new Map<string, Run[]>(COMMANDS.map(({ name }) => [name, []]));
	for (let i = 0; i < Number(values.runs); i++) {
		for (const { name, words } of COMMANDS) runs.get(name)?.push(run(words));
	}
	console.log(`ms, ${values.runs} runs in turns, Node ${process.version}\n`);
	for (const { name, beside, target, isSearch = false } of COMMANDS) {
		const figure = (of: string, what: keyof Run) => {
			const all = (runs.get(of) ?? []).map((each) => each[what]);
			return isSearch ? mean(all) : median(all);
		};
		const [wall, cpu] = [figure(name, "wall"), figure(name, "cpu")];
		const ratios =
			beside === undefined
				? ""
				: `  by ${beside}: wall ${(wall / figure(beside, "wall")).toFixed(2)}, CPU ${(cpu / figure(beside, "cpu")).toFixed(2)}${target === undefined ? "" : ` (target ${target})`}`;
		console.log(
			`${name.padEnd(14)} ${isSearch ? "mean  " : "median"} wall ${wall.toFixed(0).padStart(5)}, CPU ${cpu.toFixed(0).padStart(5)}${ratios}`,
		);
	}
} finally {
	rmSync(folder, { recursive: true });
}

/** Runs a program once; GNU time reports its processor time, to 10 ms. */
function run(words: readonly string[]): Run {
	const report = join(folder, "time");
	const began = performance.now();
	execFileSync("/usr/bin/time", ["-f", "%U %S", "-o", report, ...words], {
		stdio: "ignore",
	});
	const wall = performance.now() - began;
	const [user = 0, system = 0] = readFileSync(report, "utf8")
		.trim()
		.split(" ")
		.map(Number);
	return { wall, cpu: 1000 * (user + system) };
}
