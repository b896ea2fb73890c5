import { spawnSync } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { generateModuli } from "../../src/moduli/moduli.js";
import type { ModuliOptions } from "../../src/moduli/options.js";
import type { ModuliProgress } from "../../src/moduli/progress.js";
import { seedFindings } from "../../src/moduli/seed-origin.js";
import { readParameters } from "../../src/reading/read.js";
import { passesBailliePsw } from "../primality/baillie-psw.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-moduli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const vectors: { bits: number; seed: string; p: string[] }[] = JSON.parse(
	readFileSync("test/vectors/moduli.json", "utf8"),
);

const SMALL = {
	sizes: [512],
	perSize: 2,
	seed: "test 1",
	allowWeak: true,
} as const;

test.each(vectors)("gives the groups of the seed $seed", async (vector) => {
	const { bits, seed, p } = vector;
	const { groups } = await generateModuli({
		sizes: [bits],
		perSize: p.length,
		seed,
		allowWeak: true,
	});
	expect(groups.map((group) => group.p.toString(16))).toEqual(p);
});

test("the program of docs/moduli.md gives them too", () => {
	const page = readFileSync("docs/moduli.md", "utf8");
	const program = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
	const file = join(folder, "reference.mjs");
	writeFileSync(file, program);
	const [vector] = vectors;
	const { stdout } = spawnSync(
		process.execPath,
		[file, "512", "1", vector?.seed ?? ""],
		{ encoding: "utf8" },
	);
	expect(stdout).toBe(`${vector?.p[0]}\n`);
});

test("the file: sizes in ascending order, each line as moduli(5) says, the seed in a comment", async () => {
	const { text, groups, seed, generator } = await generateModuli({
		...SMALL,
		sizes: [640, 512],
	});
	expect({ seed, generator }).toEqual({ seed: "test 1", generator: 2 });
	const lines = text.split("\n");
	const entries = lines.filter((line) => line !== "" && line[0] !== "#");
	expect(entries).toHaveLength(4);
	for (const [i, entry] of entries.entries()) {
		const [time, type, tests, tries, size, g, p] = entry.split(" ");
		expect(time).toMatch(/^\d{14}$/);
		expect([type, tests, g]).toEqual(["2", "6", "2"]);
		expect(Number(tries)).toBeGreaterThan(1);
		expect(Number(size)).toBe(i < 2 ? 511 : 639);
		expect(BigInt(`0x${p}`)).toBe(groups[i]?.p);
		expect(passesBailliePsw(groups[i]?.p ?? 0n)).toBe(true);
	}
	expect(lines.filter((line) => line.includes('"seed":"test 1"'))).toHaveLength(
		1,
	);
	expect(text.endsWith("\n")).toBe(true);
});

test("the same bytes with one thread and three, and the more groups contain the fewer", async () => {
	const one = await generateModuli({ ...SMALL, threads: 1 });
	const three = await generateModuli({ ...SMALL, threads: 3, perSize: 4 });
	expect(three.groups.slice(0, 2)).toEqual(one.groups);
	const again = await generateModuli({ ...SMALL, threads: 3 });
	expect(again.text).toBe(one.text);
});

test("another generator and another seed give other groups; without one a seed is drawn", async () => {
	const texts = await Promise.all(
		[SMALL, { ...SMALL, generator: 5 }, { ...SMALL, seed: undefined }].map(
			async (options) => (await generateModuli(options)).text,
		),
	);
	expect(new Set(texts).size).toBe(3);
	expect(texts[1]).toContain('"generator":5');
	expect(texts[2]).toMatch(/"seed":"[0-9a-f]{64}"/);
});

test("a seed of any letters stands in the comment in ASCII", async () => {
	const { text } = await generateModuli({ ...SMALL, seed: 'Zürich "≠"' });
	expect(text).toMatch(/^[ -~\n]+$/);
	expect(text).toContain(String.raw`"seed":"Z\u00fcrich \"\u2260\""`);
});

test.each([
	["the longest seed", "é".repeat(512)],
	["the longest with escapes", '"'.repeat(1024)],
	["four bytes a letter", "𝛑".repeat(256)],
	["what looks like PEM", "-----BEGIN DH PARAMETERS-----"],
])("the table is read again: %s", async (_, seed) => {
	const { text, groups } = await generateModuli({ ...SMALL, seed });
	const read = readParameters(Buffer.from(text));
	expect(read.map(({ params }) => params.p)).toEqual(groups.map(({ p }) => p));
	expect(text).not.toContain("-----BEGIN");
	expect(
		seedFindings(
			text,
			groups.map(({ p, g, bits }) => ({ p, g, bits, line: 4 })),
		)[0]?.verdict,
	).toBe("note");
});

