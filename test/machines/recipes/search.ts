import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { genDhparams, type TestDirectory } from "../../servers/program.js";

/** Where the recipes are. */
export const RECIPES = resolve("docs/machines");

/** A search that takes a second, and whose first hit is in part 3 of 8. */
export const BITS = "1024";
export const SEED = "a b";
export const PARTS = 8;

/** One for shells to trip over; its first hit is in part 2 of 4. */
export const QUOTED_SEED = "$(id) 'é'";

/** A folder with the command gen-dhparams in it, as an installation has it. */
export function installed({ path }: TestDirectory): string {
	const bin = join(path, "bin");
	mkdirSync(bin, { recursive: true });
	writeFileSync(
		join(bin, "gen-dhparams"),
		`#!/bin/sh\nexec "${process.execPath}" "${resolve("dist/src/cli/gen-dhparams.cjs")}" "$@"\n`,
		{ mode: 0o755 },
	);
	return `${bin}:${process.env.PATH}`;
}

/** What one machine finds. */
export function onOneMachine(seed = SEED): string {
	return genDhparams(BITS, "--seed", seed, "-q").stdout;
}

export interface Ended {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs a program in a folder while the test goes on. */
export function run(
	cwd: string,
	[command, ...args]: readonly [string, ...string[]],
	env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
	const child = spawn(command, args, {
		cwd,
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (chunk) => {
		stdout += chunk;
	});
	child.stderr.on("data", (chunk) => {
		stderr += chunk;
	});
	return new Promise((done, failed) => {
		child.once("error", failed);
		child.once("close", (status) => done({ status, stdout, stderr }));
	});
}

/** The words of a process's command line, a NUL behind each; empty where it has ended. */
export function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		return "";
	}
}

/** Ends a process that may have ended. */
export function kill(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch {
		// It has ended.
	}
}
