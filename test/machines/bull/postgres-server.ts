import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
	chownSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../servers/program.js";

const ROOT = "/usr/lib/postgresql";
const newest = existsSync(ROOT)
	? readdirSync(ROOT)
			.sort((a, b) => Number(a) - Number(b))
			.at(-1)
	: undefined;
const bin = (name: string) => join(ROOT, newest ?? "", "bin", name);

/** A real PostgreSQL on loopback, run as the user postgres: it refuses root. */
export class PostgresServer implements AsyncDisposable {
	readonly folder = mkdtempSync(join(tmpdir(), "gen-dhparams-postgres-"));
	readonly port: number;
	readonly #hasTls: boolean;
	#child: ChildProcess | undefined;

	private constructor(port: number, hasTls: boolean) {
		this.port = port;
		this.#hasTls = hasTls;
	}

	/** @param hasTls with a certificate of its own, server.crt in its folder, for 127.0.0.1 */
	static async start(hasTls = false): Promise<PostgresServer> {
		const server = new PostgresServer(await freePort(), hasTls);
		const { folder } = server;
		const ids = ["-u", "-g"].map((flag) =>
			Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout),
		) as [number, number];
		chownSync(folder, ...ids);
		const password = join(folder, "password");
		asPostgres(["sh", "-c", `echo secret > ${password}`]);
		asPostgres([
			bin("initdb"),
			...["-D", join(folder, "data"), "-U", "dh", "--auth=scram-sha-256"],
			...[`--pwfile=${password}`, "--no-sync", "-E", "UTF8"],
		]);
		if (hasTls) {
			const [key, certificate] = ["server.key", "server.crt"].map((name) =>
				join(folder, name),
			) as [string, string];
			asPostgres([
				..."openssl req -x509 -newkey rsa:2048 -nodes -days 2".split(" "),
				..."-subj /CN=queue -addext subjectAltName=IP:127.0.0.1".split(" "),
				...["-keyout", key, "-out", certificate],
			]);
		}
		await server.restart();
		return server;
	}

	get url(): string {
		return `postgres://dh:secret@127.0.0.1:${this.port}/postgres`;
	}

	get pid(): number {
		return this.#child?.pid as number;
	}

	async restart(): Promise<void> {
		const { folder } = this;
		this.#child = spawn(
			"setpriv",
			[
				...["--reuid=postgres", "--regid=postgres", "--clear-groups"],
				...[bin("postgres"), "-D", join(folder, "data"), "-k", folder],
				...["-p", String(this.port), "-c", "listen_addresses=127.0.0.1"],
				...["-c", "fsync=off"],
				...(this.#hasTls
					? [
							...["-c", "ssl=on"],
							...["-c", `ssl_key_file=${join(folder, "server.key")}`],
							...["-c", `ssl_cert_file=${join(folder, "server.crt")}`],
						]
					: []),
			],
			{ stdio: "ignore" },
		);
		for (let tries = 0; tries < 200; tries++) {
			if (this.sql("SELECT 1") === "1") return;
			await sleep(100);
		}
		throw new Error("PostgreSQL does not start.");
	}

	/** The first value of what a statement gives. */
	sql(statement: string): string {
		const { stdout } = spawnSync("psql", ["-XAt", this.url, "-c", statement], {
			encoding: "utf8",
			env: { ...process.env, PGCONNECT_TIMEOUT: "2" },
		});
		return stdout.trim();
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
		// Fast shutdown: all its processes end.
		await this.kill("SIGINT");
		rmSync(this.folder, { recursive: true, force: true });
	}
}

function asPostgres(command: readonly string[]): void {
	const { status, stderr } = spawnSync(
		"setpriv",
		["--reuid=postgres", "--regid=postgres", "--clear-groups", ...command],
		{ encoding: "utf8", cwd: "/" },
	);
	if (status !== 0) throw new Error(stderr);
}

export const hasPostgres = [bin("postgres"), "/usr/bin/psql"].every((path) => {
	const isThere = existsSync(path) && process.getuid?.() === 0;
	if (!isThere) console.warn(`\n*** SKIPPED: no ${path}, or not root. ***\n`);
	return isThere;
});
