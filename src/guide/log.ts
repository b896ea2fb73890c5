/** One line of a log or a terminal, made ready for matching; its parts are computed when they are first asked for. */
export class LogLine {
	readonly #raw: string;
	#shown: string | undefined;
	#text: string | undefined;
	#telling: boolean | undefined;
	#start: { time: number | undefined; process: string | undefined } | undefined;

	constructor(raw: string) {
		this.#raw = raw;
	}

	/** The line without control characters and escape sequences. */
	get shown(): string {
		this.#shown ??= withoutControls(this.#raw).trim();
		return this.#shown;
	}

	/** The same in lower case, with plain quotes, and a blank for each run of blanks and underscores. */
	get text(): string {
		this.#text ??= normal(this.shown);
		return this.#text;
	}

	/** Seconds since midnight, where the line begins with a time. */
	get time(): number | undefined {
		return this.#beginning().time;
	}

	/** The process that wrote it, such as postfix/smtpd[811]. */
	get process(): string | undefined {
		return this.#beginning().process;
	}

	/** A quick look for words that any message may have; false for most lines of a log. */
	get telling(): boolean {
		this.#telling ??= TELLING.test(this.#raw);
		return this.#telling;
	}

	#beginning() {
		this.#start ??= beginning(this.shown.slice(0, 160));
		return this.#start;
	}
}

const TELLING =
	/dh|diffie|cipher|cypher|alert|handshak|protocol|version|key.share|no.suitable|key.too|md.too|prime|public.key|key.length|modul|generator|raccoon|logjam|key.exch|insufficient|0x8009|e.illegal|e.algorithm|common|badly.formatted|start.line|no.such|not.exist|directory|enoent|denied|eacces|pem|decoder|base64|end.line|asn1|wrong.tag|too.long|too.short|init.def|constraints|rfc|kex|cve-|code.is|\(he\)|nss.error|long.time|25623|cannot.find|not.find|lost.conn|accept|\beof\b|fallback|terminat|[0-9a-f]{8}/i;

// In characters. A longer line is matched in pieces that overlap by more than any message is long.
const PIECE = 4000;
const OVERLAP = 400;

/** The lines of a text, blank ones left out; equal lines are one object. */
export function logLines(text: string): LogLine[] {
	const known = new Map<string, readonly LogLine[]>();
	const lines: LogLine[] = [];
	for (const whole of text.split(/\r\n|[\r\n\u2028\u2029]/)) {
		if (whole === "") continue;
		let parts = known.get(whole);
		if (parts === undefined) {
			parts = unescaped(whole)
				.flatMap(pieces)
				.filter((part) => /\S/.test(part))
				.map((part) => new LogLine(part));
			known.set(whole, parts);
		}
		for (const part of parts) lines.push(part);
	}
	return lines;
}

function beginning(start: string) {
	// 16:19:23, and 20261124T161923.21 of hitch.
	const time =
		/(?:^|[^\d:])([012]?\d):([0-5]\d):([0-6]\d)(?![\d:])/.exec(start) ??
		/^\d{8}T([012]\d)([0-5]\d)([0-6]\d)\./.exec(start);
	const process =
		/([\w.-]{2,40}(?:\/[\w.-]{1,40})*\[\d+\])/.exec(start)?.[1] ??
		/(?:\[pid |[\] ])(\d{2,10})(?::tid|#\d|\])/.exec(start)?.[1];
	return {
		time:
			time === null
				? undefined
				: Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]),
		process,
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
