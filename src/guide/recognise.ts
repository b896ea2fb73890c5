import { loadsDhFile, type Side, sideOf } from "./evidence.js";
import { LogLine, mayBelong } from "./log.js";
import type { Message } from "./messages/message.js";
import { MESSAGES } from "./messages/messages.js";

// Lines before and after one that may say who wrote it and of which file.
export const REACH = 4;

export function first<T>(
	lines: readonly LogLine[],
	of: (line: LogLine) => T | undefined,
): T | undefined {
	for (const line of lines) {
		const found = of(line);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** The line itself, and those around it that may belong to it, the nearest first. */
export function neighbours(lines: readonly LogLine[], at: number): LogLine[] {
	const line = lines[at] as LogLine;
	const near = [line];
	for (let distance = 1; distance <= REACH; distance++) {
		for (const index of [at - distance, at + distance]) {
			const other = lines[index];
			if (other !== undefined && mayBelong(line, other)) near.push(other);
		}
	}
	return near;
}

/** By its words, or with those of the next line where it was wrapped; where no words are known, by OpenSSL's error code. */
export function recognise(
	lines: readonly LogLine[],
	at: number,
): Message | undefined {
	const line = lines[at] as LogLine;
	const found = line.telling
		? (byWords(line, lines, at) ?? byCode(line, lines, at))
		: undefined;
	return found ?? wrapped(lines, at);
}

function byWords(
	line: LogLine,
	lines: readonly LogLine[],
	at: number,
): Message | undefined {
	return choose(fitting(line), lines, at, line);
}

const FITTING = new WeakMap<LogLine, readonly Message[]>();

/** The messages with words of this line, in their order. */
function fitting(line: LogLine): readonly Message[] {
	let known = FITTING.get(line);
	if (known === undefined) {
		known = MESSAGES.filter(({ patterns }) =>
			patterns.some((pattern) => pattern.test(line.text)),
		);
		FITTING.set(line, known);
	}
	return known;
}

/** The first message that fits the line and the lines around it. */
function choose(
	messages: readonly Message[],
	lines: readonly LogLine[],
	at: number,
	line: LogLine,
): Message | undefined {
	let context: Context | undefined;
	return messages.find((message) => {
		if (message.side === undefined && message.dhFile !== "needed") return true;
		context ??= contextOf(line, lines, at);
		return (
			(message.side === undefined ||
				(context.side !== undefined && message.side.includes(context.side))) &&
			(message.dhFile !== "needed" || context.dhFile)
		);
	});
}

interface Context {
	readonly side: Side | undefined;
	readonly dhFile: boolean;
}

/** What a line says of itself counts more than what stands around it. */
export function contextOf(
	line: LogLine,
	lines: readonly LogLine[],
	at: number,
): Context {
	const own = sideOf(line);
	if (own !== undefined) {
		return {
			side: own,
			dhFile:
				own === "start" && (loadsDhFile(line.text) || nearDhFile(lines, at)),
		};
	}
	const side = first(neighbours(lines, at).slice(1), (other) => {
		const its = sideOf(other);
		const theirs = fitting(other);
		// A client's or a server's line with another message is another event.
		return its === "start" ||
			theirs.length === 0 ||
			fitting(line).some((message) => theirs.includes(message))
			? its
			: undefined;
	});
	return { side, dhFile: side === "start" && nearDhFile(lines, at) };
}

function nearDhFile(lines: readonly LogLine[], at: number): boolean {
	return neighbours(lines, at).some(({ text }) => loadsDhFile(text));
}

/** A line that a terminal or a mail program broke in two, with a blank or in a word; no log begins a line like the second. */
function wrapped(lines: readonly LogLine[], at: number): Message | undefined {
	const [line, next] = [lines[at], lines[at + 1]];
	if (line === undefined || next === undefined) return undefined;
	if (!line.telling && !next.telling) return undefined;
	// Nothing breaks a line as short as this, except by hand in a short text.
	if (line.shown.length < 20 && lines.length > 200) return undefined;
	if (next.time !== undefined || next.process !== undefined) return undefined;
	if (line.shown.length > 400 || next.shown.length > 400) return undefined;
	const rest = next.shown.replace(/^(?:[>|#*] ?)+/, "");
	for (const joined of [`${line.shown} ${rest}`, `${line.shown}${rest}`]) {
		const whole = new LogLine(joined);
		const message = byWords(whole, lines, at);
		if (
			message !== undefined &&
			!message.patterns.some((pattern) => pattern.test(next.text))
		) {
			return message;
		}
	}
	return undefined;
}

function byCode(
	line: LogLine,
	lines: readonly LogLine[],
	at: number,
): Message | undefined {
	for (const [library, reason, functionCode] of errorCodes(line.text)) {
		const message = MESSAGES.find(({ codes = [], side }) =>
			codes.some(
				([lib, why, ...functions]) =>
					lib === library &&
					why === reason &&
					(functions.length > 0
						? functions.includes(functionCode)
						: side === undefined ||
							contextOf(line, lines, at).side === side[0]),
			),
		);
		if (message !== undefined) return message;
	}
	return undefined;
}

/**
 * OpenSSL's packed error codes, eight hexadecimal digits: until 1.1.1 library << 24 | function << 12 | reason
 * (include/openssl/err.h), since 3.0 library << 23 | reason, where functions are 0.
 */
function* errorCodes(text: string): Generator<[number, number, number]> {
	for (const [, digits] of text.matchAll(
		/(?:\b|0x)([0-9a-f]{8})(?![0-9a-z])/g,
	)) {
		const code = Number.parseInt(digits as string, 16);
		yield [code >>> 24, code & 0xfff, (code >>> 12) & 0xfff];
		yield [(code >>> 23) & 0xff, code & 0x7fffff, 0];
	}
}
