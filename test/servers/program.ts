import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
	closeSync,
	existsSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { selfSigned } from "../probe/scripted-server.js";

/** Where install.sh unpacks the packages that Debian does not install beside Postfix. */
export const UNPACKED = "/opt/gen-dhparams-servers";

/** Whether the programs are there and may be run; says loudly what is missing and how to get it. */
export function canRun(...paths: readonly string[]): boolean {
	const missing = paths.filter((path) => !existsSync(path));
	if (process.getuid?.() !== 0) missing.push("root's rights");
	if (missing.length > 0) {
		console.warn(
			`\n*** SKIPPED: no ${missing.join(", no ")}. Run test/servers/install.sh as root to have this test. ***\n`,
		);
	}
	return missing.length === 0;
}

/** A folder that holds all that one server reads and writes; gone at the end. */
export interface TestDirectory extends Disposable {
	readonly path: string;
	/** Writes a file and tells its path. */
	write(name: string, content: string | Uint8Array, mode?: number): string;
	read(name: string): string;
}

/** Below /run, since Sendmail trusts no file below a folder that everyone may write to, such as /tmp. */
export function testDirectory(): TestDirectory {
	const path = mkdtempSync("/run/gen-dhparams-test-");
	// Servers change their user and still have to get here.
	execFileSync("chmod", ["755", path]);
	const write = (name: string, content: string | Uint8Array, mode = 0o644) => {
		const file = join(path, name);
		writeFileSync(file, content, { mode });
		return file;
	};
	const { key, cert } = selfSigned();
	write("key.pem", key, 0o600);
	write("cert.pem", cert);
	return {
		path,
		write,
		read: (name) => readFileSync(join(path, name), "utf8"),
		[Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
	};
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** A program that stays in the foreground, and how to start and stop it. */
export interface ServerCommand {
	readonly command: string;
	readonly args: readonly string[];
	readonly env?: NodeJS.ProcessEnv;
	/** Whom to stop, where it is not the program itself. */
	readonly mainProcess?: () => number | undefined;
}

/** Starts a server of someone else's making and waits until it listens; stops it by its own process id. */
export async function start(
	{ path }: TestDirectory,
	port: number,
	{ command, args, env = {}, mainProcess = () => undefined }: ServerCommand,
): Promise<AsyncDisposable> {
	// A file, since Postfix cannot write its log to a socket, and that is what Node's pipes are.
	const log = join(path, "server.log");
	const output = openSync(log, "a");
	const child = spawn(command, args, {
		stdio: ["ignore", output, output],
		env: { ...process.env, ...env },
	});
	closeSync(output);
	const ended = new Promise<void>((resolve) => {
		child.once("exit", () => resolve());
		child.once("error", () => resolve());
	});
	const running = {
		async [Symbol.asyncDispose]() {
			const pid = mainProcess() ?? child.pid;
			if (pid !== undefined && isAlive(pid)) process.kill(pid, "SIGTERM");
			await ended;
			while (pid !== undefined && isAlive(pid)) await sleep(20);
		},
	};
	for (let waited = 0; waited < 20_000; waited += 50) {
		if (await isListening(port)) return running;
		if (child.exitCode !== null) break;
		await sleep(50);
	}
	await running[Symbol.asyncDispose]();
	throw new Error(
		`${command} does not listen on port ${port}:\n${readFileSync(log, "utf8")}`,
	);
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

function isListening(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host: "127.0.0.1", port });
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}

/** What `openssl s_client` calls the server's temporary key when it offers DHE only. */
export function sClientTempKey(port: number, starttls: string): string {
	const { stdout } = spawnSync(
		"openssl",
		[
			"s_client",
			"-connect",
			`127.0.0.1:${port}`,
			...(starttls === "none" ? [] : ["-starttls", starttls]),
			...["-tls1_2", "-cipher", "kDHE:@SECLEVEL=0"],
		],
		{ input: "", encoding: "utf8", timeout: 10_000 },
	);
	return /^Server Temp Key: (.*)$/m.exec(stdout)?.[1] ?? "none";
}

/** Our command line, as users run it. */
export function genDhparams(...args: readonly string[]): {
	status: number | null;
	stdout: string;
	stderr: string;
} {
	return spawnSync("node", ["dist/src/cli/gen-dhparams.cjs", ...args], {
		encoding: "utf8",
		// A search has no upper bound: twenty times the mean on a slow machine.
		timeout: 400_000,
	});
}
