import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Starttls } from "../../../src/probe/target.js";
import type { ServerCommand, TestDirectory } from "../program.js";

/** A real server with the lines in its configuration that `gen-dhparams config` prints. */
export interface Instance {
	/** The arguments of `gen-dhparams config`. */
	readonly config: readonly [string, ...string[]];
	readonly starttls: Starttls;
	/** What has to be installed. */
	readonly needs: readonly [string, ...string[]];
	/** The domain of XMPP. */
	readonly servername?: string;
	/** The standard group that it serves instead of the file's; "none" where it offers no DHE then. */
	readonly ownGroup?: string;
	/** Where the parameters go that `make` appends to a file of this name. */
	readonly appendsTo?: string;
	/** Writes its configuration with the lines, and tells how it is started. */
	prepare(directory: TestDirectory, port: number, lines: string): ServerCommand;
	/** The configuration test that `gen-dhparams config` names, for the configuration that was prepared. */
	test?(directory: TestDirectory): readonly [string, ...string[]];
}

/** A folder of a user, with a copy of a file that only this user may read; the copy's path. */
export function ownedBy(
	user: string,
	{ path, read, write }: TestDirectory,
	name: string,
	folder: string,
): string {
	mkdirSync(join(path, folder), { recursive: true });
	const copy = write(join(folder, name), read(name), 0o600);
	execFileSync("chown", ["-R", user, join(path, folder)]);
	return copy;
}

export function as(
	user: string,
	program: string,
	...args: string[]
): ServerCommand {
	return {
		command: "setpriv",
		args: [`--reuid=${user}`, "--clear-groups", program, ...args],
	};
}
