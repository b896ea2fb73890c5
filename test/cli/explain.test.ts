import { spawnSync } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { expect, test } from "vitest";
import { MESSAGES } from "../../src/guide/messages/messages.js";
import { selfSigned } from "../probe/scripted-server.js";
import { OLD_GROUP } from "../servers/upgrade-scenario.js";
import { command } from "./command.js";
import { inProcess } from "./in-process.js";

const SEED =
	"STARTTLS=client, error: connect failed=-1, reason=dh key too small, SSL_error=1, errno=0";

test("says what to do in its first lines, within 80 columns", async () => {
	const { stdout, stderr, status } = await inProcess(["explain", SEED]);
	expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
	expect(stdout).toContain("dh key too small (seen by a client)");
	expect(stdout).toContain(
		"  gen-dhparams ensure /etc/mail/tls/dhparams.pem\n",
	);
	expect(stdout).toContain("  gen-dhparams config sendmail ");
	expect(stdout).toContain("The danger: ");
	for (const line of stdout.split("\n")) {
		if (/^ {2}in: |^https:/.test(line)) continue;
		expect(line.length).toBeLessThanOrEqual(80);
	}
});

test("takes words without quotes, and a log from standard input", async () => {
	expect(
		(await inProcess(["explain", ..."no shared cipher".split(" ")])).stdout,
	).toContain("no shared cipher (seen by a server)");
	const log = `noise\n${SEED}\nSSL alert number 40\n`;
	const { stdout } = command(["explain", "-", "--json"], { input: log });
	const ids = JSON.parse(stdout).map(({ id }: { id: string }) => id);
	expect(ids).toEqual(["dh-key-too-small", "handshake-failure"]);
});

test("lists what it knows", async () => {
	const { stdout, status } = await inProcess(["explain"]);
	expect(status).toBe(0);
	for (const { title } of MESSAGES) expect(stdout).toContain(title);
	expect(
		JSON.parse((await inProcess(["explain", "--json"])).stdout),
	).toHaveLength(MESSAGES.length);
});

test("what it does not know ends with 1, what is none with 2", async () => {
	const unknown = await inProcess(["explain", "all is well"]);
	expect(unknown).toMatchObject({ stdout: "", status: 1 });
	expect(unknown.stderr).toContain("no message about Diffie-Hellman");
	expect(
		JSON.parse((await inProcess(["explain", "well", "--json"])).stdout),
	).toEqual([]);
	expect((await inProcess(["explain", " "])).status).toBe(2);
	expect(
		command(["explain", "-"], { input: "x".repeat(2 ** 20 + 1) }),
	).toMatchObject({ stdout: "", status: 2 });
});

test("understands what programs say to a server with a small group today", async () => {
	const { key, cert } = selfSigned();
	const server = createServer({
		key,
		cert,
		dhparam: OLD_GROUP,
		ciphers: "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
		maxVersion: "TLSv1.2",
	}).on("tlsClientError", () => {});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const said: string[] = [];
	const options = { port, host: "127.0.0.1", rejectUnauthorized: false };
	for (const more of [
		{ ciphers: "DEFAULT@SECLEVEL=2" },
		{ ciphers: "DEFAULT@SECLEVEL=0", minDHSize: 2048 },
	]) {
		const socket = connect({ ...options, ...more });
		const [error] = await once(socket, "error").catch((e) => [e]);
		said.push(
			`${(error as { code?: string }).code} ${(error as Error).message}`,
		);
		socket.destroy();
	}
	server.close();
	const found: string[] = [];
	for (const line of said) {
		const { stdout } = await inProcess(["explain", line, "--json"]);
		found.push(JSON.parse(stdout)[0]?.id);
	}
	expect(found).toEqual(["dh-key-too-small", "node-dh-param-size"]);
});

test("understands OpenSSL's own words for each code", async () => {
	for (const [code, id] of [
		["0A00018A", "dh-key-too-small"],
		["0A000410", "handshake-failure"],
		["0A0000C1", "no-shared-cipher"],
		["0A000066", "bad-dh-value"],
		["0A00018F", "certificate-too-weak"],
		["0A000102", "unsupported-protocol"],
	] as const) {
		const { stdout } = spawnSync("openssl", ["errstr", code], {
			encoding: "utf8",
		});
		expect(stdout).toContain(code);
		for (const text of [stdout, code, `error:${code.toLowerCase()}`]) {
			const found = JSON.parse(
				(await inProcess(["explain", text, "--json"])).stdout,
			);
			expect(found[0]?.id, text).toBe(id);
		}
	}
});
