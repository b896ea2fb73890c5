import type { DhParamsError, ErrorCode, ErrorReason } from "../errors.js";

/*
 * The library says what is wrong, in words that fit all its callers. This file adds which option or command of this
 * program helps.
 */

/** By the error's reason, or else by its code. */
const HINTS: Readonly<Partial<Record<ErrorReason | ErrorCode, string>>> = {
	exists: "Replace it with --force, or give another name.",
	"no-parameters": "To make them: gen-dhparams 2048 > dhparams.pem",
	"several-sets": "gen-dhparams check --all checks each.",
	"bare-number": "check and convert take it with --generator N.",
	ERR_WEAK_SIZE: "For a test or an old client that needs it, add --allow-weak.",
};

/** What the library advises, and how it is typed. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
	[
		/\bMake a new group of (\d+) bits\./,
		"Make a new group: gen-dhparams $1 > dhparams.pem",
	],
	[
		/\bUse the standard group (\w+)\./,
		"Use the standard group $1: gen-dhparams groups $1 > dhparams.pem",
	],
	[
		/\bMake the parameters again from the seed\b/,
		"$& (gen-dhparams BITS --seed TEXT)",
	],
	[
		/\bat most 1000 are read\. Divide the file\./,
		"$& gen-dhparams moduli check reads larger tables of OpenSSH's groups.",
	],
	[/\bCheck the table as one\b/, "$& (gen-dhparams moduli check)"],
	[/\bmaxBits\b/, "--max-bits"],
	[/\btry (starttls \w+)/, "try --$1"],
	[
		/^(\S+)( does not speak TLS here: .*; it is an SSH server); probe it as one\.$/,
		"$1$2. To see its groups: gen-dhparams probe ssh://$1",
	],
];

/** The message of an error, with the option that helps. */
export function messageOf(error: DhParamsError): string {
	const { code, message, reason } = error;
	const hint = HINTS[reason ?? code];
	const typed = withCommands(message);
	return hint === undefined ? typed : `${typed} ${hint}`;
}

/** Advice of the library, with the commands that do it. */
export function withCommands(advice: string): string {
	return COMMANDS.reduce(
		(text, [pattern, typed]) => text.replace(pattern, typed),
		advice,
	);
}
