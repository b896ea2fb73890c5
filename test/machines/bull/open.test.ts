import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InvalidArgumentError, QueueError } from "../../../src/errors.js";
import {
	openUnitQueue,
	openUnitSource,
} from "../../../src/machines/bull/open.js";
import { hasPostgres, PostgresServer } from "./postgres-server.js";
import { hasRedis, RedisServer } from "./redis-server.js";

async function messageOf(url: string, options: object = {}): Promise<string> {
	const error: unknown = await openUnitSource(url, options).then(
		() => undefined,
		(error) => error,
	);
	expect(error).toBeInstanceOf(QueueError);
	const { message } = error as QueueError;
	expect(message).not.toMatch(/secret|wrong-one/);
	expect(message).not.toContain("\n");
	return message;
}

describe("URLs and options", () => {
	test.each([
		"",
		"localhost:6379",
		"http://localhost",
		"redis:///",
		"redis://host/name",
		"redis://host?tls=1",
		"redis://user:secret@host/1/2",
		"redis://:secret#1@host",
		"redis://host:99999",
		"mysql://user:secret@host/db",
	])("%s is not one", async (url) => {
		const error = await openUnitSource(url).catch((error) => error);
		expect(error).toBeInstanceOf(InvalidArgumentError);
		expect(error.message).not.toContain("secret");
	});

	test.each([
		[{ prefix: "a:b" }],
		[{ prefix: "" }],
		[{ lockMs: 10 }],
		[{ lockMs: Number.NaN }],
		[{ ca: 1 }],
		[{ lock: 1 }],
	])("%j are not options", async (options) => {
		await expect(
			openUnitSource("redis://127.0.0.1:1", options as object),
		).rejects.toThrow(InvalidArgumentError);
	});

	test("a coordinator names its search", async () => {
		await expect(
			openUnitQueue("redis://127.0.0.1:1", {} as { search: string }),
		).rejects.toThrow(/^search is undefined/);
	});
});

describe("servers that are not there, or something else", () => {
	const sockets = new Set<{ destroy(): void }>();
	const servers: Server[] = [];
	afterAll(() => {
		for (const socket of sockets) socket.destroy();
		for (const server of servers) server.close();
	});

	async function answering(text: string | undefined): Promise<number> {
		const server = createServer((socket) => {
			sockets.add(socket);
			socket.on("error", () => {});
			socket.on("data", () => text !== undefined && socket.end(text));
		});
		servers.push(server);
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		return (server.address() as { port: number }).port;
	}

	test.each(["redis", "rediss", "postgres"])(
		"%s: a closed port",
		async (scheme) => {
			const message = await messageOf(`${scheme}://u:secret@127.0.0.1:1/0`);
			expect(message).toMatch(
				/^The queue at \w+:\/\/127\.0\.0\.1:1\/0 refuses connections\. Start the server/,
			);
		},
	);

	test.each(["redis", "postgres"])("%s: an unknown host", async (scheme) => {
		const message = await messageOf(`${scheme}://nowhere.invalid/0`);
		expect(message).toMatch(/has a host name that does not resolve/);
	});

	test("a web server", async () => {
		const port = await answering("HTTP/1.1 400 Bad Request\r\n\r\n");
		expect(await messageOf(`redis://127.0.0.1:${port}`)).toMatch(
			/speaks another protocol/,
		);
		expect(await messageOf(`postgres://127.0.0.1:${port}/x`)).toMatch(
			/speaks another protocol|closes the connection/,
		);
	});

	test("a server that says nothing", async () => {
		const port = await answering(undefined);
		const messages = await Promise.all(
			["redis", "rediss", "postgres"].map((scheme) =>
				messageOf(`${scheme}://127.0.0.1:${port}/0`),
			),
		);
		for (const message of messages) expect(message).toMatch(/does not answer/);
	});
});

describe.skipIf(!hasRedis)("Redis", () => {
	let server: RedisServer;
	beforeAll(async () => {
		server = await RedisServer.start("--requirepass", "secret");
	});
	afterAll(async () => server[Symbol.asyncDispose]());

	test("no password, a wrong one, a right one from an option", async () => {
		expect(await messageOf(server.url)).toMatch(/wants a password/);
		const wrong = server.url.replace("//", "//:wrong-one@");
		expect(await messageOf(wrong)).toMatch(/refuses the user or the password/);
		const user = server.url.replace("//", "//nobody:secret@");
		expect(await messageOf(user)).toMatch(/refuses the user or the password/);
		const options = { password: "secret", search: "" };
		await (await openUnitQueue(server.url, options))[Symbol.asyncDispose]();
	});

	test("TLS to a port without it, and PostgreSQL's protocol: Redis waits for more", async () => {
		const messages = await Promise.all([
			messageOf(server.url.replace("redis:", "rediss:")),
			messageOf(`postgres://127.0.0.1:${server.port}/x`),
		]);
		for (const message of messages) {
			expect(message).toMatch(/does not answer\. .* speaks TLS/);
		}
	});

	test.each(["allkeys-lru", "volatile-ttl"])(
		"maxmemory-policy %s",
		async (policy) => {
			await using evicting = await RedisServer.start(
				"--maxmemory-policy",
				policy,
			);
			expect(await messageOf(evicting.url)).toMatch(
				new RegExp(`maxmemory-policy ${policy}.*noeviction`),
			);
		},
	);

	test("a replica", async () => {
		await using replica = await RedisServer.start(
			"--replicaof",
			`127.0.0.1 ${server.port}`,
		);
		expect(await messageOf(replica.url)).toMatch(/is a replica/);
	});
});

