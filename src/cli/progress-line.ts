import { now } from "../clock.js";
import type { Progress } from "../search/progress.js";
import { obeysEscapes } from "./output.js";

// How often a line is written where it cannot be written over, in ms.
const LOG_INTERVAL = 5000;

// How often the time on a terminal is brought up to date while nothing else is reported, in ms.
const REDRAW_INTERVAL = 250;

/** To the start of the line, and clear it: CR, and EL of ECMA-48. */
const CLEAR_LINE = "\r\x1b[K";

/**
 * Shows a search on a stream: on a terminal one line that is written over, elsewhere, and on a terminal that knows no
 * escape sequences, a line every five seconds. The time runs on between reports; {@link erase} ends that.
 */
export class ProgressLine<Shown extends { readonly elapsedMs: number }> {
	readonly #describe: (progress: Shown, columns?: number) => string;
	readonly #stream: NodeJS.WriteStream;
	readonly #overwrites: boolean;
	#lastLine = Number.NEGATIVE_INFINITY;
	#latest: { readonly progress: Shown; readonly at: number } | undefined;
	#timer: NodeJS.Timeout | undefined;

	/** @param describe the line, of at most so many characters */
	constructor(
		describe: (progress: Shown, columns?: number) => string,
		stream: NodeJS.WriteStream,
	) {
		this.#describe = describe;
		this.#stream = stream;
		this.#overwrites = obeysEscapes(stream);
	}

	show(progress: Shown): void {
		this.#latest = { progress, at: now() };
		this.#timer ??= setInterval(() => this.#redraw(), REDRAW_INTERVAL).unref();
		this.#draw(progress);
	}

	/** Leaves the terminal as it was before. */
	erase(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
		if (this.#overwrites) this.#stream.write(CLEAR_LINE);
	}

	#redraw(): void {
		if (this.#latest === undefined) return;
		const { progress, at } = this.#latest;
		const since = now() - at;
		if (since < REDRAW_INTERVAL / 2) return;
		this.#draw({ ...progress, elapsedMs: progress.elapsedMs + since });
	}

	#draw(progress: Shown): void {
		if (this.#overwrites) {
			// The last column stays free: some terminals begin a new line behind it.
			const columns = (this.#stream.columns || 80) - 1;
			this.#stream.write(CLEAR_LINE + this.#describe(progress, columns));
		} else if (progress.elapsedMs - this.#lastLine >= LOG_INTERVAL) {
			this.#lastLine = progress.elapsedMs;
			this.#stream.write(`${this.#describe(progress)}\n`);
		}
	}
}

/** The progress line of a search for one group. */
export function searchLine(
	bits: number,
	stream: NodeJS.WriteStream,
): ProgressLine<Progress> {
	return new ProgressLine<Progress>(
		(progress, columns) => describe(bits, progress, columns),
		stream,
	);
}

/**
 * Numbers that are true now, the most useful first; as many of them as fit. There is no bar: the search has no memory, so
 * it cannot be half done.
 */
export function describe(
	bits: number,
	progress: Progress,
	columns = Number.POSITIVE_INFINITY,
): string {
	const { tested, expectedTests, testsPerSecond, chance } = progress;
	const start = `${bits} bits: ${duration(progress.elapsedMs)}${machinesIn(progress)}`;
	const parts: Record<Progress["phase"], readonly string[]> = {
		sieve: [sieving(progress)],
		verify: ["verifying", `found after ${count(tested)} tests`],
		test: [
			...(testsPerSecond > 0
				? [`expected ${duration((expectedTests / testsPerSecond) * 1000)}`]
				: []),
			`${Math.floor(chance * 100)} % of searches end by now`,
			`${count(tested)} of about ${count(expectedTests)} tests, ${count(testsPerSecond)}/s`,
		],
	};
	return joined([start, ...parts[progress.phase]], columns);
}

/** How many machines share the search, where it has a queue. */
export function machinesIn({ machines }: Pick<Progress, "machines">): string {
	if (machines === undefined) return "";
	return machines === 1 ? ", 1 machine" : `, ${count(machines)} machines`;
}

/** The phase "sieve", with how far it is where that is known. */
export function sieving({ sieved }: Pick<Progress, "sieved">): string {
	return sieved === undefined
		? "sieving"
		: `sieving, ${Math.floor(sieved * 100)} % done`;
}

/** The first parts of a line, as many of them as fit into so many columns. */
export function joined(
	[start = "", ...parts]: readonly string[],
	columns: number,
): string {
	let line = start.slice(0, columns);
	for (const part of parts) {
		if (line.length + part.length + 2 > columns) break;
		line += `, ${part}`;
	}
	return line;
}

/** Such as 0.8 s, 12 s, 3 min 20 s, 1 h 05 min. */
export function duration(ms: number): string {
	const seconds = ms / 1000;
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
	const minutes = Math.round(seconds / 60);
	return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** With thousands apart: 1,814. */
export function count(n: number): string {
	return Math.round(n).toLocaleString("en-US");
}

function pad(n: number): string {
	return String(n).padStart(2, "0");
}
