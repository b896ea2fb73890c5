import { execFileSync } from "node:child_process";
import { BitString, Integer, Sequence } from "asn1js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeDer } from "../../src/encoding/der.js";

const MAIN = new URL("../../dist/src/cli/main.js", import.meta.url).pathname;

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

// asn1js is an ES module, which older tools (Jest on Node 20, CommonJS bundles) cannot load with require().
test("DER is read without require() of ES modules", () => {
	const pem =
		"-----BEGIN DH PARAMETERS-----\nMAYCARcCAQU=\n-----END DH PARAMETERS-----\n";
	const flag = "--no-experimental-require-module";
	const run = () =>
		execFileSync(process.execPath, [flag, MAIN, "check", "--json"], {
			input: pem,
			encoding: "utf8",
			stdio: ["pipe", "pipe", "pipe"],
		});
	expect(run).toThrow(expect.objectContaining({ status: 1, stderr: "" }));
});
