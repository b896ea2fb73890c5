import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProbeError } from "../../src/errors.js";
import {
	parseServerCurve,
	parseServerDh,
} from "../../src/probe/server-key-exchange.js";
import { concat, uint8, uint16, vector } from "../../src/probe/vectors.js";
import { serverDhBody } from "./scripted-server.js";

const number = fc.bigInt({ min: 0n, max: (1n << 4096n) - 1n });
const version = fc.constantFrom(0x0301, 0x0302, 0x0303);

describe("parseServerDh", () => {
	test("reads any three numbers in any version", () => {
		fc.assert(
			fc.property(number, number, number, version, (p, g, y, version) => {
				const { params, publicValue } = parseServerDh(
					serverDhBody(p, g, y, version),
					version,
				);
				expect([params.p, params.g, publicValue]).toEqual([p, g, y]);
			}),
		);
	});

	test("refuses every truncation and any byte too many", () => {
		const body = serverDhBody(23n, 5n, 8n);
		for (let length = 0; length < body.length; length += 1) {
			expect(() => parseServerDh(body.subarray(0, length), 0x0303)).toThrow(
				ProbeError,
			);
		}
		expect(() => parseServerDh(concat(body, uint8(0)), 0x0303)).toThrow(
			"with 1 bytes after its end",
		);
	});

	test("refuses an empty number", () => {
		const body = concat(vector(2), serverDhBody(23n, 5n, 8n).subarray(3));
		expect(() => parseServerDh(body, 0x0303)).toThrow("empty p");
	});

	test("does not read a signature of TLS 1.2 in TLS 1.0, nor the other way", () => {
		const [old, current] = [0x0301, 0x0303];
		expect(() =>
			parseServerDh(serverDhBody(23n, 5n, 8n, current), old),
		).toThrow(ProbeError);
		expect(() =>
			parseServerDh(serverDhBody(23n, 5n, 8n, old), current),
		).toThrow(ProbeError);
	});

	test("answers any bytes with a key or a ProbeError", () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 64 }),
				version,
				(body, version) => {
					try {
						parseServerDh(body, version);
					} catch (error) {
						expect(error).toBeInstanceOf(ProbeError);
					}
				},
			),
		);
	});
});

describe("parseServerCurve", () => {
	test("reads a named curve", () => {
		const point = vector(1, new Uint8Array(32));
		expect(parseServerCurve(concat(uint8(3), uint16(29), point))).toBe(29);
	});

	test("refuses explicit curves", () => {
		expect(() => parseServerCurve(concat(uint8(1), uint16(29)))).toThrow(
			"curve of its own",
		);
	});
});
