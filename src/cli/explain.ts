import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { Explanation } from "../guide/explain.js";
import { GROUP } from "../guide/messages/message.js";
import { ExitCode } from "./exit.js";
import { readInput } from "./input.js";
import { complain, printJson, printLines } from "./output.js";
import type { Line } from "./terminal-text.js";
import { wrapped } from "./wrap.js";

const HELP = `Usage: gen-dhparams explain [MESSAGE|-] [options]

Explains an error message around Diffie-Hellman: which side sees it, what it
means, how to fix the server, and what a client can do meanwhile. MESSAGE is a
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
	const found = explain(text);
	if (json) {
		printJson(found.map(asJson));
	} else if (found.length > 0) {
		printLines(
			...found.flatMap((each, i) => [...(i > 0 ? [""] : []), ...asLines(each)]),
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

function asJson(explanation: Explanation) {
	const { message, line, server, target } = explanation;
	const { id, title, seenBy, meaning, workaround, sources } = message;
	return {
		id,
		title,
		seenBy,
		line,
		server: server ?? null,
		target: target ?? null,
		meaning,
		fix: message.fix.flatMap((step) => steps(step, explanation)),
		workaround: workaround ?? null,
		sources,
	};
}

function asLines(explanation: Explanation): (string | Line)[] {
	const { message, line } = explanation;
	const { title, seenBy, meaning, fix, workaround, sources } = message;
	const shown = line.length > 160 ? `${line.slice(0, 157)}...` : line;
	return [
		`${title} (seen by a ${seenBy})`,
		...(line === title ? [] : [`  in: ${shown}`]),
		"",
		...wrapped(meaning, ""),
		"",
		"The fix, on the server:",
		...fix.flatMap((step): (string | Line)[] =>
			step === GROUP
				? steps(step, explanation).map((each) => ({
						parts: [`  ${each}`],
						verbatim: true,
					}))
				: wrapped(step, ""),
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

/** A step as it is; or, for a fresh group, the lines of a shell that lead to it. */
function steps(step: string, { server, path, target }: Explanation): string[] {
	if (step !== GROUP) return [step];
	return [
		`gen-dhparams 2048 --out ${path ?? "dhparams.pem"}`,
		`gen-dhparams config ${server ?? "SERVER"}   # put the line in, restart`,
		`gen-dhparams probe ${target ?? "HOST:PORT"}   # Server Temp Key: DH, 2048 bits`,
	];
}
