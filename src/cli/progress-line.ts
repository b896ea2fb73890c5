import { clearLine, cursorTo } from "node:readline";
import type { Progress } from "../search/progress.js";

// How often a line is written where it cannot be written over, in ms.
const LOG_INTERVAL = 5000;

/** Shows a search on a stream: on a terminal one line that is written over, elsewhere a line every five seconds. */
export class ProgressLine {
	readonly #bits: number;
	readonly #stream: NodeJS.WriteStream;
	#lastLine = Number.NEGATIVE_INFINITY;

	constructor(bits: number, stream: NodeJS.WriteStream) {
		this.#bits = bits;
		this.#stream = stream;
	}

	show(progress: Progress): void {
		const line = describe(this.#bits, progress);
		if (this.#stream.isTTY) {
			this.erase();
			this.#stream.write(line.slice(0, this.#stream.columns - 1));
		} else if (progress.elapsedMs - this.#lastLine >= LOG_INTERVAL) {
			this.#lastLine = progress.elapsedMs;
			this.#stream.write(`${line}\n`);
		}
	}

	/** Leaves the terminal as it was before. */
	erase(): void {
		if (!this.#stream.isTTY) return;
		cursorTo(this.#stream, 0);
		clearLine(this.#stream, 0);
	}
}

/** Numbers that are true now. There is no bar: the search has no memory, so it cannot be half done. */
export function describe(bits: number, progress: Progress): string {
	const { phase, tested, expectedTests, testsPerSecond } = progress;
	const elapsed = duration(progress.elapsedMs);
	switch (phase) {
		case "sieve":
			return `${bits} bits: sieving, ${elapsed}`;
		case "verify":
			return `${bits} bits: found after ${count(tested)} tests, verifying, ${elapsed}`;
		case "test": {
			const mean =
				testsPerSecond > 0
					? duration((expectedTests / testsPerSecond) * 1000)
					: "unknown";
			const chance = Math.floor(progress.chance * 100);
			return `${bits} bits: ${count(tested)} tested, ${count(testsPerSecond)}/s, ${elapsed}; mean for one: ${count(expectedTests)} tests, ${mean}; chance to be done by now: ${chance} %`;
		}
	}
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
