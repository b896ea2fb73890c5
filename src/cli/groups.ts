import { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { NamedGroup } from "../groups/named-group.js";
import { once } from "./options.js";
import { jsonText, printEncoded, printJson, printLines } from "./output.js";

const HELP = `Usage: gen-dhparams groups [NAME] [options]

Lists the Diffie-Hellman groups of the standards, or prints one as PEM: the
quick way to good parameters, since nothing has to be searched for. RFC 7919
(ffdhe2048 and up) is what TLS recommends.

Options:
  --outform PEM|DER    the encoding of a group (PEM)
  --text               print the values in words before the PEM
  --noout              leave out the PEM
  --json               print the list or the group as JSON

Examples:
  gen-dhparams groups
  gen-dhparams groups ffdhe2048 > dhparams.pem
`;

interface GroupsFlags {
	readonly outform?: string;
	readonly text?: boolean;
	readonly noout?: boolean;
	readonly json?: boolean;
}

/** `gen-dhparams groups [name]`. */
export function groupsCommand(): Command {
	const command = new Command("groups")
		.argument("[name]")
		.option("--outform <form>", "", once("--outform"))
		.option("--text")
		.option("--noout")
		.option("--json")
		.action(runGroups);
	command.helpInformation = () => HELP;
	return command;
}

async function runGroups(
	name: string | undefined,
	flags: GroupsFlags,
): Promise<void> {
	const { findGroup, NAMED_GROUPS } = await import("../groups/groups.js");
	if (name !== undefined) {
		printEncoded(written(findGroup(name), flags));
		return;
	}
	if (flags.outform !== undefined || flags.text || flags.noout) {
		throw new InvalidArgumentError(
			"--outform, --text and --noout need the name of a group, such as ffdhe2048.",
		);
	}
	if (flags.json) printJson(NAMED_GROUPS.map(asJson));
	else printLines(...NAMED_GROUPS.map(row));
}

function written(
	group: NamedGroup,
	{ outform = "PEM", text, noout, json }: GroupsFlags,
): string | Uint8Array {
	const { params } = group;
	const form = outform.toUpperCase();
	if (form !== "PEM" && form !== "DER") {
		throw new InvalidArgumentError(
			`--outform is "${outform}"; it must be PEM or DER.`,
		);
	}
	if (json) {
		const { bits, ...numbers } = params.toJSON();
		const { name, source } = group;
		return jsonText({ name, source, bits, ...numbers, pem: params.toPem() });
	}
	const words = text ? params.toText() : "";
	if (noout) return words;
	if (form === "PEM") return words + params.toPem();
	return Buffer.concat([Buffer.from(words), params.toDer()]);
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
