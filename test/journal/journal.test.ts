import {
	appendFileSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { drawSeed, type Job } from "../../src/journal/job.js";
import { Journal, readJournal } from "../../src/journal/journal.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-journal-"));
afterAll(() => rmSync(folder, { recursive: true }));

const job: Job = {
	construction: "gen-dhparams moduli seed 1",
	seed: 'a "seed" é',
	generator: 2,
	sizes: [512, 1024],
	perSize: 3,
};

let files = 0;
const newFile = () => join(folder, `${files++}.journal`);

/** A journal with steps for two sizes. */
async function written(): Promise<string> {
	const file = newFile();
	await using journal = await Journal.open(file, () => job);
	const steps = [
		[512, { window: 0, rank: 100, hits: [] }],
		[512, { window: 0, rank: 2 ** 32, hits: [{ window: 0, candidate: 7 }] }],
		[
			512,
			{
				window: 1,
				rank: 5,
				hits: [
					{ window: 0, candidate: 7 },
					{ window: 1, candidate: 9 },
				],
			},
		],
		[1024, { window: 0, rank: 77, hits: [] }],
	] as const;
	for (const [bits, state] of steps) {
		journal.record(bits, state);
		await journal.flush();
	}
	return file;
}

test("says what was noted, to another run", async () => {
	const file = await written();
	const { job: read, states } = await readJournal(file);
	expect(read).toEqual(job);
	expect(states.get(512)).toEqual({
		window: 1,
		rank: 5,
		hits: [
			{ window: 0, candidate: 7 },
			{ window: 1, candidate: 9 },
		],
	});
	expect(states.get(1024)).toEqual({ window: 0, rank: 77, hits: [] });
	expect(readFileSync(file, "latin1")).toMatch(/^[ -~\n]+$/);
});

test("a line that was cut off is ignored, wherever it was cut, and the next run writes on behind the last whole one", async () => {
	const whole = readFileSync(await written());
	const lastLine = whole.lastIndexOf("\n", whole.length - 2) + 1;
	for (let length = lastLine; length < whole.length; length++) {
		const file = newFile();
		writeFileSync(file, whole.subarray(0, length));
		const { states } = await readJournal(file);
		expect(states.get(1024)).toBeUndefined();
		expect(states.get(512)?.rank).toBe(5);
		await using journal = await Journal.open(file, () => job);
		journal.record(1024, { window: 0, rank: 77, hits: [] });
		await journal.flush();
		expect(readFileSync(file)).toEqual(whole);
	}
});

test("a first line that was cut off is a journal that has not begun", async () => {
	const whole = readFileSync(await written());
	const firstLine = whole.indexOf("\n");
	for (const start of [
		...Array.from({ length: firstLine }, (_, i) => whole.subarray(0, i)),
		Buffer.alloc(100),
	]) {
		const file = newFile();
		writeFileSync(file, start);
		await expect(readJournal(file)).rejects.toThrow("no complete line");
		await using journal = await Journal.open(file, () => job);
		expect(journal.states.size).toBe(0);
		expect(readFileSync(file)).toEqual(whole.subarray(0, firstLine + 1));
	}
});

