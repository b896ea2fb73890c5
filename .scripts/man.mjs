// Writes the manual page from the help of each command, for `npm run docs:man`. The help texts have a fixed structure:
// usage, paragraphs, "Commands:", "Options:", "Exit status:" and "Examples:". What they do not hold stands below.
// The page names no version, and `npm version` therefore leaves it as it is.
import { execFileSync } from "node:child_process";

/** The day on which the words of this file last changed. */
const DATE = "2026-11-24";
const NAME = "gen-dhparams";

const ENVIRONMENT = [
	["`PATH`", "`config` looks there for the server whose version decides."],
	["`NO_COLOR`", "If set and not empty, the output has no colours."],
	["`TERM`", "With `dumb`, there is neither colour nor a progress line."],
	[
		"`LC_ALL`, `LC_CTYPE`, `LANG`",
		"The first that is set decides whether the output is UTF-8 or ASCII.",
	],
];

const FILES = [
	["FILE`.lock`", "The lock of `ensure`. It names the process that holds it."],
	[
		"FILE`.reload-pending`",
		"The server has not yet been reloaded since `ensure` changed FILE. The next run with `--reload` repeats the command, and removes this file when it succeeds.",
	],
	[
		"FILE.YYYYMMDDTHHMMSSZ",
		"The file before a change, from `ensure --backup`. The time is UTC.",
	],
	[
		"`$(npm root --global)/gen-dhparams/docs`",
		"The documents that this page names, in Markdown, and the JSON schemas.",
	],
];

/** Operands that stand in the texts above. */
const OPERANDS = new Set(["FILE", "FILE.YYYYMMDDTHHMMSSZ"]);

const SEE_ALSO = [
	["openssl-dhparam", "1ssl"],
	["openssl-ciphers", "1ssl"],
	["ssh-keygen", "1"],
	["moduli", "5"],
];

function help(...args) {
	return execFileSync(
		process.execPath,
		["dist/src/cli/gen-dhparams.cjs", ...args, "--help"],
		{ encoding: "utf8" },
	);
}

/**
 * @typedef {{ term: string, text: string }} Entry
 * @typedef {{ name: string, usage: string[], paragraphs: string[], commands: Entry[], options: Entry[],
 *   status: string, examples: string[] }} Help
 */

/** @returns {Help} */
function parse(name, text) {
	const parsed = {
		name,
		usage: [],
		paragraphs: [],
		commands: [],
		options: [],
		status: "",
		examples: [],
	};
	for (const block of text.trimEnd().split("\n\n")) {
		const lines = block.split("\n");
		const [first] = lines;
		if (first.startsWith("Usage: ")) {
			parsed.usage = lines.map((line) =>
				line.replace(/^(Usage:)? +gen-dhparams/, "").trim(),
			);
		} else if (first === "Commands:") {
			parsed.commands = entries(lines.slice(1));
		} else if (/^(\w+ )?[Oo]ptions:$/.test(first)) {
			parsed.options.push(...entries(lines.slice(1)));
		} else if (first.startsWith("Exit status:")) {
			parsed.status = join(lines).replace(/^Exit status: */, "");
		} else if (first === "Examples:") {
			parsed.examples = lines.slice(1).map((line) => line.trim());
		} else parsed.paragraphs.push(join(lines));
	}
	return parsed;
}

/** Lines such as "  -f, --force      replace FILE", and what continues them. @returns {Entry[]} */
function entries(lines) {
	const column = Math.min(
		...lines
			.map((line) => /^ {2}\S(?:.*?\S)? {2,}(?=\S)/.exec(line)?.[0].length)
			.filter((length) => length !== undefined),
	);
	const found = [];
	for (const line of lines) {
		if (/^ {4}/.test(line)) {
			found.at(-1).text += ` ${line.trim()}`;
			continue;
		}
		// The term may leave one space only before the column.
		const [, term, text] =
			/^ {2}(\S(?:.*?\S)?) {2,}(\S.*)$/.exec(line) ??
			new RegExp(`^ {2}(.{1,${column - 3}}\\S?) (.*)$`).exec(line) ??
			fail(`No term in "${line}"`);
		found.push({ term: term.trim(), text });
	}
	return found;
}

function join(lines) {
	return lines.map((line) => line.trim()).join(" ");
}

function fail(message) {
	throw new Error(message);
}

/** The operands that a help names, such as FILE; PEM in `PEM|DER` is a value, and is not one. */
function operandsOf({ usage, options }) {
	const terms = [...usage, ...options.map(({ term }) => term)];
	return new Set(
		terms
			.flatMap((term) => term.split(/[\s[\]:.,=]+/))
			.filter((word) => /^[A-Z]+$/.test(word)),
	);
}

/** For roff, where a hyphen that is typed as one is `\-`, and a line must not begin with a dot or a quote. */
function literal(text) {
	return text
		.replaceAll("\\", "\\e")
		.replaceAll("-", "\\-")
		.replaceAll("'", "\\(aq")
		.replaceAll("`", "\\(ga")
		.replaceAll("^", "\\(ha")
		.replaceAll("~", "\\(ti");
}

const bold = (text) => `\\fB${literal(text)}\\fR`;
const italic = (text) => `\\fI${literal(text)}\\fR`;

/** A term or a usage: options and words to be typed are bold, operands italic, brackets and commas neither. */
function synopsis(text, operands) {
	return text
		.split(/(\s+|[[\],|:]|\.\.\.)/)
		.map((part) => {
			if (/^(\s*|[[\],|:]|\.\.\.)$/.test(part)) return part;
			return operands.has(part) || part === "bits" || part === "options"
				? italic(part)
				: bold(part);
		})
		.join("");
}

