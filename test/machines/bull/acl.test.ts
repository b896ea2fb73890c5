import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
	openUnitQueue,
	openUnitSource,
} from "../../../src/machines/bull/open.js";
import { freePort } from "../../servers/program.js";
import { Coordinator, Machine, units } from "./machines.js";
import { hasRedis } from "./redis-server.js";

const PASSWORD = "p%?#@:/w";

describe.skipIf(!hasRedis)("docs/machines/redis-queue.conf", () => {
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-acl-"));
	const certificate = join(folder, "redis.crt");
	const key = join(folder, "redis.key");
	let port: number;
	let ca: string;
	let server: ReturnType<typeof spawn>;

	const cli = (...args: string[]) =>
		spawnSync(
			"redis-cli",
			[
				...["-p", String(port), "--tls", "--cacert", certificate],
				...["--user", "gen-dhparams", ...args],
			],
			{ encoding: "utf8", env: { ...process.env, REDISCLI_AUTH: PASSWORD } },
		).stdout;

	const admin = (...args: string[]) =>
		spawnSync("redis-cli", [
			...["-p", String(port), "--tls", "--cacert", certificate],
			...["--user", "admin", "--pass", "admin", "--no-auth-warning", ...args],
		]);

	beforeAll(async () => {
		port = await freePort();
		const subject = "-subj /CN=queue -addext subjectAltName=IP:127.0.0.1";
		const made = "-x509 -newkey rsa:2048 -nodes -days 2".split(" ");
		const files = ["-keyout", key, "-out", certificate];
		spawnSync("openssl", ["req", ...made, ...subject.split(" "), ...files]);
		ca = readFileSync(certificate, "utf8");
		const file = join(folder, "redis.conf");
		const text = readFileSync("docs/machines/redis-queue.conf", "utf8")
			.replaceAll("/etc/redis", folder)
			.replace("/var/lib/redis", folder)
			.replace("tls-port 6379", `tls-port ${port}`)
			.replace(">PASSWORD", `>${PASSWORD}`)
			.concat("user admin on >admin ~* +@all\n");
		writeFileSync(file, text);
		server = spawn("redis-server", [file], { stdio: "ignore" });
		for (let tries = 0; tries < 100 && !cli("ping").includes("PONG"); tries++) {
			await sleep(50);
		}
	});
	afterAll(async () => {
		const ended = new Promise((resolve) => server.once("exit", resolve));
		server.kill();
		await ended;
		rmSync(folder, { recursive: true });
	});

	const url = (password = encodeURIComponent(PASSWORD)) =>
		`rediss://gen-dhparams:${password}@127.0.0.1:${port}`;

	test("a whole search: units, results, a dead machine, withdrawals, a refused machine", async () => {
		const options = { lockMs: 2000 };
		const queue = await openUnitQueue(url(), { ...options, ca, search: "s" });
		await using coordinator = new Coordinator(queue);
		const env = ["env", `NODE_EXTRA_CA_CERTS=${certificate}`];
		const machine = (name: string, more: object) =>
			new Machine({ url: url(), name, options, ...more }, env);
		await coordinator.queue.add(units(2));
		await machine("dying", { diesAt: 0 }).ended;
		await using one = machine("one", { ms: 100 });
		await coordinator.results(2);
		await coordinator.queue.refuse(["one"]);
		await one.line("error");
		await using two = machine("two", { ms: 60_000 });
		await coordinator.queue.add(units(2, { seed: "other" }));
		await two.line("began");
		await coordinator.queue.withdraw(units(2, { seed: "other" }));
		await two.line("aborted");
		expect(coordinator.of("stalled")).toHaveLength(1);
		expect(coordinator.of("failed")).toEqual([]);
		expect(coordinator.of("connection")).toEqual([]);
		expect(one.errors + two.errors).toBe("");
	});

	test("what it does not permit", async () => {
		const search = "s";
		for (const [given, message] of [
			[{ search, ca, prefix: "another" }, /does not permit this user.*ACL/],
			[
				{ search },
				/has a certificate that is not trusted.*NODE_EXTRA_CA_CERTS/,
			],
		] as const) {
			const error = await openUnitQueue(url(), given)
				.then((queue) => queue[Symbol.asyncDispose]())
				.catch(({ message }) => message);
			expect(error ?? "").toMatch(message);
		}
		const wrong = openUnitSource(url("wrong"), { ca });
		await expect(wrong).rejects.toThrow(/refuses the user or the password/);
		const other = url().replace("127.0.0.1", "localhost");
		await expect(openUnitSource(other, { ca })).rejects.toThrow(
			/has a certificate for another name/,
		);
		for (const command of ["keys *", "get x", "flushall", "config get *"]) {
			expect(cli(...command.split(" "))).toMatch(/NOPERM/);
		}
		expect(cli("eval", "return redis.call('get', 'x')", "0")).toMatch(
			/can't access|NOPERM/,
		);
	});

	test("rights that are taken away: all ends say so, and end", async () => {
		const search = "s";
		const queue = await openUnitQueue(url(), {
			search,
			ca,
			lockMs: 2000,
		});
		const events = queue.events(new AbortController().signal);
		const next = (async () => {
			for await (const _ of events);
		})();
		const ended = expect(next).rejects.toThrow(/does not permit this user/);
		const machine = new Machine({
			url: url(),
			name: "one",
			options: { ca, lockMs: 2000 },
		});
		await machine.line("ready");
		admin("acl", "setuser", "gen-dhparams", "-@all", "+@connection");
		await ended;
		await expect(queue.add(units(1))).rejects.toThrow(/does not permit/);
		expect(await machine.line("error")).toMatchObject({
			code: "ERR_QUEUE",
			error: expect.stringMatching(/does not permit this user/),
		});
		await machine.ended;
		await queue[Symbol.asyncDispose]();
	});
});
