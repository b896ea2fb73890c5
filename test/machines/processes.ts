import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(
	new URL("../../dist/src/cli/gen-dhparams.cjs", import.meta.url).href.replace(
		"/build/dist/",
		"/dist/",
	),
);

/** A command of this program that runs in a process of its own. */
export class Running {
	readonly #child: ChildProcess;
	/** The exit status; null where a signal ended it. */
	readonly ended: Promise<number | null>;
	stdout = "";
	stderr = "";

	/** @param node options of Node itself */
	constructor(
		args: readonly string[],
		{ node = [] }: { readonly node?: readonly string[] } = {},
	) {
		this.#child = spawn(process.execPath, [...node, MAIN, ...args], {
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.#child.stdout?.on("data", (bytes) => {
			this.stdout += bytes;
		});
		this.#child.stderr?.on("data", (bytes) => {
			this.stderr += bytes;
		});
		this.ended = new Promise((resolve) => this.#child.once("close", resolve));
	}

	get hasEnded(): boolean {
		return this.#child.exitCode !== null || this.#child.signalCode !== null;
	}

	async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
		this.#child.kill(signal);
		return this.ended;
	}
}
