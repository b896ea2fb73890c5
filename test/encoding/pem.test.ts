import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { UnreadableParametersError } from "../../src/errors.js";
import { namedGroup } from "../../src/groups/groups.js";
import { readOne, readParameters } from "../../src/reading/read.js";

const pem = readFileSync(
	new URL("../vectors/malformed/good.pem", import.meta.url),
	"latin1",
);
const params = readOne(Buffer.from(pem)).params;
const lines = pem.split("\n");

function tryRead(text: string) {
	try {
		return readOne(Buffer.from(text, "latin1")).params;
	} catch (error) {
		if (error instanceof UnreadableParametersError) return undefined;
		throw error;
	}
}

const accepted: Record<string, string> = {
	CRLF: pem.replaceAll("\n", "\r\n"),
	"a byte order mark": `\xef\xbb\xbf${pem}`,
	"text before and after": `made by hand\n${pem}the end\n`,
	"no final newline": pem.trimEnd(),
	"one long line": [
		lines[0],
		lines.slice(1, -2).join(""),
		lines.at(-2),
		"",
	].join("\n"),
	"spaces at the ends of lines": pem.replaceAll("\n", "  \n"),
	"a certificate before it": `-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n${pem}`,
};

const refused: Record<string, string> = {
	"lower-case label": pem.replaceAll("DH PARAMETERS", "dh parameters"),
	"lower-case BEGIN": pem.replace("BEGIN", "begin"),
	"another label": pem.replaceAll("DH PARAMETERS", "DSA PARAMETERS"),
	"labels that differ": pem.replace("END DH", "END DSA"),
	"four dashes": pem.replace("-----BEGIN", "----BEGIN"),
	"six dashes": pem.replace("-----BEGIN", "------BEGIN"),
	"indented BEGIN": ` ${pem}`,
	"text behind BEGIN": pem.replace("-----\n", "----- x\n"),
	"no END": lines.slice(0, -2).join("\n"),
	"no BEGIN": lines.slice(1).join("\n"),
	"two END": `${pem}-----END DH PARAMETERS-----\n`,
	"BEGIN in BEGIN": `-----BEGIN DH PARAMETERS-----\n${pem}`,
	"two blocks": pem + pem,
	"an empty line inside": pem.replace("\n", "\n\n"),
	headers: pem.replace("\n", "\nProc-Type: 4,ENCRYPTED\n\n"),
	NUL: pem.replace("MIIB", "MI\0B"),
	"an illegal character": pem.replace("MIIB", "MI!B"),
	base64url: pem.replace("+", "-"),
	"padding inside": pem.replace("MIIB", "MI=B"),
	"no padding": pem.replaceAll("=", ""),
	"bits behind the last byte": pem.replace("g==\n", "h==\n"),
	"a missing character": pem.replace("MIIB", "MIB"),
	"CR alone": pem.replaceAll("\n", "\r"),
	"UTF-16": Buffer.from(pem, "utf16le").toString("latin1"),
	"UTF-16 with a mark": Buffer.from(`\ufeff${pem}`, "utf16le").toString(
		"latin1",
	),
	"an unclosed key before it": `-----BEGIN PRIVATE KEY-----\nMAA=\n${pem}`,
};

describe("PEM", () => {
	test.each(Object.entries(accepted))("is read with %s", (_, text) => {
		expect(tryRead(text)).toEqual(params);
	});

	test.each(Object.entries(refused))("is refused with %s", (_, text) => {
		expect(text).not.toBe(pem);
		expect(tryRead(text)).toBeUndefined();
	});

	test("truncated at every byte", () => {
		// Without its final newline the block is whole.
		for (let end = 0; end < pem.length - 1; end++) {
			expect(tryRead(pem.slice(0, end)), `${end} bytes`).toBeUndefined();
		}
	});

	test("each character changed: refused, or read as what the base64 says", () => {
		for (let at = 0; at < pem.length; at++) {
			for (const character of ["A", "/", "-", " ", "\n", "\0", "\xff"]) {
				if (pem[at] === character) continue;
				const mutant = pem.slice(0, at) + character + pem.slice(at + 1);
				const read = tryRead(mutant);
				if (read === undefined) continue;
				const body = /-----\s*\n([^-]*)-----END/.exec(mutant)?.[1];
				expect(Buffer.from(read.toDer()).toString("base64")).toBe(
					body?.replace(/\s/g, ""),
				);
			}
		}
	});

	test("several blocks can be read on request, with their lines", () => {
		const readings = readParameters(Buffer.from(`${pem}\n# second\n${pem}`));
		expect(readings.map(({ line }) => line)).toEqual([1, lines.length + 2]);
	});

	test("text beside a block must show the numbers of the block", () => {
		const text = params.toText();
		expect(readOne(Buffer.from(text + pem)).remarks).toEqual([]);
		const stale = text.replace("2 (0x2)", "5 (0x5)");
		expect(() => readOne(Buffer.from(stale + pem))).toThrow("other numbers");
		expect(() => readOne(Buffer.from(pem + stale))).toThrow("from line 9");
		const named = "    DH Parameters: (2048 bit)\n    GROUP: ffdhe2048\n";
		expect(() => readOne(Buffer.from(named + pem))).toThrow("other numbers");
		const ffdhe2048 = namedGroup("ffdhe2048");
		expect(readOne(Buffer.from(named + ffdhe2048.toPem())).params).toEqual(
			ffdhe2048,
		);
	});

	test("a private key beside the block is neither quoted nor decoded", () => {
		const secret = "c2VjcmV0";
		const key = `-----BEGIN PRIVATE KEY-----\n${secret}!!\n-----END PRIVATE KEY-----\n`;
		expect(tryRead(key + pem)).toEqual(params);
		try {
			readOne(Buffer.from(key));
			expect.unreachable();
		} catch (error) {
			expect((error as Error).message).toBe(
				"The input holds a private key, not DH parameters. Give another file, or make new parameters.",
			);
		}
	});
});
