import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProbeError } from "../../src/errors.js";
import {
	concat,
	uint8,
	VectorReader,
	vector,
} from "../../src/probe/vectors.js";

const width = fc.constantFrom<1 | 2 | 3>(1, 2, 3);
const content = fc.uint8Array({ maxLength: 255 });

describe("TLS vectors", () => {
	test("are read as they were written", () => {
		fc.assert(
			fc.property(width, content, content, (width, first, second) => {
				const reader = new VectorReader(
					concat(vector(width, first), second),
					"test",
				);
				expect(reader.vector(width)).toEqual(first);
				expect(reader.done).toBe(second.length === 0);
				expect(reader.bytes(second.length)).toEqual(second);
				reader.end();
			}),
		);
	});

	test("have big-endian lengths: RFC 8446 section 3.3", () => {
		const bytes = vector(3, new Uint8Array(0x010203));
		expect([...bytes.subarray(0, 3)]).toEqual([1, 2, 3]);
		expect(new VectorReader(bytes, "test").number(3)).toBe(0x010203);
	});

	test("that are one byte short or long are refused", () => {
		fc.assert(
			fc.property(width, content, (width, content) => {
				const bytes = vector(width, content);
				const short = new VectorReader(bytes.subarray(0, -1), "test");
				expect(() => short.vector(width)).toThrow(ProbeError);
				const long = new VectorReader(concat(bytes, uint8(0)), "test");
				long.vector(width);
				expect(() => long.end()).toThrow(ProbeError);
			}),
		);
	});
});
