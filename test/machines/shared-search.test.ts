import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	computeUnit,
	createPool,
	FileError,
	generate,
	generateModuli,
	InvalidArgumentError,
	type Unit,
} from "../../src/index.js";
import { checkUnit } from "../../src/machines/unit-json.js";
import { RANKS } from "../../src/search/order.js";

const BITS = 512;
const weak = { allowWeak: true } as const;
const unit: Unit = {
	construction: "gen-dhparams seed 1",
	seed: "a shared search",
	bits: BITS,
	generator: 2,
	window: 0,
	from: 0,
	to: RANKS,
	sieveBound: 2 ** 18,
};

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "gen-dhparams-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("a unit", () => {
	test("has the hits of the search, in its order", async () => {
		const { hits } = await computeUnit(unit, { threads: 1 });
		const { origin } = await generate(BITS, { ...weak, seed: unit.seed });
		expect(hits[0]?.candidate).toBe(origin?.candidate);
		expect(hits.map(({ rank }) => rank)).toEqual(
			hits.map(({ rank }) => rank).sort((a, b) => a - b),
		);
	});

	test("gives the same on any number of threads, and in parts", async () => {
		const whole = await computeUnit(unit, { threads: 1 });
		expect(await computeUnit(unit, { threads: 3 })).toEqual(whole);
		const bounds = [0, 1, 2 ** 20, 2 ** 31, RANKS - 1, RANKS];
		const parts = [];
		for (const [i, to] of bounds.slice(1).entries()) {
			const from = bounds[i] as number;
			parts.push(await computeUnit({ ...unit, from, to }));
		}
		expect(parts.flatMap(({ hits }) => hits)).toEqual(whole.hits);
		expect(parts.reduce((sum, { tested }) => sum + tested, 0)).toBe(
			whole.tested,
		);
	});

	test("has the same hits whatever its sieve", async () => {
		const { hits } = await computeUnit(unit);
		for (const sieveBound of [2 ** 14, 2 ** 22]) {
			expect((await computeUnit({ ...unit, sieveBound })).hits).toEqual(hits);
		}
	});

	test.each([
		["construction", "gen-dhparams seed 2"],
		["construction", 5],
		["seed", ""],
		["seed", "a\u200bb"],
		["bits", 511],
		["bits", 16385],
		["bits", 512.5],
		["bits", "512"],
		["generator", 1],
		["generator", 256],
		["window", -1],
		["window", Number.NaN],
		["from", -1],
		["from", RANKS],
		["to", 0],
		["to", RANKS + 1],
		["sieveBound", 2 ** 36 + 2],
		["sieveBound", 2 ** 18 + 1],
		["sieveBound", null],
		["more", 1],
	])("is refused where %s is %j", async (name, value) => {
		const wrong = { ...unit, [name]: value };
		expect(() => checkUnit(wrong)).toThrow(InvalidArgumentError);
		expect(() => checkUnit(wrong)).toThrow(new RegExp(name));
		await expect(computeUnit(wrong)).rejects.toThrow(InvalidArgumentError);
	});

	test.each([undefined, null, 5, "unit", [], () => unit])(
		"is refused where it is %s",
		(value) => {
			expect(() => checkUnit(value)).toThrow(InvalidArgumentError);
		},
	);
});

describe("a search with a file of units", () => {
	test("gives the group of the search without, and goes on after an abort", async () => {
		const seed = "with a file";
		const units = join(folder, "units.jsonl");
		const { p } = await generate(1024, { seed });
		const stop = new AbortController();
		const stopped = generate(1024, {
			seed,
			units,
			threads: 1,
			signal: stop.signal,
			onProgress: ({ tested }) => {
				if (tested > 0) stop.abort(new Error("enough"));
			},
		});
		await stopped.catch((error: Error) => expect(error.message).toBe("enough"));
		const noted = await readFile(units, "utf8");
		expect(noted.length).toBeGreaterThan(0);
		expect((await generate(1024, { seed, units })).p).toBe(p);
		// The seed is in the file.
		const again = await generate(1024, { units });
		expect(again.p).toBe(p);
		expect(again.origin?.seed).toBe(seed);
	});

	test("ignores a line that was cut off, and refuses one that was changed", async () => {
		const seed = "torn";
		const units = join(folder, "torn.jsonl");
		const { p } = await generate(BITS, { ...weak, seed, units });
		const text = await readFile(units, "utf8");
		await writeFile(units, text.slice(0, -20));
		expect((await generate(BITS, { ...weak, seed, units })).p).toBe(p);
		for (const [from, to] of [
			['"tested":', '"tested":-'],
			['"version":1', '"version":2'],
			['"digests":["', '"digests":["x'],
			['"bits":512', '"bits":500'],
			["}\n", "\n"],
		] as const) {
			await writeFile(units, text.replace(from, to));
			await expect(generate(BITS, { ...weak, seed, units })).rejects.toThrow(
				/line 1 is not the result of a unit/,
			);
		}
	});

	test("does not believe a safe prime that is none", async () => {
		const seed = "a false prime";
		const units = join(folder, "false.jsonl");
		await generate(BITS, { ...weak, seed, units });
		const text = await readFile(units, "utf8");
		const [first = ""] = text.split("\n");
		const line = JSON.parse(first);
		line.result.hits = [{ rank: line.unit.from + 5, candidate: 77 }];
		await writeFile(units, `${JSON.stringify(line)}\n`);
		await expect(generate(BITS, { ...weak, seed, units })).rejects.toThrow(
			/claims a safe prime .* that is none/,
		);
	});

	test("refuses the file of another search, a folder, and a journal beside it", async () => {
		const units = join(folder, "other.jsonl");
		await generate(BITS, { ...weak, seed: "one", units });
		for (const other of [{ seed: "two" }, { seed: "one", generator: 5 }]) {
			await expect(
				generate(BITS, { ...weak, ...other, units }),
			).rejects.toThrow(/has results of another search/);
		}
		await expect(generate(BITS, { ...weak, units: folder })).rejects.toThrow(
			FileError,
		);
		await expect(
			generate(BITS, { ...weak, units, journal: join(folder, "journal") }),
		).rejects.toThrow(InvalidArgumentError);
	});

	test("makes the certificate and the moduli file of the search without", async () => {
		const seed = "both";
		const options = { ...weak, seed, provable: true };
		const alone = await generate(BITS, options);
		const units = join(folder, "provable.jsonl");
		const shared = await generate(BITS, { ...options, units });
		expect(shared.toPem()).toBe(alone.toPem());

		const moduli = { ...weak, seed, sizes: [512, 520], perSize: 5 };
		const file = join(folder, "moduli.jsonl");
		const { text } = await generateModuli(moduli);
		expect((await generateModuli({ ...moduli, units: file })).text).toBe(text);
		expect((await generateModuli({ ...moduli, units: file })).text).toBe(text);
	});

	test("shares a pool with others", async () => {
		await using pool = createPool({ threads: 2 });
		const groups = await Promise.all(
			Array.from({ length: 6 }, (_, i) =>
				pool.generate(BITS, {
					...weak,
					seed: "a pool",
					units: join(folder, `pool-${i}.jsonl`),
				}),
			),
		);
		const alone = await pool.generate(BITS, { ...weak, seed: "a pool" });
		for (const { p } of groups) expect(p).toBe(alone.p);
	});
});
