import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../servers/program.js";

/** A real redis-server on loopback, with a folder of its own; stopped by its process id. */
export class RedisServer implements AsyncDisposable {
	readonly folder = mkdtempSync(join(tmpdir(), "gen-dhparams-redis-"));
	readonly port: number;
	readonly #args: readonly string[];
	#child: ChildProcess | undefined;

	private constructor(port: number, args: readonly string[]) {
		this.port = port;
		this.#args = args;
	}

	/** @param args more lines of its configuration, as `--name value` */
	static async start(...args: string[]): Promise<RedisServer> {
		const server = new RedisServer(await freePort(), args);
		await server.restart();
		return server;
	}

	get url(): string {
		return `redis://127.0.0.1:${this.port}`;
	}

	get pid(): number {
		return this.#child?.pid as number;
	}

	async restart(...more: string[]): Promise<void> {
		const fixed = `--port ${this.port} --bind 127.0.0.1 --dir ${this.folder} --save`;
		this.#child = spawn(
			"redis-server",
			[...fixed.split(" "), "", ...this.#args, ...more],
			{ stdio: "ignore" },
		);
		for (let tries = 0; tries < 200; tries++) {
			if (/PONG|NOAUTH/.test(this.cli("ping"))) return;
			await sleep(50);
		}
		throw new Error("redis-server does not start.");
	}

	/** What redis-cli prints. */
	cli(...args: string[]): string {
		const { stdout } = spawnSync(
			"redis-cli",
			["-p", String(this.port), ...args],
			{ encoding: "utf8" },
		);
		return stdout;
	}

	async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
		const child = this.#child;
		this.#child = undefined;
		if (child === undefined) return;
		if (child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.once("exit", resolve));
		child.kill(signal);
		await ended;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.kill();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

export const hasRedis = ["redis-server", "redis-cli"].every((name) => {
	const isThere = existsSync(`/usr/bin/${name}`);
	if (!isThere) console.warn(`\n*** SKIPPED: no ${name}. ***\n`);
	return isThere;
});
