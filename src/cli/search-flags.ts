import type { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { GenerateOptions, ThreadOptions } from "../generate/options.js";
import { ifGiven, once, wholeNumber, wholeNumberIfGiven } from "./options.js";

/** How a command's threads are limited, as Commander hands it over. */
export interface ThreadFlags {
	readonly threads?: string;
	readonly nice?: string;
	/** In percent. */
	readonly cpuShare?: string;
}

/** What `gen-dhparams` and `ensure` let one say of a search. */
export interface SearchFlags extends ThreadFlags {
	readonly seed?: string;
	readonly allowWeak?: boolean;
}

/** Adds the options of threads to a command. */
export function takeThreadFlags(command: Command): Command {
	return command
		.option("--threads <n>", "", once("--threads"))
		.option("--nice <n>", "", once("--nice"))
		.option("--cpu-share <percent>", "", once("--cpu-share"));
}

/** Adds those of a search. */
export function takeSearchFlags(command: Command): Command {
	return takeThreadFlags(command)
		.option("--seed <text>", "", once("--seed"))
		.option("--allow-weak");
}

/** The lines of threads in a command's help. */
export const THREAD_HELP = `  --threads N          worker threads (one for each processor)
  --nice N             run them at a lower priority, 1 to 19
  --cpu-share PERCENT  limit each thread to this share of a CPU (100)`;

/** Those of a search. */
export const SEARCH_HELP = `  --seed TEXT          derive p from TEXT so that anyone can verify it
${THREAD_HELP}`;

export function searchOptions(
	flags: SearchFlags,
): Pick<
	GenerateOptions,
	"threads" | "nice" | "cpuShare" | "seed" | "allowWeak"
> {
	const { seed, allowWeak = false } = flags;
	return { allowWeak, ...threadOptions(flags), seed };
}

export function threadOptions({
	threads,
	nice,
	cpuShare,
}: ThreadFlags): ThreadOptions {
	return {
		threads: wholeNumberIfGiven("--threads", threads),
		nice: wholeNumberIfGiven("--nice", nice),
		cpuShare: ifGiven(cpuShare, (share) => percent("--cpu-share", share) / 100),
	};
}

function percent(flag: string, text: string): number {
	const value = wholeNumber(flag, text);
	if (value >= 1 && value <= 100) return value;
	throw new InvalidArgumentError(
		`${flag} is ${value}; it must be a percentage from 1 to 100.`,
	);
}
