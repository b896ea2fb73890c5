import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { NamedGroup } from "../groups/named-group.js";
import { encodeAs, FORMATS_HELP, formatOf, parametersJson } from "./formats.js";
import { formOf, once } from "./options.js";
import { printJson, printLines } from "./output.js";
import {
	checkResultFile,
	type ResultFlags,
	writeResult,
} from "./result-file.js";

const HELP = `Usage: gen-dhparams groups [NAME...] [options]

Lists the Diffie-Hellman groups of the standards, or prints one as PEM: the
quick way to good parameters, since nothing has to be searched for. RFC 7919
(ffdhe2048 and up) is what TLS recommends.

Options:
  -o, --out FILE       write a file, atomically, mode 0644
  -f, --force          replace FILE if it exists
  --outform PEM|DER    the encoding of a group (PEM)
${FORMATS_HELP}
  --text               print the values as text, like openssl -text
  --noout              leave out the PEM
  --json               print the list or the group as JSON

Examples:
  gen-dhparams groups
  gen-dhparams groups ffdhe2048 --out dhparams.pem
  gen-dhparams groups ffdhe2048 ffdhe3072 --format proftpd --out dh.pem
`;

interface GroupsFlags extends ResultFlags {
	readonly format?: string;
	readonly outform?: string;
	readonly text?: boolean;
	readonly noout?: boolean;
	readonly json?: boolean;
}

/** `gen-dhparams groups [name]`. */
export function groupsCommand(): Command {
	const command = new Command("groups")
		.argument("[name...]")
		.option("--outform <form>", "", once("--outform"))
		.option("--format <format>", "", once("--format"))
		.option("-o, --out <file>", "", once("--out"))
		.option("-f, --force")
		.option("--text")
		.option("--noout")
		.option("--json")
		.action(runGroups);
	command.helpInformation = () => HELP;
	return command;
}

async function runGroups(
	names: readonly string[],
	flags: GroupsFlags,
): Promise<void> {
	const { findGroup, NAMED_GROUPS } = await import("../groups/groups.js");
	if (names.length > 0) {
		await checkResultFile(flags);
		const result = await written(names.map(findGroup), flags);
		await writeResult(result, flags);
		return;
	}
	const { json, ...others } = flags;
	if (Object.keys(others).length > 0) {
		throw new InvalidArgumentError(
			"The options but --json need the name of a group, such as ffdhe2048.",
		);
	}
	if (json) {
		printJson({ version: 1, groups: NAMED_GROUPS.map(asJson) });
	} else printLines(...NAMED_GROUPS.map(row));
}

async function written(
	groups: readonly NamedGroup[],
	{ outform, format, text, noout, json }: GroupsFlags,
): Promise<string | Uint8Array> {
	const forms = [outform, format, json].filter((form) => form !== undefined);
	if (
		forms.length > 1 ||
		(outform === undefined && forms.length > 0 && (text || noout))
	) {
		throw new InvalidArgumentError(
			"--outform, --format, --json and --text each choose what is written; give one of them.",
		);
	}
	const [group] = groups;
	if (json && group !== undefined && groups.length === 1) {
		const { name, source, params } = group;
		return parametersJson(params, { name, source });
	}
	const form = outform === undefined ? "PEM" : formOf("--outform", outform);
	const chosen = formatOf(format ?? (json ? "json" : form.toLowerCase()));
	const sets = groups.map(({ params }) => params);
	const words = text ? await encodeAs("text", sets) : "";
	if (noout) return words;
	const encoded = await encodeAs(chosen, sets);
	return text
		? Buffer.concat([Buffer.from(words), Buffer.from(encoded)])
		: encoded;
}

function asJson({ name, aliases, bits, source }: NamedGroup) {
	return { name, aliases, bits, source, use: use(bits, name) };
}

function row({ name, aliases, bits, source }: NamedGroup): string {
	const also = aliases.length > 0 ? ` (${aliases[0]})` : "";
	return `${`${name}${also}`.padEnd(28)} ${String(bits).padStart(4)} bits  ${source.padEnd(28)} ${use(bits, name)}`;
}

function use(bits: number, name: string): string {
	if (name.startsWith("dh_")) return "avoid: unexplained origin, no safe prime";
	if (bits < 2048) return "avoid: too small";
	return name.startsWith("ffdhe") ? "recommended for TLS" : "good";
}
