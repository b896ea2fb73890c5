/**
 * Preloaded into a run of the command (node --import): ends the process with SIGKILL just before its Nth change to the
 * file system, N being KILL_AT in the environment. A run that gets to its end was not killed.
 */
import { constants } from "node:fs";
import promises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

// biome-ignore lint/suspicious/noExplicitAny: takes the place of functions of many shapes.
type Operation = (...args: any[]) => unknown;

let left = Number(process.env.KILL_AT);

/** Folders and files are opened on the way to what is changed, too. */
function opensToWrite(flags: unknown): boolean {
	const { O_CREAT, O_RDWR, O_WRONLY } = constants;
	return typeof flags === "number"
		? (flags & (O_CREAT | O_RDWR | O_WRONLY)) !== 0
		: /[wa+]/.test(String(flags ?? "r"));
}

function countDown(object: object, names: readonly string[]): void {
	const operations = object as Record<string, Operation>;
	for (const name of names) {
		const original = operations[name] as Operation;
		operations[name] = function (this: unknown, ...args) {
			const isChange = name !== "open" || opensToWrite(args[1]);
			if (isChange && --left === 0) process.kill(process.pid, "SIGKILL");
			return original.apply(this, args);
		};
	}
}

if (isMainThread) {
	const handle: FileHandle = await promises.open(process.execPath);
	countDown(Object.getPrototypeOf(handle), [
		"chmod",
		"chown",
		"sync",
		"truncate",
		"write",
	]);
	await handle.close();
	countDown(promises, ["open", "link", "rename", "rm", "writeFile", "unlink"]);
	syncBuiltinESMExports();
}