describe("with a journal", () => {
	test("a search that was aborted goes on, and gives the same bytes", async () => {
		const journal = join(folder, "aborted.journal");
		const options = { ...SMALL, sizes: [768], perSize: 6, journal };
		const stop = new AbortController();
		const running = generateModuli({
			...options,
			signal: stop.signal,
			onProgress: ({ sizes }) => {
				if ((sizes[0]?.found ?? 0) > 0) stop.abort(new Error("enough"));
			},
		});
		await expect(running).rejects.toThrow("enough");
		expect(readFileSync(journal, "utf8").split("\n").length).toBeGreaterThan(2);
		const { text } = await generateModuli({ ...options, threads: 1 });
		const whole = await generateModuli({ ...options, journal: undefined });
		expect(text).toBe(whole.text);
	});

	test("a finished search is not done again, and the seed may be left out", async () => {
		const journal = join(folder, "finished.journal");
		const { text } = await generateModuli({ ...SMALL, journal });
		const before = readFileSync(journal);
		const phases = new Set<string>();
		const again = await generateModuli({
			...SMALL,
			seed: undefined,
			journal,
			onProgress: ({ phase }) => phases.add(phase),
		});
		expect(again.text).toBe(text);
		expect(phases).not.toContain("test");
		expect(readFileSync(journal)).toEqual(before);
	});

	test("a file from the journals of two machines", async () => {
		const [one, two] = ["one", "two"].map((name) => join(folder, name));
		await generateModuli({ ...SMALL, sizes: [512], journal: one });
		await generateModuli({ ...SMALL, sizes: [640], journal: two });
		const phases = new Set<string>();
		const both = await generateModuli({
			sizes: [512, 640],
			perSize: 2,
			allowWeak: true,
			resume: [one ?? "", two ?? ""],
			onProgress: ({ phase }) => phases.add(phase),
		});
		const whole = await generateModuli({ ...SMALL, sizes: [512, 640] });
		expect(both.text).toBe(whole.text);
		expect(phases).not.toContain("test");
	});

	test("the journal of another seed is refused", async () => {
		const journal = join(folder, "other.journal");
		await generateModuli({ ...SMALL, journal });
		await expect(
			generateModuli({ ...SMALL, seed: "another", journal }),
		).rejects.toMatchObject({ code: "ERR_FILE" });
		await expect(
			generateModuli({ ...SMALL, seed: "another", resume: [journal] }),
		).rejects.toMatchObject({ code: "ERR_FILE" });
	});
});

test("progress says what is found of each size, and a forecast", async () => {
	const reports: ModuliProgress[] = [];
	await generateModuli({
		...SMALL,
		sizes: [512, 640],
		perSize: 3,
		onProgress: (progress) => reports.push(progress),
	});
	const [first, last] = [reports[0], reports.at(-1)];
	expect(
		first?.sizes.map(({ bits, found, wanted }) => [bits, found, wanted]),
	).toEqual([
		[512, 0, 3],
		[640, 0, 3],
	]);
	expect(first?.remainingMs).toBeGreaterThan(0);
	expect(last?.sizes.map(({ found }) => found)).toEqual([3, 3]);
	expect(last?.remainingMs).toBe(0);
	expect(last?.tested).toBeGreaterThan(0);
});

test("what onProgress throws ends the search", async () => {
	await expect(
		generateModuli({
			...SMALL,
			onProgress: () => {
				throw new Error("mine");
			},
		}),
	).rejects.toThrow("mine");
});

test.each<[string, Partial<Record<keyof ModuliOptions, unknown>>]>([
	["No size", { sizes: [] }],
	["sizes", { sizes: undefined }],
	["sizes", { sizes: "2048" }],
	["2048 is given twice", { sizes: [2048, 3072, 2048] }],
	["511", { sizes: [2048, 511] }],
	["16385", { sizes: [16385] }],
	["2048.5", { sizes: [2048.5] }],
	["bits", { sizes: ["2048"] }],
	["number of groups", { perSize: 0 }],
	["number of groups", { perSize: -1 }],
	["number of groups", { perSize: 1.5 }],
	["number of groups", { perSize: 10_001 }],
	["perSize", { perSize: "3" }],
	["perSize", { perSize: undefined }],
	["generator", { generator: 1 }],
	["seed", { seed: "" }],
	["resume", { resume: "file" }],
	["journal", { journal: 5 }],
	["Did you mean", { persize: 5 } as never],
])("refuses wrong arguments: %s %j", async (words, options) => {
	await expect(
		generateModuli({ ...SMALL, ...options } as ModuliOptions),
	).rejects.toMatchObject({
		code: "ERR_INVALID_ARGUMENT",
		message: expect.stringContaining(words),
	});
});

test("a size that clients refuse needs allowWeak", async () => {
	await expect(
		generateModuli({ ...SMALL, allowWeak: false }),
	).rejects.toMatchObject({ code: "ERR_WEAK_SIZE" });
	expect(existsSync("moduli.journal")).toBe(false);
});
