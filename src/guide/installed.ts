import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readdir, readFile, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { ServerProgram, Tls } from "./servers/server.js";

/** A server's program on this machine. */
export interface InstalledServer {
	/** The executable. */
	readonly path: string;
	/** What it says of its version; undefined where it says nothing that is known. */
	readonly version: string | undefined;
	/** The TLS library that it is linked with; undefined where neither is found. */
	readonly tls: Tls | undefined;
}

// Where Debian and others put servers; PATH lacks the sbin folders for users and under cron.
const FOLDERS = [
	"/usr/local/sbin",
	"/usr/local/bin",
	"/usr/sbin",
	"/usr/bin",
	"/sbin",
	"/bin",
];

// For a program that waits for something instead of printing its version.
const TIME_LIMIT_MS = 3000;

/**
 * The installed server, asked for its version. A program is run only where nobody but root and the current user can have
 * put it: neither the file nor a folder above it may belong to, or be writable for, anyone else.
 */
export async function findInstalled(
	program: ServerProgram,
	path = process.env.PATH ?? "",
): Promise<InstalledServer | undefined> {
	const further = await Promise.all((program.folders ?? []).map(expanded));
	const folders = [
		...path.split(delimiter).filter(isAbsolute),
		...FOLDERS,
		...further.flat(),
	];
	for (const name of program.names) {
		for (const folder of folders) {
			const file = join(folder, name);
			if (!(await isTrustedProgram(file))) continue;
			const [version, tls] = await Promise.all([
				program.version && askVersion(file, program.version),
				linkedLibrary(file, program.libraries ?? []),
			]);
			return { path: file, version, tls };
		}
	}
	return undefined;
}

async function isTrustedProgram(file: string): Promise<boolean> {
	const me = process.getuid?.();
	if (me === undefined) return false;
	try {
		await access(file, constants.X_OK);
		const target = await realpath(file);
		if (!(await stat(target)).isFile()) return false;
		for (const start of new Set([target, await realpath(dirname(file))])) {
			for (let part = start; ; part = dirname(part)) {
				const { uid, mode } = await stat(part);
				if ((uid !== 0 && uid !== me) || (mode & 0o022) !== 0) return false;
				if (part === dirname(part)) break;
			}
		}
		return true;
	} catch {
		return false;
	}
}

/** What the program prints on stdout or stderr, whatever its exit status: Exim without a configuration ends with 1. */
function askVersion(
	file: string,
	[pattern, ...args]: NonNullable<ServerProgram["version"]>,
): Promise<string | undefined> {
	return new Promise((resolve) => {
		const child = execFile(
			file,
			args,
			{
				cwd: "/",
				env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
				timeout: TIME_LIMIT_MS,
				killSignal: "SIGKILL",
				maxBuffer: 1 << 16,
			},
			(_, stdout, stderr) => resolve(pattern.exec(`${stdout}\n${stderr}`)?.[1]),
		);
		child.stdin?.end();
	});
}

/** The library that the dynamic section of the program, or of a library that it uses, names. */
async function linkedLibrary(
	file: string,
	libraries: readonly string[],
): Promise<Tls | undefined> {
	const others = await Promise.all(libraries.map(expanded));
	for (const each of [file, ...others.flat()]) {
		const content = await readFile(each).catch(() => Buffer.alloc(0));
		if (content.includes("libgnutls.so.")) return "gnutls";
		if (content.includes("libssl.so.")) return "openssl";
	}
	return undefined;
}

/** The existing paths that a pattern means, in which a `*` stands for a part of one name. */
async function expanded(pattern: string): Promise<string[]> {
	let paths = ["/"];
	for (const part of pattern.split("/").filter((name) => name !== "")) {
		if (!part.includes("*")) {
			paths = paths.map((path) => join(path, part));
			continue;
		}
		const [before = "", ...after] = part.split("*");
		const matches = (name: string) =>
			name.startsWith(before) &&
			after.every((piece) => name.slice(before.length).includes(piece));
		const lists = await Promise.all(
			paths.map(async (path) => {
				const names = await readdir(path).catch((): string[] => []);
				return names.filter(matches).map((name) => join(path, name));
			}),
		);
		paths = lists.flat().sort().reverse();
	}
	return paths;
}
