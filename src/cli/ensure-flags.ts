import type { EnsureOptions } from "../ensure/options.js";
import { InvalidArgumentError } from "../errors.js";
import { ifGiven, wholeNumber, wholeNumberIfGiven } from "./options.js";
import { type SearchFlags, searchOptions } from "./search-flags.js";

/** The options of `gen-dhparams ensure` as commander hands them over. */
export interface EnsureFlags extends SearchFlags {
	readonly bits?: string;
	readonly maxAge?: string;
	readonly force?: boolean;
	readonly backup?: boolean;
	readonly mode?: string;
	readonly owner?: string;
	readonly group?: string;
	readonly reload?: string;
	readonly provisional?: string;
	readonly background?: boolean;
	readonly wait?: string;
	readonly state?: string;
	readonly absent?: boolean;
	readonly checkMode?: boolean;
	readonly dryRun?: boolean;
	readonly generator?: string;
	readonly json?: boolean;
	readonly returnContent?: boolean;
	readonly progress?: boolean;
	readonly quiet?: boolean;
}

/** @throws {@link InvalidArgumentError} for a value out of range, and for options that contradict each other */
export function optionsOf(flags: EnsureFlags): EnsureOptions {
	const { mode, owner, group, provisional, reload, generator } = flags;
	if (flags.background && provisional === undefined) {
		throw new InvalidArgumentError(
			"--background needs --provisional GROUP, such as ffdhe2048: without it there may be no file when the command returns.",
		);
	}
	if (flags.returnContent && !flags.json) {
		throw new InvalidArgumentError(
			"--return-content adds to what --json prints; give both.",
		);
	}
	return {
		...searchOptions(flags),
		state: chosenState(flags),
		force: flags.force ?? false,
		backup: flags.backup ?? false,
		checkMode: (flags.checkMode || flags.dryRun) ?? false,
		returnContent: flags.returnContent ?? false,
		bits: wholeNumberIfGiven("--bits", flags.bits),
		maxAge: ifGiven(flags.maxAge, age),
		wait: ifGiven(flags.wait, (s) => wholeNumber("--wait", s) * 1000),
		mode: ifGiven(mode, octal),
		generator: wholeNumberIfGiven("--generator", generator),
		owner,
		group,
		provisional,
		reload,
	};
}

function chosenState({ state, absent }: EnsureFlags): "present" | "absent" {
	if (state !== undefined && state !== "present" && state !== "absent") {
		throw new InvalidArgumentError(
			`--state is "${state}"; it must be present or absent.`,
		);
	}
	if (absent && state === "present") {
		throw new InvalidArgumentError(
			"--absent and --state present contradict each other; give one of them.",
		);
	}
	return absent ? "absent" : (state ?? "present");
}

/** Days in ms. */
function age(text: string): number {
	const days = /^(\d{1,5})d?$/.exec(text)?.[1];
	if (days === undefined) {
		throw new InvalidArgumentError(
			`--max-age is "${text}"; it must be a number of days, such as 90 or 90d.`,
		);
	}
	return Number(days) * 86_400_000;
}

function octal(text: string): number {
	if (!/^0?[0-7]{3}$/.test(text)) {
		throw new InvalidArgumentError(
			`--mode is "${text}"; it must be three octal digits, such as 0644.`,
		);
	}
	return Number.parseInt(text, 8);
}