describe("refused, with the line", () => {
	const lines = async () =>
		readFileSync(await written(), "latin1")
			.split("\n")
			.slice(0, -1);

	test("each change of a single character", async () => {
		const text = readFileSync(await written(), "latin1");
		for (let at = 0; at < text.length - 1; at += 3) {
			const other = text[at] === "0" ? "1" : "0";
			const file = newFile();
			writeFileSync(file, text.slice(0, at) + other + text.slice(at + 1));
			await expect(readJournal(file), `at ${at}`).rejects.toMatchObject({
				code: "ERR_FILE",
			});
		}
	});

	test.each([
		["a line is missing", (all: string[]) => all.toSpliced(2, 1), "line 3"],
		[
			"two lines are exchanged",
			([a, b, c, ...rest]: string[]) => [a, c, b, ...rest],
			"line 2",
		],
		[
			"a line stands twice",
			(all: string[]) => all.toSpliced(3, 0, all[2] as string),
			"line 4",
		],
		["a blank line", (all: string[]) => all.toSpliced(2, 0, ""), "line 3"],
		[
			"CR before LF",
			(all: string[]) => all.map((line) => `${line}\r`),
			"line 1",
		],
	])("%s", async (_, change, place) => {
		const file = newFile();
		writeFileSync(file, `${change(await lines()).join("\n")}\n`);
		await expect(readJournal(file)).rejects.toThrow(place);
	});

	test("another version", async () => {
		const file = newFile();
		const [first, ...rest] = await lines();
		const changed = first?.replace('"journal":1', '"journal":2');
		writeFileSync(file, `${[changed, ...rest].join("\n")}\n`);
		await expect(readJournal(file)).rejects.toThrow("of version 2");
	});

	test.each([
		["a text", "hello\nworld\n"],
		["JSON", '{"p":"17"}\n'],
		["PEM", "-----BEGIN DH PARAMETERS-----\n"],
		["no line end", "hello"],
		["bytes", Buffer.from([0, 1, 2, 0xff, 0x0a])],
	])("%s", async (_, content) => {
		const file = newFile();
		writeFileSync(file, content);
		await expect(readJournal(file)).rejects.toThrow("not a journal");
		await expect(Journal.open(file, () => job)).rejects.toThrow(
			"not a journal",
		);
		expect(readFileSync(file)).toEqual(Buffer.from(content));
	});

	test.each([
		["seed", { seed: "another" }],
		["generator", { generator: 5 }],
		["construction", { construction: "gen-dhparams seed 1" as const }],
	])("the journal of another %s", async (_, other) => {
		const file = await written();
		const before = readFileSync(file);
		await expect(
			Journal.open(file, () => ({ ...job, ...other })),
		).rejects.toThrow("is the journal of a search");
		expect(readFileSync(file)).toEqual(before);
	});

	test("a directory, a missing file, a file in a missing directory", async () => {
		await expect(Journal.open(folder, () => job)).rejects.toThrow("directory");
		await expect(readJournal(join(folder, "none"))).rejects.toThrow(
			"there is no such file",
		);
		await expect(
			Journal.open(join(folder, "none", "j"), () => job),
		).rejects.toThrow("its directory does not exist");
	});
});

test("two runs with one journal: the second to write is refused, and nothing is lost", async () => {
	const file = newFile();
	await using one = await Journal.open(file, () => job);
	await using two = await Journal.open(file, () => job);
	one.record(512, { window: 0, rank: 5, hits: [] });
	await one.flush();
	two.record(512, { window: 0, rank: 6, hits: [] });
	await expect(two.flush()).rejects.toThrow("changed by another program");
	one.record(512, { window: 0, rank: 7, hits: [] });
	await one.flush();
	expect((await readJournal(file)).states.get(512)?.rank).toBe(7);
});

test("what another program appended is an error at the next step", async () => {
	const file = await written();
	await using journal = await Journal.open(file, () => job);
	appendFileSync(file, "garbage");
	journal.record(512, { window: 3, rank: 5, hits: [] });
	await expect(journal.flush()).rejects.toThrow("changed by another program");
});

test("takes over what is ahead in other journals, and nothing that is behind", async () => {
	const file = await written();
	await using journal = await Journal.open(file, () => job);
	await journal.merge(
		new Map([
			[512, { window: 0, rank: 3, hits: [] }],
			[1024, { window: 2, rank: 3, hits: [{ window: 1, candidate: 4 }] }],
			[2048, { window: 0, rank: 1, hits: [] }],
		]),
	);
	const { states } = await readJournal(file);
	expect(states.get(512)?.rank).toBe(5);
	expect(states.get(1024)?.hits).toEqual([{ window: 1, candidate: 4 }]);
	expect(states.get(2048)?.rank).toBe(1);
});

test("a seed of its own has 256 bits and is a new one each time", () => {
	expect(drawSeed()).toMatch(/^[0-9a-f]{64}$/);
	expect(drawSeed()).not.toBe(drawSeed());
});
