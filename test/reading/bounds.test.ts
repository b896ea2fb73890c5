import { describe, expect, test } from "vitest";
import { UnreadableParametersError } from "../../src/errors.js";
import { MAX_INPUT_BYTES } from "../../src/files/limit.js";
import { namedGroup } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";
import { readOne, readParameters } from "../../src/reading/read.js";
import { MAX_SETS } from "../../src/reading/reading.js";
import { moduliLine } from "../differential/materials.js";
import { hostileInputs } from "./hostile.js";

// What a busy machine needs for a megabyte lies far below this, and a square of it far above.
const MOST_MS = 2000;

const tiny = new DhParams({ p: 23n, g: 5n });

describe("a megabyte of anything", () => {
	test.each(Object.entries(hostileInputs(MAX_INPUT_BYTES)))(
		"%s",
		(_, bytes) => {
			expect(bytes.length).toBeLessThanOrEqual(MAX_INPUT_BYTES);
			for (const generator of [undefined, 2n]) {
				const memory = process.memoryUsage().rss;
				const began = process.cpuUsage();
				try {
					readParameters(bytes, generator === undefined ? {} : { generator });
				} catch (error) {
					expect(error).toBeInstanceOf(UnreadableParametersError);
					expect((error as Error).message.length).toBeLessThan(600);
				}
				const { user, system } = process.cpuUsage(began);
				expect((user + system) / 1000).toBeLessThan(MOST_MS);
				expect(process.memoryUsage().rss - memory).toBeLessThan(300e6);
			}
		},
	);
});

describe("the number of sets", () => {
	test("is bounded, for blocks and for lines of moduli", () => {
		for (const set of [tiny.toPem(), `${moduliLine(tiny)}\n`]) {
			const most = Buffer.from(set.repeat(MAX_SETS));
			expect(readParameters(most)).toHaveLength(MAX_SETS);
			const more = Buffer.from(set.repeat(MAX_SETS + 1));
			expect(() => readParameters(more)).toThrow(
				"1001 sets of parameters, which are too many: at most 1000",
			);
		}
	});
});

describe("JSON of any kind", () => {
	const deep = "[".repeat(300_000);
	const p = namedGroup("ffdhe2048").p.toString(16);
	const values = [
		...['{"toString":1}', "{}", "[]", "null", "true", '""', "-1", "1e400"],
		...[
			"0.5",
			"12345678901234567890",
			'{"__proto__":{}}',
			"[[[]]]",
			'"\\ud800"',
		],
		...[`${deep}${"]".repeat(300_000)}`, deep, '{"valueOf":null}', '"7"'],
	];
	const names = ["bits", "p", "g", "q", "j", "privateLength", "pem", "origin"];
	const cases = [...names, "validation", "__proto__", "x", "toString"].flatMap(
		(name) => values.map((value) => [name, value] as const),
	);
	test("is read, or refused with a clear error", () => {
		for (const [name, value] of cases) {
			const base: Record<string, string> = {
				bits: "2048",
				p: `"${p}"`,
				g: '"2"',
			};
			const others = Object.entries(base).filter(([other]) => other !== name);
			const members = [...others, [name, value]].map(
				([name, value]) => `"${name}":${value}`,
			);
			try {
				readOne(Buffer.from(`{${members.join(",")}}`));
			} catch (error) {
				expect(error, `${name}: ${value.slice(0, 40)}`).toBeInstanceOf(
					UnreadableParametersError,
				);
				expect((error as Error).message.length).toBeLessThan(300);
			}
		}
	});

	test.each([
		['{"bits":3,"p":"7","g":"2","p":"7"}', 'two values for "p"'],
		['{"bits":3,"p":"7","g":"2","\\u0070":"7"}', 'two values for "p"'],
		['{"bits":3,"p":"7","g":"2","origin":{"seed":"a","seed":"b"}}', '"seed"'],
		['{"bits":3,"p":"7","g":"2","pem":1}', '"pem"'],
		[
			'{"bits":3,"p":"7","g":"2","validation":{"seed":"","counter":1,"x":1}}',
			'"validation"',
		],
		['{"bits":{"toString":1},"p":"7","g":"2"}', "claims"],
		["[[[[[", "not recognised"],
		['{"a":[[[[', "levels deep"],
	])("%s", (json, reason) => {
		expect(() => readOne(Buffer.from(json))).toThrow(reason);
		expect(() => readOne(Buffer.from(json))).toThrow(UnreadableParametersError);
	});
});
