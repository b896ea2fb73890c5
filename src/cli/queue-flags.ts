import type { Command } from "commander";
import { InvalidArgumentError } from "../errors.js";
import type { QueueOptions, SharedOptions } from "../generate/options.js";
import { once } from "./options.js";
import { complain } from "./output.js";

/** How a queue is named, as Commander hands it over. */
export interface QueueFlags {
	readonly queue?: string;
	readonly queuePrefix?: string;
	/** The name of a file. */
	readonly queueCa?: string;
}

/** And a file of units. */
export interface SharedFlags extends QueueFlags {
	readonly units?: string;
}

/** Adds the options of a queue to a command. */
export function takeQueueFlags(command: Command): Command {
	return command
		.option("--queue <url>", "", once("--queue"))
		.option("--queue-prefix <name>", "", once("--queue-prefix"))
		.option("--queue-ca <file>", "", once("--queue-ca"));
}

/** Adds those of a search that machines share. */
export function takeSharedFlags(command: Command): Command {
	return takeQueueFlags(command).option("--units <file>", "", once("--units"));
}

/** Their lines in a command's help. */
export const QUEUE_HELP = `  --queue-prefix NAME  what the queue's keys begin with (gen_dhparams)
  --queue-ca FILE      certificates of the authorities of its server (PEM)`;

/** @throws {@link InvalidArgumentError} for options of a queue without one */
export async function queueOf({
	queue,
	queuePrefix,
	queueCa,
}: QueueFlags): Promise<QueueOptions | undefined> {
	if (queue === undefined) {
		if ((queuePrefix ?? queueCa) === undefined) return undefined;
		throw new InvalidArgumentError(
			"--queue-prefix and --queue-ca are about a queue; give --queue URL too.",
		);
	}
	const { readInput } = await import("./input.js");
	return {
		url: queue,
		prefix: queuePrefix,
		ca:
			queueCa === undefined
				? undefined
				: Buffer.from(await readInput(queueCa)).toString(),
	};
}

/** What they say of a search; what happens to the machines goes to stderr. */
export async function sharedOptions(
	flags: SharedFlags,
	{ quiet }: { readonly quiet: boolean },
): Promise<SharedOptions> {
	const queue = await queueOf(flags);
	return {
		queue,
		units: flags.units,
		onIncident: quiet ? undefined : ({ message }) => complain(message),
	};
}
