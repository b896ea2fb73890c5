import {
	loadsDhFile,
	pathOf,
	type Side,
	serverOf,
	targetOf,
} from "./evidence.js";
import { type LogLine, logLines, mayBelong } from "./log.js";
import type { Message } from "./messages/message.js";
import { SCAN_TRACES } from "./messages/scanners.js";
import { contextOf, first, neighbours, REACH, recognise } from "./recognise.js";
import { findScan, type Scan } from "./scan.js";
import type { Server } from "./servers/server.js";

/** A message that was found in a text. */
export interface Explanation {
	readonly message: Message;
	readonly seenBy: Message["seenBy"];
	/** The first line that it was found in, without control characters. */
	readonly line: string;
	/** The server that wrote the lines, or that they are about. */
	readonly server: Server | undefined;
	/** The file of DH parameters that the lines name. */
	readonly path: string | undefined;
	/** The host and port that the lines name. */
	readonly target: string | undefined;
}

/** Every message that the text holds, each once for each file that it names, in the order of its lines. */
export function explain(text: string): Explanation[] {
	const lines = logLines(text);
	const scan = findScan(lines);
	const found = new Map<string, Explanation & { at: number }>();
	const done = new Map<Message, Set<LogLine>>();
	for (const [at, line] of lines.entries()) {
		const message = messageAt(lines, at, scan);
		// Without a file in it, a message is explained once.
		if (message === undefined || found.has(`${message.id} `)) continue;
		const before = done.get(message) ?? new Set();
		if (before.has(line)) continue;
		done.set(message, before.add(line));
		const explanation = explained(message, lines, at);
		const key = `${message.id} ${explanation.path ?? ""}`;
		if (!found.has(key)) found.set(key, { ...explanation, at });
	}
	const all = [...found.values()];
	return all
		.filter(
			({ message, at }) => !message.vague || !isSaidBetter(all, lines, at),
		)
		.map(({ at: _, ...explanation }) => explanation);
}

function messageAt(
	lines: readonly LogLine[],
	at: number,
	scan: Scan | undefined,
): Message | undefined {
	if (!scan?.lines.has(at)) return recognise(lines, at);
	return at === scan.first ? SCAN_TRACES : undefined;
}

/** Whether a line near a vague one gives the reason. */
function isSaidBetter(
	all: readonly (Explanation & { at: number })[],
	lines: readonly LogLine[],
	at: number,
): boolean {
	return all.some(
		({ message, at: other }) =>
			!message.vague &&
			message.dhFile !== undefined &&
			Math.abs(other - at) <= REACH &&
			mayBelong(lines[at] as LogLine, lines[other] as LogLine),
	);
}

function explained(
	message: Message,
	lines: readonly LogLine[],
	at: number,
): Explanation {
	const near = neighbours(lines, at);
	const server = first(near, serverOf);
	const path =
		message.dhFile === undefined
			? undefined
			: first(
					near.filter(
						(line, i) =>
							i === 0 ||
							loadsDhFile(line.text) ||
							/TLS: opening/.test(line.shown),
					),
					pathOf,
				);
	const target = targetOf(near[0] as LogLine);
	return {
		message,
		seenBy: message.eitherSide
			? seenBy(contextOf(lines[at] as LogLine, lines, at).side, message)
			: message.seenBy,
		line: (lines[at] as LogLine).shown,
		server,
		path,
		target,
	};
}

function seenBy(side: Side | undefined, message: Message): Message["seenBy"] {
	if (side === undefined) return message.seenBy;
	return side === "client" ? "client" : "server";
}
