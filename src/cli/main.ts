#!/usr/bin/env node
import { exitFor } from "./exit.js";
import { run } from "./program.js";

const words = process.argv.slice(2);
const fail = (error: unknown) => exitFor(error, { json: wantsJson(words) });

// A reader that has seen enough (`| head`), or a full device.
process.stdout.on("error", (error) => exitFor(error));

try {
	await run(words);
} catch (error) {
	fail(error);
}

function wantsJson(words: readonly string[]): boolean {
	const end = words.indexOf("--");
	return words
		.slice(0, end < 0 ? words.length : end)
		.some((word) => /^--?json$/.test(word));
}
