import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** The part of src that a file belongs to: its folder, or its name at the top; "workers" for what is there. */
function partOf(file: string): string {
	const [top = "", name = ""] = file.split("/");
	return top === "workers" ? top : name.replace(/\.[jt]s$/, "");
}

/** All imports between parts, types included, as "from to". */
function imports(): Map<string, string> {
	const found = new Map<string, string>();
	for (const entry of readdirSync("src", { recursive: true })) {
		const file = join("src", String(entry));
		if (!file.endsWith(".ts")) continue;
		const source = readFileSync(file, "utf8");
		for (const [, path] of source.matchAll(
			/(?:from|import\()\s*"(\.[^"]+)"/g,
		)) {
			const target = partOf(normalize(join(dirname(file), path as string)));
			const part = partOf(file);
			if (part !== target) found.set(`${part} ${target}`, file);
		}
	}
	return found;
}

const page = readFileSync("docs/architecture.md", "utf8");
const layers = (/## The layers.*?```\n(.*?)```/s.exec(page)?.[1] ?? "")
	.trim()
	.split("\n")
	.map((line) => (line.split(/ {3,}/)[0] as string).split(" "));

test("docs/architecture.md names every part of src once", () => {
	const parts = new Set(
		readdirSync("src").map((name) => partOf(`src/${name}`)),
	);
	expect(layers.flat().sort()).toEqual([...parts].sort());
});

test("imports go down the layers that it lists", () => {
	const level = new Map(
		layers.flatMap((parts, depth) => parts.map((part) => [part, depth])),
	);
	const found = imports();
	expect(found.size).toBeGreaterThan(30);
	for (const [edge, file] of found) {
		const [part, target] = edge.split(" ") as [string, string];
		expect(level.get(part), `${file} imports ${target}`).toBeLessThan(
			level.get(target) as number,
		);
	}
});
