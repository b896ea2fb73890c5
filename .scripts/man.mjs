// Writes the manual page, man-pages(7), from the help of each command: npm run docs:man
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const COMMANDS = [
	"check",
	"ensure",
	"probe",
	"explain",
	"config",
	"groups",
	"convert",
	"bench",
];
const { version, description } = JSON.parse(
	readFileSync("package.json", "utf8"),
);

const help = (...args) =>
	execFileSync(process.execPath, ["dist/src/cli/main.js", ...args, "--help"], {
		encoding: "utf8",
	});
const escaped = (text) =>
	text
		.replaceAll("\\", "\\e")
		.replaceAll("-", "\\-")
		.replace(/^(['.])/gm, "\\&$1");

/** The parts of a help text: its usage, its paragraphs, its lists ("Options:") and its examples. */
function partsOf(text) {
	const parts = {
		usage: [],
		paragraphs: [],
		lists: [],
		examples: [],
		exit: "",
	};
	for (const block of text.trim().split(/\n\n+/)) {
		const [first, ...rest] = block.split("\n");
		if (first.startsWith("Usage: ")) {
			parts.usage = block
				.replace("Usage: ", "")
				.split("\n")
				.map((line) => line.trim());
		} else if (/^Examples?:$/.test(first)) {
			parts.examples = rest.map((line) => line.trim());
		} else if (/^[A-Z][\w ]*:$/.test(first)) {
			parts.lists.push({ title: first.slice(0, -1), items: itemsOf(rest) });
		} else if (block.startsWith("Exit status:")) {
			parts.exit = block.replace(/^Exit status:\s*/, "").replaceAll("\n", " ");
		} else parts.paragraphs.push(block);
	}
	return parts;
}

/** "  -f, --force   what it does" with further lines below its second column. */
function itemsOf(lines) {
	const column = Math.min(
		...lines.map((line) => /^ {5,}(?=\S)/.exec(line)?.[0].length ?? 80),
		...lines.map(
			(line) => /^ {1,4}\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? 80,
		),
	);
	const items = [];
	for (const line of lines) {
		if (/^ {5}/.test(line)) items.at(-1)?.words.push(line.trim());
		else {
			// A long term may have one space before its words.
			const isSplit = line[column - 1] === " " && line[column] !== " ";
			const term = (isSplit ? line.slice(0, column) : line).trim();
			items.push({ term, words: isSplit ? [line.slice(column).trim()] : [] });
		}
	}
	return items;
}

const paragraph = (text) =>
	/^ {2}/m.test(text)
		? `.PP\n.nf\n${escaped(text)}\n.fi`
		: `.PP\n${escaped(text.replaceAll("\n", " "))}`;
const list = ({ items }) =>
	items.map(
		({ term, words }) =>
			`.TP\n.B ${escaped(term)}\n${escaped(words.join(" ") || term)}`,
	);
const examples = (lines) =>
	lines.length === 0
		? []
		: [".PP", ".nf", ".RS 4", ...lines.map(escaped), ".RE", ".fi"];

const root = partsOf(help());
const commands = COMMANDS.map((name) => ({ name, ...partsOf(help(name)) }));
const [rootCommands, ...rootLists] = root.lists;

process.stdout.write(
	`${[
		`.TH GEN\\-DHPARAMS 1 "" "gen\\-dhparams ${version}" "User Commands"`,
		".SH NAME",
		`gen\\-dhparams \\- ${escaped(description.charAt(0).toLowerCase() + description.slice(1))}`,
		".SH SYNOPSIS",
		...[...root.usage, ...commands.flatMap(({ usage }) => usage)]
			.filter((line, i, all) => line !== "" && all.indexOf(line) === i)
			.flatMap((line) => [
				`.B ${escaped(line.split(" ")[0])}`,
				escaped(line.split(" ").slice(1).join(" ")),
				".br",
			]),
		".SH DESCRIPTION",
		...root.paragraphs.map(paragraph),
		".SH COMMANDS",
		...list(rootCommands),
		".SH OPTIONS",
		...rootLists.flatMap(list),
		...commands.flatMap(
			({ name, paragraphs, lists, exit, examples: lines }) => [
				`.SS gen\\-dhparams ${name}`,
				...paragraphs.map(paragraph),
				...lists.flatMap((each) => [
					`.PP\n${escaped(each.title)}:`,
					...list(each),
				]),
				...(exit === "" ? [] : [`.PP\nExit status: ${escaped(exit)}`]),
				...examples(lines),
			],
		),
		".SH EXIT STATUS",
		escaped(root.exit),
		".SH ENVIRONMENT",
		".TP\n.B NO_COLOR\nNo colours, whatever its value (https://no\\-color.org).",
		".TP\n.B TERM\nWith the value dumb, no escape sequences.",
		".TP\n.B LC_ALL, LC_CTYPE, LANG\nOutside of UTF\\-8 the output is ASCII.",
		".SH EXAMPLES",
		...examples(root.examples),
		".SH SEE ALSO",
		".BR openssl\\-dhparam (1),",
		".BR ssh\\-keygen (1),",
		".BR moduli (5)",
		".PP",
		"https://github.com/gen\\-dhparams/gen\\-dhparams",
	].join("\n")}\n`,
);
