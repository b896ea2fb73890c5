import type { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { GenerateOptions } from "../generate/options.js";
import { ifGiven, once, wholeNumber, wholeNumberIfGiven } from "./options.js";

/** What `gen-dhparams` and `ensure` let one say of a search, as Commander hands it over. */
export interface SearchFlags {
	readonly threads?: string;
	readonly nice?: string;
	/** In percent. */
	readonly cpuShare?: string;
	readonly seed?: string;
	readonly allowWeak?: boolean;
}

/** Adds these options to a command. */
export function takeSearchFlags(command: Command): Command {
	return command
		.option("--threads <n>", "", once("--threads"))
		.option("--nice <n>", "", once("--nice"))
		.option("--cpu-share <percent>", "", once("--cpu-share"))
		.option("--seed <text>", "", once("--seed"))
		.option("--allow-weak");
}

/** Their lines in a command's help. */
export const SEARCH_HELP = `  --seed TEXT          derive p from TEXT so that anyone can verify it
  --threads N          worker threads (one for each processor)
  --nice N             run them at a lower priority, 1 to 19
  --cpu-share PERCENT  limit each thread to this share of a CPU (100)`;

export function searchOptions(
	flags: SearchFlags,
): Pick<
	GenerateOptions,
	"threads" | "nice" | "cpuShare" | "seed" | "allowWeak"
> {
	const { threads, nice, cpuShare, seed, allowWeak = false } = flags;
	return {
		allowWeak,
		threads: wholeNumberIfGiven("--threads", threads),
		nice: wholeNumberIfGiven("--nice", nice),
		cpuShare: ifGiven(cpuShare, (share) => percent("--cpu-share", share) / 100),
		seed,
	};
}

function percent(flag: string, text: string): number {
	const value = wholeNumber(flag, text);
	if (value >= 1 && value <= 100) return value;
	throw new InvalidArgumentError(
		`${flag} is ${value}; it must be a percentage from 1 to 100.`,
	);
}
