import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { Explanation } from "../guide/explain.js";
import type { fixSteps } from "../guide/fix.js";
import { ExitCode } from "./exit.js";
import { readInput } from "./input.js";
import { complain, printJson, printLines } from "./output.js";
import type { Line } from "./terminal-text.js";
import { wrapped } from "./wrap.js";

type FixSteps = typeof fixSteps;

const HELP = `Usage: gen-dhparams explain [MESSAGE|-] [options]

Explains an error message around Diffie-Hellman: which side sees it, what it
means, how to fix the server, and what a client can do until then. MESSAGE is a
line of a log or a terminal; "-" reads a piece of a log from standard input.
Without MESSAGE, lists the messages that are known.

Options:
  --json               print JSON

Exit status: 0 explained, 1 no known message in it, 2 bad usage.

Examples:
  gen-dhparams explain "SSL routines:tls_process_ske_dhe:dh key too small"
  journalctl -u postfix --since today | gen-dhparams explain -
`;

/** `gen-dhparams explain [message|-]`. */
export function explainCommand(): Command {
	const command = new Command("explain")
		.argument("[message...]")
		.option("--json")
		.action(runExplain);
	command.helpInformation = () => HELP;
	return command;
}

async function runExplain(
	words: readonly string[],
	{ json }: { readonly json?: boolean },
): Promise<void> {
	if (words.length === 0) {
		await list(json ?? false);
		return;
	}
	const text =
		words.length === 1 && words[0] === "-"
			? Buffer.from(await readInput("-")).toString("utf8")
			: words.join(" ");
	if (text.trim() === "") {
		throw new InvalidArgumentError(
			"There is no message; give the line that says what went wrong, in quotes.",
		);
	}
	const { explain } = await import("../guide/explain.js");
	const { fixSteps } = await import("../guide/fix.js");
	const found = explain(text);
	if (json) {
		printJson(found.map((each) => asJson(each, fixSteps)));
	} else if (found.length > 0) {
		printLines(
			...found.flatMap((each, i) => [
				...(i > 0 ? [""] : []),
				...asLines(each, fixSteps),
			]),
		);
	} else {
		complain(
			"no message about Diffie-Hellman was recognised; give the whole line, as in the log. gen-dhparams explain lists what is known, and gen-dhparams probe HOST:PORT shows what a server serves.",
		);
	}
	if (found.length === 0) process.exitCode = ExitCode.REJECTED;
}

async function list(json: boolean): Promise<void> {
	const { MESSAGES } = await import("../guide/messages/messages.js");
	if (json) {
		const all = MESSAGES.map(({ id, title, seenBy }) => ({
			id,
			title,
			seenBy,
		}));
		printJson(all);
		return;
	}
	printLines(
		...MESSAGES.map(({ title, seenBy }) => `${`${seenBy}:`.padEnd(9)}${title}`),
	);
}

function asJson(explanation: Explanation, steps: FixSteps) {
	const { message, seenBy, line, server, path, target } = explanation;
	const { id, title, meaning, workaround, sources } = message;
	return {
		id,
		title,
		seenBy,
		line,
		server: server?.id ?? null,
		path: path ?? null,
		target: target ?? null,
		meaning,
		fix: steps(explanation).map(({ text }) => text),
		workaround: workaround ?? null,
		sources,
	};
}

function asLines(explanation: Explanation, steps: FixSteps): (string | Line)[] {
	const { message, seenBy, line } = explanation;
	const { title, meaning, workaround, sources } = message;
	const shown = line.length > 160 ? `${line.slice(0, 157)}...` : line;
	return [
		...wrapped(`${title} (seen by a ${seenBy})`, ""),
		...(line === title ? [] : [`  in: ${shown}`]),
		"",
		...wrapped(meaning, ""),
		"",
		"The fix, on the server:",
		...steps(explanation).flatMap(({ text, command }): (string | Line)[] =>
			command ? [{ parts: [`  ${text}`], verbatim: true }] : wrapped(text, ""),
		),
		...(workaround === undefined
			? []
			: [
					"",
					...wrapped(`If the server is not yours: ${workaround.text}`, ""),
					...wrapped(`The danger: ${workaround.danger}`, ""),
				]),
		"",
		...sources,
	];
}
