import { lstatSync } from "node:fs";
import type { Command, Option } from "commander";
import { InvalidArgumentError } from "../errors.js";
import { closest } from "./closest.js";

/** Options of `openssl dhparam` that choose where OpenSSL gets its random numbers and algorithms from; each has a value. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
	"rand writerand engine provider provider-path propquery".split(" "),
);

/** What the words of a command line say, in one spelling. */
export interface Spelled {
	/** Long options with two dashes, each value a word of its own. */
	readonly argv: readonly string[];
	/** Options of OpenSSL's that have no effect, as they were written. */
	readonly ignored: readonly string[];
}

/** What an option is to the parser. */
interface Known {
	readonly written: string;
	readonly takesValue: boolean;
}

/**
 * Brings options into one spelling. OpenSSL's parser (apps/lib/opt.c) takes one dash or two, and a value behind "=" or as
 * the next word; `-out=FILE` would be `-o ut=FILE` to Commander. Words behind "--" are left alone.
 *
 * @param takesFiles whether operands are files: then a word that is a file and no option is that file
 * @throws {@link InvalidArgumentError} for a value where none belongs, a missing value, an option with one dash that is not
 * known, and a word that is both an option and a file
 */
export function spelled(
	words: readonly string[],
	command: Command,
	{ takesFiles = false }: { readonly takesFiles?: boolean } = {},
): Spelled {
	const argv: string[] = [];
	const ignored: string[] = [];
	for (let at = 0; at < words.length; at++) {
		const word = words[at] as string;
		if (word === "--") {
			argv.push(...words.slice(at));
			break;
		}
		if (!word.startsWith("-") || word === "-") {
			argv.push(word);
			continue;
		}
		const equals = word.indexOf("=");
		const option = equals < 0 ? word : word.slice(0, equals);
		const attached = equals < 0 ? undefined : word.slice(equals + 1);
		const name = option.replace(/^--?/, "");
		const isIgnored = command.name() === ROOT && WITHOUT_EFFECT.has(name);
		const known = isIgnored
			? { written: option, takesValue: true }
			: findOption(option, name, command);
		if (takesFiles && isFile(word)) {
			if (known !== undefined || isBundle(word, command))
				throw bothAtOnce(word);
			argv.push(`./${word}`);
			continue;
		}
		if (known === undefined) {
			argv.push(...unknownOption(word, option, command));
			continue;
		}
		if (!known.takesValue) {
			if (attached !== undefined) {
				throw new InvalidArgumentError(
					`${option} takes no value, and "${attached}" was given; write ${option} alone.`,
				);
			}
			argv.push(known.written);
			continue;
		}
		const value = attached ?? words[++at];
		if (value === undefined) {
			throw new InvalidArgumentError(`${option} needs a value.`);
		}
		if (isIgnored) ignored.push(option);
		else argv.push(known.written, value);
	}
	return { argv, ignored };
}

/** The name of the command that generates, which takes what `openssl dhparam` takes. */
export const ROOT = "gen-dhparams";

function findOption(
	option: string,
	name: string,
	command: Command,
): Known | undefined {
	if (name === "help" || option === "-h") {
		return { written: "--help", takesValue: false };
	}
	const found = command.options.find(
		({ long, short }) => long === `--${name}` || short === `-${name}`,
	);
	// A letter with two dashes is not an option; a digit is one of OpenSSL's.
	if (found === undefined || /^--[a-z]$/i.test(option)) return undefined;
	return { written: found.long ?? `-${name}`, takesValue: takesValue(found) };
}

function takesValue({ required, optional }: Option): boolean {
	return required || optional;
}

/** Several one-letter options that take no value, as in -fq. */
function isBundle(word: string, command: Command): boolean {
	return (
		/^-[a-z]{2,}$/i.test(word) &&
		[...word.slice(1)].every((letter) =>
			command.options.some(
				(option) => option.short === `-${letter}` && !takesValue(option),
			),
		)
	);
}

function unknownOption(
	word: string,
	option: string,
	command: Command,
): readonly string[] {
	// Commander knows what to say.
	if (word.startsWith("--")) return [word];
	if (isBundle(word, command)) return [word];
	const hasGenerator = command.options.some(({ short }) => short === "-g");
	if (hasGenerator && /^-g\d+$/.test(word)) return ["-g", word.slice(2)];
	if (/^-\d+$/.test(word)) {
		throw new InvalidArgumentError(
			`"${word}" is not a size; give a whole number of bits, such as 2048, or one of the generators -2, -3 and -5.`,
		);
	}
	if (option === "-C") {
		throw new InvalidArgumentError(
			"-C printed C code up to OpenSSL 1.1.1, and OpenSSL 3 has it no more; gen-dhparams --json prints the numbers.",
		);
	}
	const names = command.options.flatMap(({ long }) => long?.slice(2) ?? []);
	const near = closest(option.slice(1), names);
	throw new InvalidArgumentError(
		`"${word}" is not an option.${near === undefined ? "" : ` Did you mean --${near}?`}`,
	);
}

function isFile(word: string): boolean {
	try {
		return lstatSync(word, { throwIfNoEntry: false }) !== undefined;
	} catch {
		// A name that is too long, a part that is not a folder.
		return false;
	}
}

function bothAtOnce(word: string): InvalidArgumentError {
	return new InvalidArgumentError(
		`"${word}" is an option and also the name of a file here. For the file write ./${word}, or all files behind "--"; for the option go to another folder.`,
	);
}
