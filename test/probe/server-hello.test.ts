import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProbeError } from "../../src/errors.js";
import { DHE, FFDHE, MODERN } from "../../src/probe/offers.js";
import { parseServerHello } from "../../src/probe/server-hello.js";
import { concat, uint16, vector } from "../../src/probe/vectors.js";
import { serverHelloBody } from "./scripted-server.js";

const supportedVersions = (version: number) =>
	concat(uint16(43), vector(2, uint16(version)));
const keyShare = (...content: Uint8Array[]) =>
	concat(uint16(51), vector(2, ...content));
// RFC 8446 section 4.1.3.
const retryRandom = Buffer.from(
	"CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C",
	"hex",
);

describe("parseServerHello", () => {
	test("reads TLS 1.0 to 1.2, and SSLv3 in answer to them", () => {
		for (const version of [0x0300, 0x0301, 0x0302, 0x0303]) {
			const hello = parseServerHello(serverHelloBody({ version }), DHE);
			expect(hello).toMatchObject({
				version,
				suite: { name: "DHE-RSA-AES256-GCM-SHA384" },
			});
			expect(hello.group).toBeUndefined();
		}
	});

	test("passes over extensions it has no use for", () => {
		const extensions = [concat(uint16(0xff01), vector(2, vector(1)))];
		expect(parseServerHello(serverHelloBody({ extensions }), DHE).version).toBe(
			0x0303,
		);
	});

	test("reads the share of a TLS 1.3 ServerHello", () => {
		const extensions = [
			supportedVersions(0x0304),
			keyShare(uint16(29), vector(2, new Uint8Array(32))),
		];
		const body = serverHelloBody({ suite: 0x1301, extensions });
		expect(parseServerHello(body, MODERN)).toMatchObject({
			version: 0x0304,
			group: 29,
		});
	});

	test("reads the group of a HelloRetryRequest", () => {
		const extensions = [supportedVersions(0x0304), keyShare(uint16(256))];
		const body = serverHelloBody({
			suite: 0x1302,
			random: retryRandom,
			extensions,
		});
		expect(parseServerHello(body, FFDHE)).toMatchObject({ group: 256 });
	});

	test.each([
		["a suite that was not offered", DHE, { suite: 0xc02f }],
		["a TLS 1.3 suite in TLS 1.2", MODERN, { suite: 0x1301 }],
		["a version above the offer", DHE, { version: 0x0304 }],
		["a version of nobody", DHE, { version: 0x7f1c }],
		["a version below SSLv3", DHE, { version: 0x0002 }],
		["TLS 1.2 where only 1.3 was offered", FFDHE, { suite: 0x1301 }],
		[
			"TLS 1.3 without a key share",
			MODERN,
			{ suite: 0x1301, extensions: [supportedVersions(0x0304)] },
		],
		[
			"a group that was not offered",
			FFDHE,
			{
				suite: 0x1301,
				random: retryRandom,
				extensions: [supportedVersions(0x0304), keyShare(uint16(29))],
			},
		],
		[
			"an extension twice",
			MODERN,
			{ extensions: [supportedVersions(0x0303), supportedVersions(0x0303)] },
		],
	] as const)("refuses %s", (_, offer, fields) => {
		expect(() => parseServerHello(serverHelloBody(fields), offer)).toThrow(
			expect.objectContaining({ failure: "malformed" }),
		);
	});

	test("refuses compression, a long session id and bytes at the end", () => {
		const good = serverHelloBody();
		const compressed = good.slice();
		compressed[good.length - 1] = 1;
		const session = concat(
			good.subarray(0, 34),
			vector(1, new Uint8Array(33)),
			good.subarray(35),
		);
		for (const body of [
			compressed,
			session,
			concat(good, uint16(0), uint16(0)),
		]) {
			expect(() => parseServerHello(body, DHE)).toThrow(ProbeError);
		}
	});

	test("refuses every truncation", () => {
		const extensions = [supportedVersions(0x0304), keyShare(uint16(256))];
		const body = serverHelloBody({
			suite: 0x1302,
			random: retryRandom,
			extensions,
		});
		for (let length = 0; length < body.length; length += 1) {
			expect(() => parseServerHello(body.subarray(0, length), FFDHE)).toThrow(
				ProbeError,
			);
		}
	});

	test("answers any bytes with a hello or a ProbeError", () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 120 }),
				fc.constantFrom(DHE, MODERN, FFDHE),
				(body, offer) => {
					try {
						parseServerHello(body, offer);
					} catch (error) {
						expect(error).toBeInstanceOf(ProbeError);
					}
				},
			),
		);
	});
});
