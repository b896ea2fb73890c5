import { beforeAll, expect, test } from "vitest";
import { generateModuli } from "../../src/moduli/moduli.js";
import { seedFindings, type TableGroup } from "../../src/moduli/seed-origin.js";

let text: string;
let groups: TableGroup[];
beforeAll(async () => {
	const moduli = await generateModuli({
		sizes: [512, 640],
		perSize: 4,
		seed: "test 1",
		allowWeak: true,
	});
	text = moduli.text;
	groups = moduli.groups.map(({ p, g, bits }, i) => ({
		line: 4 + i,
		p,
		g,
		bits,
	}));
});

const of = (changed: TableGroup[], content = text) =>
	seedFindings(content, changed).map(({ verdict, line, message }) => [
		verdict,
		line,
		message,
	]);

test("all groups of the seed, in its order", () => {
	expect(of(groups)).toEqual([
		["note", null, expect.stringContaining('come from the seed "test 1"')],
	]);
});

test("a table without a seed has no findings about it", () => {
	expect(of(groups, "# a comment\n")).toEqual([]);
});

test("a group that is not of the seed, or has another generator", () => {
	const [first, second, ...rest] = groups as [TableGroup, TableGroup];
	const foreign = { ...first, p: first.p + 2n };
	expect(of([foreign, second, ...rest])).toEqual([
		["reject", 4, expect.stringContaining("does not come from the seed")],
	]);
	expect(of([first, { ...second, g: 5n }, ...rest])).toEqual([
		["reject", 5, expect.stringContaining("does not come from the seed")],
	]);
});

test("another order", () => {
	const [first, second, ...rest] = groups as [TableGroup, TableGroup];
	expect(of([second, first, ...rest])).toEqual([
		["warn", first.line, expect.stringContaining("not in the order")],
	]);
});

test("safe primes that were left out", async () => {
	const many = await generateModuli({
		sizes: [512],
		perSize: 60,
		seed: "test 1",
		allowWeak: true,
	});
	const last = many.groups.slice(-2).map(({ p, g, bits }, i) => ({
		line: 4 + i,
		p,
		g,
		bits,
	}));
	expect(of(last, many.text)).toEqual([
		["warn", null, expect.stringContaining("some were left out")],
	]);
});

test.each([
	["another seed", "test 1", "test 2", /does not come/],
	["another generator", '"generator":2', '"generator":5', /does not come/],
	["no JSON", '{"seed"', '["seed"', /damaged/],
	["another field", "}", ',"x":1}', /damaged/],
	["a seed that cannot be one", "test 1", " ", /damaged/],
	["a generator out of range", '"generator":2', '"generator":1', /damaged/],
])("a comment with %s", (_, from, to, expected) => {
	const findings = seedFindings(text.replace(from, to), groups);
	expect(findings[0]?.message).toMatch(expected);
	expect(findings[0]?.verdict).toBe("reject");
});

test("a comment that appears twice", () => {
	const comment = text.split("\n")[2];
	expect(of(groups, `${text}${comment}\n`)).toEqual([
		["reject", 3, expect.stringContaining("appears twice")],
	]);
});