describe.skipIf(!hasPostgres)("PostgreSQL", () => {
	let server: PostgresServer;
	beforeAll(async () => {
		server = await PostgresServer.start();
	});
	afterAll(async () => server[Symbol.asyncDispose]());

	test("a wrong password, none, another database, no right to make a schema", async () => {
		const wrong = server.url.replace("secret", "wrong-one");
		expect(await messageOf(wrong)).toMatch(/refuses the user or the password/);
		const none = server.url.replace(":secret", "");
		expect(await messageOf(none)).toMatch(/refuses the user or the password/);
		const other = server.url.replace(/postgres$/, "other");
		expect(await messageOf(other)).toMatch(/does not have this database/);
		server.sql("CREATE USER worker PASSWORD 'secret'");
		const poor = server.url.replace("dh:", "worker:");
		expect(await messageOf(poor)).toMatch(/does not permit this user to make/);
	});

	test("TLS to a server without it; Redis' protocol", async () => {
		expect(await messageOf(`${server.url}?sslmode=verify-full`)).toMatch(
			/does not speak TLS on this port/,
		);
		expect(await messageOf(`redis://127.0.0.1:${server.port}`)).toMatch(
			/speaks another protocol|closes the connection/,
		);
	});
});

test.skipIf(!hasPostgres)(
	"PostgreSQL as docs/machines.md sets it up, with TLS",
	async () => {
		await using server = await PostgresServer.start(true);
		const page = ["docs/machines.md", "docs/machines-queue.md"]
			.filter((name) => existsSync(name))
			.map((name) => readFileSync(name, "utf8"))
			.find((text) => text.includes("CREATE ROLE"));
		const statements = /```sql\n([\s\S]*?)```/.exec(page ?? "")?.[1] ?? "";
		for (const statement of statements.split(";")) {
			if (statement.trim() !== "")
				server.sql(statement.replace("…", "a secret%@:1"));
		}
		const url = `postgres://dhparams@127.0.0.1:${server.port}/dhparams`;
		const file = join(server.folder, "server.crt");
		const search = "s";
		const password = "a secret%@:1";
		const ca = readFileSync(file, "utf8");
		for (const [given, options] of [
			[`${url}?sslmode=verify-full&sslrootcert=${file}`, { search, password }],
			[url, { search, password, ca }],
		] as const) {
			const queue = await openUnitQueue(given, options);
			const uses = `SELECT count(*) > 0 FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'dhparams' AND ssl`;
			expect(server.sql(uses)).toBe("t");
			await queue[Symbol.asyncDispose]();
		}
		const message = await messageOf(`${url}?sslmode=verify-full`, { password });
		expect(message).toMatch(/has a certificate that is not trusted/);
		const other = url.replace("127.0.0.1", "localhost");
		expect(await messageOf(other, { password, ca })).toMatch(
			/has a certificate for another name/,
		);
		const environment = spawnSync(
			process.execPath,
			[
				"--input-type=module",
				"-e",
				`import { openUnitQueue } from "${process.cwd()}/dist/src/machines/bull/open.js"; await (await openUnitQueue("${url}", { search: "s" }))[Symbol.asyncDispose](); console.log("open");`,
			],
			{ encoding: "utf8", env: { ...process.env, PGPASSWORD: password } },
		);
		expect(environment.stdout).toBe("open\n");
	},
);

test("without the client libraries: one line that says what to install", () => {
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-peers-"));
	try {
		// The compiled files away from node_modules.
		symlinkSync(
			join(process.cwd(), "package.json"),
			join(folder, "package.json"),
		);
		spawnSync("cp", ["-r", "dist", folder]);
		const file = join(folder, "dist/src/machines/bull/open.js");
		const ends = ["redis://127.0.0.1:1", "postgres://127.0.0.1:1/x"].map(
			(url) =>
				spawnSync(
					process.execPath,
					[
						"--input-type=module",
						"-e",
						`import { openUnitSource } from "${file}"; await openUnitSource("${url}").catch((error) => console.log(error.code, error.message));`,
					],
					{ encoding: "utf8" },
				).stdout,
		);
		const start =
			"ERR_INVALID_ARGUMENT A queue on a server needs packages that are not installed: npm install";
		expect(ends).toEqual([`${start} bullmq ioredis\n`, `${start} bullmq pg\n`]);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
