import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { regExpLiterals } from "./literals.js";

const root = new URL("../../", import.meta.url).pathname;

// Twice the length may take twice the time; a square takes four times, and noise is between.
const LENGTH = 8_000;
const SUSPECT_MS = 4;
const MOST_GROWTH = 3;

// What is matched there is cut to 4,000 characters before (src/guide/explain.ts), or comes from the command line: a
// square of that is bounded too.
const CUT_TO: readonly (readonly [folder: string, characters: number])[] = [
	["guide/", 4_000],
];
const MOST_MS_WHERE_CUT = 150;

const sources = readdirSync(join(root, "src"), {
	recursive: true,
	encoding: "utf8",
}).filter((file) => file.endsWith(".ts"));

const literals = sources.flatMap((file) =>
	regExpLiterals(readFileSync(join(root, "src", file), "utf8")).map(
		(literal) => ({ ...literal, file }),
	),
);

/** What an expression may stumble over: one or two characters repeated, behind its own beginning, before a stranger. */
function* hostileShapes({ source }: RegExp): Generator<(n: number) => string> {
	const own = source.replace(
		/\\[bdswDSW]|\\u\{?[0-9a-f]+\}?|[^\x20-\x7e]/gi,
		"",
	);
	const characters = [...new Set([...' -aAfF0:\r\n\t=.!/"', ...own])];
	const words = own.match(/[a-z]{2,}/gi) ?? [];
	const units = [
		...characters,
		...words,
		...words.map((word) => `${word} `),
		...words.map((word) => `-${word}`),
		...characters.flatMap((a) =>
			[" ", "-", "a", "0", ":"].map((b) => `${a}${b}`),
		),
	];
	const literalStart = /^[\w -]*/.exec(source.replace(/^\^|\\|\(\?:|\(/g, ""));
	const starts = new Set(["", literalStart?.[0] ?? "", ...words.slice(0, 2)]);
	for (const unit of units) {
		for (const start of starts) {
			for (const end of ["", "!", "\n\u00e9"]) {
				yield (n) => start + unit.repeat(n / unit.length) + end;
			}
		}
	}
}

function milliseconds(expression: RegExp, text: string): number {
	const copy = new RegExp(expression.source, expression.flags.replace("g", ""));
	const began = performance.now();
	copy.exec(text);
	return performance.now() - began;
}

function best(expression: RegExp, text: string): number {
	return Math.min(
		...Array.from({ length: 3 }, () => milliseconds(expression, text)),
	);
}

/** A shape on which the time grows faster than the length. */
function slowShape(expression: RegExp): string | undefined {
	for (const shape of hostileShapes(expression)) {
		if (milliseconds(expression, shape(LENGTH)) < SUSPECT_MS) continue;
		const short = best(expression, shape(LENGTH));
		const long = best(expression, shape(2 * LENGTH));
		if (short > SUSPECT_MS / 4 && long > MOST_GROWTH * short) {
			const text = shape(LENGTH);
			return `${JSON.stringify(text.slice(0, 20))} … ${JSON.stringify(text.slice(-5))}: ${short.toFixed(1)} ms, then ${long.toFixed(1)} ms`;
		}
	}
	return undefined;
}

/** A shape of this length on which an expression takes long. */
function slowWhereCut(expression: RegExp, length: number): string | undefined {
	for (const shape of hostileShapes(expression)) {
		const text = shape(length);
		if (milliseconds(expression, text) < MOST_MS_WHERE_CUT) continue;
		const time = best(expression, text);
		if (time > MOST_MS_WHERE_CUT) {
			return `${JSON.stringify(text.slice(0, 20))} …: ${time.toFixed(1)} ms`;
		}
	}
	return undefined;
}

describe("regular expressions", () => {
	test("are found in the sources", () => {
		expect(literals.length).toBeGreaterThan(80);
		const [inTemplate] = regExpLiterals(
			// biome-ignore lint/suspicious/noTemplateCurlyInString: it is source
			"`a${/x+/i.test(b) ? '/y/' : 1 / 2}/`",
		);
		expect(inTemplate?.expression).toEqual(/x+/i);
	});

	test("a quadratic one is seen", () => {
		expect(slowShape(/^\W*-+ *begin/i)).toBeDefined();
		expect(slowShape(/\s+$/)).toBeDefined();
	});

	test("take time in step with the length of the text", () => {
		const slow = literals.flatMap(({ file, line, expression }) => {
			const cut = CUT_TO.find(([folder]) => file.startsWith(folder))?.[1];
			const shape =
				cut === undefined
					? slowShape(expression)
					: slowWhereCut(expression, cut);
			return shape === undefined
				? []
				: [`src/${file}:${line} ${expression}: ${shape}`];
		});
		expect(slow).toEqual([]);
	}, 120_000);
});
