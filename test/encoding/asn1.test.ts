import { spawnSync } from "node:child_process";
import { BitString, Integer, Sequence } from "asn1js";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { encodeDer } from "../../src/encoding/der.js";

const MAIN = new URL("../../dist/src/cli/gen-dhparams.cjs", import.meta.url)
	.pathname;

test("our encoder writes what asn1js does", () => {
	const natural = fc.bigInt({ min: 0n, max: (1n << 4096n) - 1n });
	const seed = fc.uint8Array({ maxLength: 300 });
	fc.assert(
		fc.property(
			fc.array(natural, { minLength: 4, maxLength: 4 }),
			fc.option(fc.record({ seed, counter: natural }), { nil: undefined }),
			(numbers, validation) => {
				const [p, g, q, j] = numbers as [bigint, bigint, bigint, bigint];
				const value: (Integer | Sequence)[] = numbers.map((number) =>
					Integer.fromBigInt(number),
				);
				if (validation !== undefined) {
					const valueHex = Uint8Array.from(validation.seed).buffer;
					const counter = Integer.fromBigInt(validation.counter);
					value.push(
						new Sequence({ value: [new BitString({ valueHex }), counter] }),
					);
				}
				expect(encodeDer({ p, g, q, j, validation })).toEqual(
					new Uint8Array(new Sequence({ value }).toBER()),
				);
			},
		),
	);
});

test("numbers as our encoder writes them are read without asn1js, which has the last word on all else", async () => {
	vi.resetModules();
	const { decodeDer } = await import("../../src/encoding/der.js");
	const [p, g, q] = [0xf5n, 5n, 0x9000000000000001n];
	for (const values of [
		{ p, g },
		{ p, g, privateLength: 225 },
		{ p, g, q },
	]) {
		expect(decodeDer(encodeDer(values), "unlabelled")).toEqual({
			...values,
			...("q" in values && { j: undefined, validation: undefined }),
		});
	}
	const padded = Uint8Array.of(0x30, 7, 2, 2, 0, 23, 2, 1, 5);
	const validation = { seed: Uint8Array.of(1), counter: 2n };
	for (const der of [padded, encodeDer({ p, g, q, validation })]) {
		expect(() => decodeDer(der, "unlabelled")).toThrow("asn1js is not loaded");
	}
});

// asn1js is an ES module, which older tools (Jest on Node 20, CommonJS bundles) cannot load with require().
test("DER that asn1js has to read is read without require() of ES modules", () => {
	const pem =
		"-----BEGIN DH PARAMETERS-----\nMAcCAgAXAgEF\n-----END DH PARAMETERS-----\n";
	const flag = "--no-experimental-require-module";
	const { stdout, stderr, status } = spawnSync(
		process.execPath,
		[flag, MAIN, "check", "--json"],
		{ input: pem, encoding: "utf8" },
	);
	expect(stdout).toContain("is not in its one proper form");
	expect(stderr).toBe("");
	expect(status).toBe(2);
});
