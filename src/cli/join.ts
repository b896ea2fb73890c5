import { Command } from "commander";
import { asciiJson } from "../encoding/seed.js";
import { InvalidArgumentError } from "../errors.js";
import type { JoinProgress } from "../generate/join.js";
import { untilInterrupted } from "./exit.js";
import { complain, printEncoded, say } from "./output.js";
import { count, duration } from "./progress-line.js";
import {
	QUEUE_HELP,
	type QueueFlags,
	queueOf,
	takeQueueFlags,
} from "./queue-flags.js";
import {
	THREAD_HELP,
	type ThreadFlags,
	takeThreadFlags,
	threadOptions,
} from "./search-flags.js";

const HELP = `Usage: gen-dhparams join --queue URL [options]

Takes parts of the searches that wait at a queue, until it is stopped. Another
machine begins such a search:

  gen-dhparams BITS --queue URL
  gen-dhparams moduli --sizes LIST --per-size N --queue URL

Machines may come and go at any time; what they do never changes the result.
docs/machines.md describes the whole.

Queue options:
  --queue URL          redis://HOST:PORT, rediss://HOST:PORT (TLS) or
                       postgres://HOST:PORT/DATABASE
${QUEUE_HELP}

Options:
${THREAD_HELP}
  --json               print a line of JSON for each unit that was done
  -q, --quiet          no messages about units

The password of the queue: in the URL, or better in the environment, which
other users do not see: REDISCLI_AUTH or PGPASSWORD.

Exit status: 2 bad usage, or a queue that cannot be used, 130 interrupted.

Examples:
  npm install bullmq ioredis
  gen-dhparams join --queue redis://queue.example.org
`;

interface JoinFlags extends QueueFlags, ThreadFlags {
	readonly json?: boolean;
	readonly quiet?: boolean;
}

export function joinCommand(): Command {
	const command = takeThreadFlags(takeQueueFlags(new Command("join")))
		.option("--json")
		.option("-q, --quiet")
		.action(join);
	command.helpInformation = () => HELP;
	return command;
}

async function join(flags: JoinFlags): Promise<void> {
	const { quiet = false } = flags;
	const queue = await queueOf(flags);
	if (queue === undefined) {
		throw new InvalidArgumentError(
			"Give the queue, such as --queue redis://queue.example.org.",
		);
	}
	const { join: joinQueue } = await import("../generate/join.js");
	const threads = threadOptions(flags);
	if (!quiet) say("Joining the queue; end with Ctrl-C.");
	let began = 0;
	await untilInterrupted((signal) =>
		joinQueue(queue, {
			...threads,
			signal,
			onProgress: (progress) => {
				if (progress.result === undefined) {
					if (progress.progress === undefined) began = performance.now();
					return;
				}
				const elapsedMs = performance.now() - began;
				if (flags.json) printUnit(progress, elapsedMs);
				else if (!quiet) say(described(progress, elapsedMs));
			},
			onConnection: (isUp, reason) => {
				if (!quiet) complain(isUp ? "The queue answers again." : reason);
			},
		}),
	);
}

function described(
	{ unit, result, done }: JoinProgress,
	elapsedMs: number,
): string {
	const { tested = 0, hits = [] } = result ?? {};
	const found =
		hits.length === 0
			? ""
			: `, ${hits.length} safe prime${hits.length === 1 ? "" : "s"}`;
	return `Unit ${count(done)}: ${unit.bits} bits, ${count(tested)} tests in ${duration(elapsedMs)}${found}.`;
}

/** docs/join.schema.json */
function printUnit({ unit, result }: JoinProgress, elapsedMs: number): void {
	const { tested, hits } = result ?? { tested: 0, hits: [] };
	const line = {
		version: 1,
		unit,
		tested,
		hits,
		elapsedMs: Math.round(elapsedMs),
	};
	printEncoded(`${asciiJson(line)}\n`);
}
