import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, RedisServer } from "../machines/bull/redis-server.js";
import { freePort } from "../servers/program.js";
import { MAIN } from "./command.js";
import { inProcess } from "./in-process.js";
import { expectValid } from "./schema.js";

/** The command in a process of its own, and what it has printed so far. */
class Running {
	readonly #child: ChildProcess;
	readonly ended: Promise<number | null>;
	stdout = "";
	stderr = "";

	constructor(
		[command, ...args]: readonly string[],
		env: NodeJS.ProcessEnv = {},
	) {
		this.#child = spawn(command as string, args, {
			env: { ...process.env, ...env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.#child.stdout?.on("data", (chunk) => {
			this.stdout += chunk;
		});
		this.#child.stderr?.on("data", (chunk) => {
			this.stderr += chunk;
		});
		this.ended = once(this.#child, "close").then(([status]) => status);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop("SIGTERM");
	}

	async stop(signal: NodeJS.Signals): Promise<number | null> {
		if (this.#child.exitCode === null) this.#child.kill(signal);
		return this.ended;
	}

	async says(text: string, stream: "stdout" | "stderr"): Promise<void> {
		while (!this[stream].includes(text)) {
			if (this.#child.exitCode !== null) throw new Error(this.stderr);
			await sleep(20);
		}
	}
}

const gen = (...args: readonly string[]) => [process.execPath, MAIN, ...args];

describe("bad usage has exit status 2 and one line", () => {
	const QUEUE = ["--queue", "redis://127.0.0.1:1"];
	test.each<[string, readonly string[]]>([
		["Give the queue", []],
		["about a queue", ["--queue-prefix", "a"]],
		["about a queue", ["--queue-ca", "/etc/ssl/certs/ca-certificates.crt"]],
		["is not a URL", ["--queue", "x"]],
		["is not a URL", ["--queue", ""]],
		["is not a URL", ["--queue", "http://127.0.0.1"]],
		["--queue is given twice", [...QUEUE, ...QUEUE]],
		["cannot be read", [...QUEUE, "--queue-ca", "/no/such"]],
		["--threads is", [...QUEUE, "--threads", "x"]],
		["0 threads", [...QUEUE, "--threads", "0"]],
		["--cpu-share is", [...QUEUE, "--cpu-share", "101"]],
		["too many arguments", [...QUEUE, "redis://127.0.0.1:2"]],
		["unknown option '--units'", [...QUEUE, "--units", "x"]],
		["refuses connections", QUEUE],
		["refuses connections", ["--queue", "postgres://127.0.0.1:1/a"]],
	])("%s: %j", async (message, args) => {
		const { status, stdout, stderr } = await inProcess([
			...["join", ...args, "--quiet"],
		]);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toMatch(/^gen-dhparams: [^\n]+\n$/);
		expect(stderr).toContain(message);
	});

	test("as JSON too, with --json", async () => {
		const { status, stdout } = await inProcess(["join", ...QUEUE, "--json"]);
		expect(status).toBe(2);
		expectValid("join", stdout);
	});

	test("the password of a queue is in no message", async () => {
		const url = "redis://:geheim@127.0.0.1:1";
		const { stdout, stderr } = await inProcess([
			...["join", "--queue", url, "--json"],
		]);
		expect(stdout + stderr).not.toContain("geheim");
	});

	test("a server that is not one of a queue ends it, and no stack trace is printed", async () => {
		const server = createServer((_, answer) => answer.end("hello"));
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		const { status, stderr } = await inProcess([
			...["join", "--quiet", "--queue", `redis://127.0.0.1:${port}`],
		]);
		server.closeAllConnections();
		server.close();
		expect(status).toBe(2);
		expect(stderr).toMatch(/^gen-dhparams: [^\n]+\n$/);
	}, 60_000);

	test("the help names every option, and docs/machines.md", async () => {
		const { status, stdout } = await inProcess(["join", "--help"]);
		expect(status).toBe(0);
		for (const name of ["queue", "queue-prefix", "queue-ca", "threads", "json"])
			expect(stdout).toContain(`--${name} `);
		expect(stdout).toContain("docs/machines.md");
	});
});

describe.runIf(hasRedis)("a queue", () => {
	let server: RedisServer;
	beforeAll(async () => {
		server = await RedisServer.start();
	});
	afterAll(() => server[Symbol.asyncDispose]());

	test("lines for people and for programs; a signal ends it with 130 or 143", async () => {
		const queue = ["--queue", server.url, "--threads", "1"];
		await using people = new Running(gen("join", ...queue));
		await using programs = new Running(gen("join", ...queue, "--json"));
		await using silent = new Running(gen("join", ...queue, "--quiet"));
		await people.says("end with Ctrl-C", "stderr");
		const haveUnits = () =>
			people.stderr.includes("Unit 1: 1024 bits, ") &&
			programs.stdout.includes("\n");
		// Which machine is up in time for a unit of a search, and which takes it, is a matter of chance.
		for (let number = 0; number < 10 && !haveUnits(); number++) {
			await using search = new Running(
				gen(
					...["moduli", "--sizes", "1024", "--per-size", "20"],
					...["--seed", `a ${number}`, "--allow-weak", "-q"],
					...["--queue", server.url],
				),
			);
			expect(await search.ended, search.stderr).toBe(0);
		}
		expect(haveUnits(), people.stderr).toBe(true);
		expect(await people.stop("SIGINT")).toBe(130);
		expect(await programs.stop("SIGTERM")).toBe(143);
		expect(await silent.stop("SIGINT")).toBe(130);
		expect(people.stdout).toBe("");
		for (const line of programs.stdout.trimEnd().split("\n")) {
			expectValid("join", line);
		}
		expect({ stdout: silent.stdout, stderr: silent.stderr }).toEqual({
			stdout: "",
			stderr: "",
		});
	}, 120_000);
});

test.runIf(hasRedis)(
	"the three commands of docs/machines.md, with a free port in the place of the name",
	async () => {
		const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-three-"));
		const port = await freePort();
		const [, block = ""] =
			/^```sh\n(redis-server .*?)^```/ms.exec(
				readFileSync("docs/machines.md", "utf8"),
			) ?? [];
		const [server, helper, search] = block
			.trimEnd()
			.split("\n")
			.map((line) =>
				line
					.replace(/^redis-server/, `$& --port ${port} --dir ${folder}`)
					.replace("queue.example.org", `127.0.0.1:${port}`)
					.replace("gen-dhparams ", `${process.execPath} ${MAIN} `)
					// The size, and the seed to compare by.
					.replace("8192", "1024 --seed three")
					.replace("dhparams.pem", join(folder, "dhparams.pem")),
			)
			// Signals are for the program.
			.map((line) => line.replace(/^((?:\w+=\S+ )?)/, "$1exec "))
			.map((line) => ["sh", "-c", line]);
		try {
			await using redis = new Running(server as string[]);
			await redis.says("Ready to accept connections", "stdout");
			await using worker = new Running(helper as string[]);
			await worker.says("end with Ctrl-C", "stderr");
			const searching = new Running(search as string[]);
			expect(await searching.ended, searching.stderr).toBe(0);
			const alone = new Running(gen("1024", "--seed", "three", "-q"));
			await alone.ended;
			expect(readFileSync(join(folder, "dhparams.pem"), "utf8")).toBe(
				alone.stdout,
			);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	},
	120_000,
);