/** Prose: each sentence on a line of its own, `code`, options and names of documents in their fonts. */
function prose(text, operands) {
	return text
		.split(/(?<=[a-z0-9)"`][.:]) (?=[A-Z"`])/)
		.map((sentence) =>
			sentence
				.split(
					/(`[^`]+`|(?<![\w^-])--?[a-z0-9][\w-]*|docs\/[\w.-]+\w|[A-Za-z]+(?:\.[A-Z]+)?)/,
				)
				.map((part) => {
					if (/^`.+`$/.test(part)) return bold(part.slice(1, -1));
					if (/^--?[a-z0-9][\w-]*$/.test(part)) return bold(part);
					if (part.startsWith("docs/")) return italic(part);
					if (operands.has(part)) return italic(part);
					return part
						.replaceAll("\\", "\\e")
						.replace(/(?<!\w)-|-(?!\w)/g, "\\-")
						.replaceAll("^", "\\(ha")
						.replaceAll("~", "\\(ti");
				})
				.join(""),
		)
		.flatMap(wrap)
		.join("\n");
}

/** Lines of at most 80 bytes, of which none begins like a request. */
function wrap(text) {
	const lines = [""];
	for (const word of text.split(" ")) {
		const line = lines.at(-1);
		if (line === "") lines.splice(-1, 1, word);
		else if (line.length + word.length < 78)
			lines.splice(-1, 1, `${line} ${word}`);
		else lines.push(word);
	}
	return lines.map((line) => line.replace(/^(?=['.])/, "\\&"));
}

/** A list of what a status means, and the sentences behind it. */
function statuses({ status }, operands) {
	const list = /^\d.*?(?=\. [A-Z"]|\. docs\/|\.$|$)/.exec(status)?.[0];
	if (list === undefined) return [".PP", prose(status, operands)];
	const rest = status.slice(list.length).replace(/^\.\s*/, "");
	return [
		...list.split(/[,;.] (?=\d+ )/).flatMap((item) => {
			const [, number, meaning] = /^(\d+) (.*)$/.exec(item);
			return [".TP", bold(number), prose(`${meaning}.`, operands)];
		}),
		...(rest === "" ? [] : [".PP", prose(rest, operands)]),
	];
}

const tagged = (list, operands) =>
	list.flatMap(({ term, text }) => [
		".TP",
		synopsis(term, operands),
		prose(text, operands),
	]);

const paragraphs = (texts, operands) =>
	texts.flatMap((text) => [".PP", prose(text, operands)]);

const fixed = (list) =>
	list.flatMap(([term, text]) => [
		".TP",
		prose(term, OPERANDS),
		prose(text, OPERANDS),
	]);

const root = parse(NAME, help());
const commands = root.commands
	.map(({ term }) => term.split(" ")[0])
	.filter((name) => name !== "help")
	.flatMap((name) => {
		const one = parse(`${NAME} ${name}`, help(name));
		const inner = one.commands.map(({ term }) => term.split(" ")[0]);
		return [
			one,
			...inner.map((sub) => parse(`${one.name} ${sub}`, help(name, sub))),
		];
	});
const all = [root, ...commands];

/** A part for each command that has something to say. */
const parts = (has, write) =>
	all
		.filter(has)
		.flatMap((one) => [
			`.SS ${one === root ? `${literal(NAME)} (generate)` : literal(one.name)}`,
			...write(one, operandsOf(one)),
		]);

const usages = all.flatMap((one) =>
	one.usage
		.filter((usage) => one !== root || !usage.startsWith("check"))
		.map((usage) => synopsis(usage, operandsOf(one))),
);

const page = [
	`.\\" Written by .scripts/man.mjs from the help of each command: npm run docs:man`,
	`.TH GEN\\-DHPARAMS 1 ${DATE} ${NAME} "User Commands"`,
	".SH NAME",
	`${literal(NAME)} \\- generate and check Diffie-Hellman parameters`,
	".SH SYNOPSIS",
	...usages.flatMap((usage, index) => [
		...(index === 0 ? [] : [".br"]),
		`${bold(NAME)} ${usage}`.trimEnd(),
	]),
	".SH DESCRIPTION",
	...paragraphs(root.paragraphs, operandsOf(root)).slice(1),
	".PP",
	"The commands are:",
	...tagged(root.commands, new Set(root.commands.flatMap(operandsIn))),
	...commands.flatMap((one) => [
		`.SS ${literal(one.name)}`,
		...paragraphs(one.paragraphs, operandsOf(one)).slice(1),
	]),
	".SH OPTIONS",
	...parts(
		({ options }) => options.length > 0,
		({ options }, operands) => tagged(options, operands),
	),
	'.SH "EXIT STATUS"',
	...statuses(root, operandsOf(root)),
	...commands
		.filter(({ status }) => status !== "")
		.flatMap((one) => [
			`.SS ${literal(one.name)}`,
			...statuses(one, operandsOf(one)),
		]),
	".SH ENVIRONMENT",
	...fixed(ENVIRONMENT),
	".SH FILES",
	...fixed(FILES),
	".SH EXAMPLES",
	...all
		.flatMap(({ examples }) => examples)
		.flatMap((example) => [".PP", ".EX", literal(example), ".EE"])
		.slice(1),
	'.SH "SEE ALSO"',
	...SEE_ALSO.map(
		([name, section], index) =>
			`.BR ${literal(name)} (${section})${index < SEE_ALSO.length - 1 ? "," : ""}`,
	),
];

function operandsIn({ term }) {
	return term.split(/[\s[\]:.|]+/).filter((word) => /^[A-Z]+$/.test(word));
}

process.stdout.write(`${page.join("\n")}\n`);
