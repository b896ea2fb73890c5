#!/usr/bin/env node
import { exitFor } from "./exit.js";
import { run } from "./program.js";

const words = process.argv.slice(2);
const fail = (error: unknown) => exitFor(error, { json: wantsJson(words) });

// A reader that has seen enough (`| head`), or a full device.
process.stdout.on("error", (error) => exitFor(error));

// As Node ends a module whose top-level await never settles, which a bundle in CommonJS cannot have.
const leftUndone = () => {
	process.exitCode = 13;
};
process.once("exit", leftUndone);

/** Settles when the command has done its work, or has ended the process. */
export const done = run(words)
	.finally(() => process.off("exit", leftUndone))
	.catch(fail);

function wantsJson(words: readonly string[]): boolean {
	const end = words.indexOf("--");
	return words
		.slice(0, end < 0 ? words.length : end)
		.some((word) => /^--?json$/.test(word));
}
