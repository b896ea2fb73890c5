import { execFile } from "node:child_process";
import { configFor, findServer } from "../../../src/guide/config.js";
import { MAIN } from "../../cli/command.js";
import type { TestDirectory } from "../program.js";
import { NEW_GROUP } from "../upgrade-scenario.js";
import type { Instance } from "./instance.js";
import { MAIL } from "./mail.js";
import { OTHERS } from "./others.js";
import { WEB } from "./web.js";

export const INSTANCES: readonly Instance[] = [...WEB, ...MAIL, ...OTHERS];

/** A program's output, without blocking the other tests. */
export function run(
	command: string,
	args: readonly string[],
	input = "",
): Promise<{ status: number | null; stdout: string; stderr: string }> {
	return new Promise((resolve) => {
		const child = execFile(
			command,
			args,
			{ timeout: 60_000 },
			(error, stdout, stderr) => {
				resolve({
					status: error === null ? 0 : child.exitCode,
					stdout,
					stderr,
				});
			},
		);
		// Most do not read it.
		child.stdin?.on("error", () => {});
		child.stdin?.end(input);
	});
}

/** Our command line, as users run it. */
export function command(...args: readonly string[]) {
	return run(process.execPath, [MAIN, ...args]);
}

/** What `gen-dhparams config` knows of the version that the instance is. */
export function configOf({ config }: Instance, path: string) {
	const [id, option, value] = config;
	return configFor(findServer(id), {
		path,
		...(option === "--server-version" ? { version: value } : {}),
		...(option === "--tls"
			? { tls: value === "gnutls" ? "gnutls" : "openssl" }
			: {}),
	});
}

/** Runs the command that makes the group, with the file of the instance in place of the usual one, and no search. */
export async function makeGroup(
	directory: TestDirectory,
	make: string | null,
	appendsTo: string | undefined,
): Promise<void> {
	if (make === null) return;
	directory.write("found.pem", NEW_GROUP);
	const line = make
		.replace("gen-dhparams 2048 --out", `cp ${directory.path}/found.pem`)
		.replace(/^gen-dhparams/, `${process.execPath} ${MAIN}`)
		.replace(/>> \S+/, `>> ${directory.path}/${appendsTo}`);
	const { status, stderr } = await run("sh", ["-ec", line]);
	if (status !== 0) throw new Error(`${line}: ${stderr}`);
}
