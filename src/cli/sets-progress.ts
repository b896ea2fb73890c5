import { clearLine, cursorTo } from "node:readline";
import type { SetsProgress } from "../validate/sets.js";
import { duration } from "./progress-line.js";

// A line is written over at most so often, in ms.
const INTERVAL = 100;

/** Shows on a terminal how far the sets of a file are checked; elsewhere it shows nothing. */
export class SetsProgressLine {
	readonly #stream: NodeJS.WriteStream;
	readonly #began = performance.now();
	#shown = Number.NEGATIVE_INFINITY;

	constructor(stream: NodeJS.WriteStream) {
		this.#stream = stream;
	}

	show(progress: SetsProgress): void {
		const now = performance.now();
		if (!this.#canRewrite || now - this.#shown < INTERVAL) return;
		this.erase();
		this.#shown = now;
		const line = describeSets(progress, now - this.#began);
		this.#stream.write(line.slice(0, this.#stream.columns - 1));
	}

	/** Leaves the terminal as it was before. */
	erase(): void {
		if (!this.#canRewrite || this.#shown < 0) return;
		cursorTo(this.#stream, 0);
		clearLine(this.#stream, 0);
	}

	get #canRewrite(): boolean {
		return this.#stream.isTTY && process.env.TERM !== "dumb";
	}
}

/** Such as "120 of 423 sets checked, 3 min, about 8 min left". */
export function describeSets(
	{ phase, done, total, share }: SetsProgress,
	elapsed: number,
): string {
	if (phase === "sift") return `${done} of ${total} sets: first round`;
	// The first few sets say little about the rest.
	const left =
		share > 0.02 && share < 1
			? `, about ${duration((elapsed * (1 - share)) / share)} left`
			: "";
	return `${done} of ${total} sets checked, ${duration(elapsed)}${left}`;
}
