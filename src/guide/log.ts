/** One line of a log or a terminal, made ready for matching. */
export interface LogLine {
	/** The line without control characters and escape sequences. */
	readonly shown: string;
	/** The same in lower case, with plain quotes, and a blank for each run of blanks and underscores. */
	readonly text: string;
	/** Seconds since midnight, where the line begins with a time. */
	readonly time?: number;
	/** The process that wrote it, such as postfix/smtpd[811]. */
	readonly process?: string;
}

// In characters. A longer line is matched in pieces that overlap by more than any message is long.
const PIECE = 4000;
const OVERLAP = 400;

/** The lines of a text, blank ones left out. */
export function logLines(text: string): LogLine[] {
	return text
		.split(/\r\n|[\r\n\u2028\u2029]/)
		.flatMap(unescaped)
		.flatMap(pieces)
		.filter((line) => line.trim() !== "")
		.map(logLine);
}

/** One line by its text. */
export function logLine(line: string): LogLine {
	const shown = withoutControls(line).trim();
	const start = shown.slice(0, 160);
	const time = /(?:^|[^\d:])([012]?\d):([0-5]\d):([0-6]\d)(?![\d:])/.exec(
		start,
	);
	const process =
		/([\w.-]{2,40}(?:\/[\w.-]{1,40})*\[\d+\])/.exec(start)?.[1] ??
		/(?:\[pid |[\] ])(\d{2,10})(?::tid|#\d|\])/.exec(start)?.[1];
	return {
		shown,
		text: normal(shown),
		...(time === null
			? {}
			: {
					time: Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]),
				}),
		...(process === undefined ? {} : { process }),
	};
}

/** Lower case, plain quotes, and one blank for blanks and underscores: SSL_ERROR_X and "ssl error x" are one. */
function normal(line: string): string {
	return line
		.toLowerCase()
		.replace(/[‘’`´]/g, "'")
		.replace(/[“”„«»]/g, '"')
		.replace(/[\s_]+/g, " ");
}

function withoutControls(line: string): string {
	return (
		line
			// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes begin with these
			.replace(/(?:\x1b\[|\x9b)[0-9;?]{0,20}[@-~]/g, "")
			// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal
			.replace(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ufeff]+/g, " ")
	);
}

/** A line of JSON holds the lines of the message with \n between them. */
function unescaped(line: string): string[] {
	return /^\s*\{/.test(line) ? line.split(/\\r?\\n|\\n/) : [line];
}

function pieces(line: string): string[] {
	if (line.length <= PIECE) return [line];
	const parts: string[] = [];
	for (let at = 0; at < line.length; at += PIECE - OVERLAP) {
		parts.push(line.slice(at, at + PIECE));
	}
	return parts;
}

/** Whether two lines may belong to one event: nothing that both name differs. */
export function mayBelong(a: LogLine, b: LogLine): boolean {
	return (
		(a.process === undefined ||
			b.process === undefined ||
			a.process === b.process) &&
		(a.time === undefined ||
			b.time === undefined ||
			Math.abs(a.time - b.time) <= 1)
	);
}
