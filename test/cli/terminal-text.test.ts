import { describe, expect, test } from "vitest";
import { render, visible, visibleJson } from "../../src/cli/terminal-text.js";

const PLAIN = { colour: false, ascii: false };

describe("visible", () => {
	test.each([
		["\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"],
		["a\nb\r\tc", "a\\nb\\r\\tc"],
		["\x7f\x9b2J\x85", "\\x7f\\x9b2J\\x85"],
		["\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"],
		["\u2028\u2029\u00a0\u3000", "\\u2028\\u2029\\xa0\\u3000"],
		[
			"\u200b\u2060\ufeff\u00ad\u034f\u3164",
			"\\u200b\\u2060\\ufeff\\xad\\u034f\\u3164",
		],
		["\u{e0041}\ud800", "\\u{e0041}\\ud800"],
		["Grüße, 世界 😀 — p ≡ 2", "Grüße, 世界 😀 — p ≡ 2"],
	])("%j is shown as %s", (text, shown) => {
		expect(visible(text)).toBe(shown);
		expect(visible(text, true)).toMatch(/^[ -~]*$/);
	});

	test("shows no character of Unicode that is a control or invisible", () => {
		for (let plane = 0; plane < 0x30000; plane += 0x800) {
			const codes = Array.from({ length: 0x800 }, (_, i) => plane + i);
			const shown = visible(String.fromCodePoint(...codes));
			expect(shown).not.toMatch(/(?! )[\p{C}\p{Z}]/u);
		}
	});

	test("cuts what is longer than any path", () => {
		expect(visible("x".repeat(1_000_000)).length).toBeLessThan(6000);
	});

	test("writes our own signs in ASCII where the locale has no other", () => {
		expect(visible("2 … p − 2, ≥ 10², é", true)).toBe(
			"2 ... p - 2, >= 10^2, \\xe9",
		);
	});
});

test("JSON keeps its values, whatever is in them", () => {
	const value = { "\x7f\u2028": "a\nb\x1b\x9b\u202e😀é \ud800\u{e0041}" };
	for (const ascii of [false, true]) {
		const json = visibleJson(JSON.stringify(value, null, 2), ascii);
		expect(JSON.parse(json)).toEqual(value);
		expect(json).toMatch(
			ascii ? /^[\n -~]*$/ : /^[\n\p{L}\p{P}\p{S}\p{N} ]*$/u,
		);
	}
});

describe("render", () => {
	const line = {
		parts: [
			"  ",
			{ verdict: "reject", text: "reject" } as const,
			"  size: 512 bits are few",
		],
		hang: 10,
	};

	test("wraps at words to the width, and indents what follows", () => {
		expect(render([line], { ...PLAIN, columns: 20 })).toBe(
			"  reject  size: 512\n          bits are\n          few\n",
		);
		expect(render([line], PLAIN)).toBe("  reject  size: 512 bits are few\n");
		expect(render(["a verylongword b"], { ...PLAIN, columns: 8 })).toBe(
			"a\nverylongword\nb\n",
		);
		const verbatim = { parts: ["cp one two three"], verbatim: true };
		expect(render([verbatim], { ...PLAIN, columns: 8 })).toBe(
			"cp one two three\n",
		);
	});

	test("paints what was painted, and nothing that a name holds", () => {
		const text = render([line, "\x1b[31mname"], { ...PLAIN, colour: true });
		expect(text).toBe(
			"  \x1b[31mreject\x1b[39m  size: 512 bits are few\n\\x1b[31mname\n",
		);
	});

	test("a line stays one line", () => {
		expect(render(["a\nb"], PLAIN)).toBe("a\\nb\n");
	});
});
