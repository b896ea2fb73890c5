import { spawn } from "node:child_process";
import { getDiffieHellman } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fromBytes } from "../../src/arithmetic/integers.js";
import {
	alert,
	dheFlight,
	readClientHello,
	serve,
} from "../probe/scripted-server.js";
import { groupMessage, sshServer } from "../probe/ssh-server.js";
import { MAIN } from "./command.js";
import { expectValid } from "./schema.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-probe-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MODP2048 = fromBytes(getDiffieHellman("modp14").getPrime());
const MODP1024 = fromBytes(getDiffieHellman("modp2").getPrime());

/** Runs the command beside a server in this process, which a synchronous call would starve. */
async function probe(...args: readonly string[]) {
	const child = spawn(process.execPath, [MAIN, "probe", ...args], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, NO_COLOR: "1" },
	});
	let [stdout, stderr] = ["", ""];
	child.stdout.on("data", (chunk) => {
		stdout += chunk;
	});
	child.stderr.on("data", (chunk) => {
		stderr += chunk;
	});
	const status = await new Promise((resolve) => child.once("close", resolve));
	return { status, stdout, stderr };
}

const serving = (p: bigint) =>
	serve((socket, number) => {
		socket.once("data", (bytes) => {
			const hasDhe = readClientHello(bytes).suites.includes(0x009f);
			const publicValue = 1n << BigInt(100 + number);
			socket.write(hasDhe ? dheFlight(p, 2n, publicValue) : alert(2, 40));
		});
	});

describe("gen-dhparams probe", () => {
	test("accepts a good group", async () => {
		await using server = await serving(MODP2048);
		const target = `127.0.0.1:${server.port}`;
		const begun = Date.now();
		const found = await probe(target);
		// Nothing that was waited for keeps the process alive for the rest of its 10 s.
		expect(Date.now() - begun).toBeLessThan(8000);
		expect(found).toEqual({
			status: 0,
			stderr: "",
			stdout: `${target}: accepted
Server Temp Key: DH, 2048 bits (modp_2048)
  DHE               DH, 2048 bits, TLSv1.2, DHE-RSA-AES256-GCM-SHA384
  current clients   DH, 2048 bits, TLSv1.2, DHE-RSA-AES256-GCM-SHA384
  export-grade DHE  no (alert 40, handshake_failure)
  no certificate    no (alert 40, handshake_failure)
  note    no-ecdhe: Current clients get DHE too: this group protects everyone.
          ECDHE is faster and needs no parameters; enable it where you can.
          [RFC 9325 section 4.2]
  note    dhe-deprecated: DHE in TLS 1.2 is deprecated: it serves clients that have neither ECDHE nor TLS 1.3.
          Where no such client is left, take the DHE suites out of the cipher list; then no parameters are needed.
          [RFC 10015]
`,
		});
		expect((await probe(target, "--min-bits", "3072")).status).toBe(1);
		expect((await probe(target, "--policy", "strict")).status).toBe(1);
	});

	test("rejects a weak one, as text and as JSON", async () => {
		await using server = await serving(MODP1024);
		const target = `127.0.0.1:${server.port}`;
		const words = await probe(target);
		expect(words.status).toBe(1);
		expect(words.stdout).toContain(
			"Server Temp Key: DH, 1024 bits (modp_1024)\n",
		);
		expect(words.stdout.trimEnd().split("\n").at(-1)).toBe(
			"Next: gen-dhparams config SERVER --path dhparams.pem says where a new group goes.",
		);
		const json = await probe(target, "--json");
		expect(json.status).toBe(1);
		expect(JSON.parse(json.stdout)).toMatchObject({
			host: "127.0.0.1",
			port: server.port,
			verdict: "reject",
			groups: [{ params: { bits: 1024, g: "2" } }],
		});
	});

	test("saves the served group, and overwrites nothing", async () => {
		await using server = await serving(MODP2048);
		const target = `127.0.0.1:${server.port}`;
		const file = join(folder, "served.pem");
		expect((await probe(target, "--pem", file)).status).toBe(0);
		const pem = readFileSync(file, "utf8");
		expect(pem).toMatch(/^-----BEGIN DH PARAMETERS-----\n/);
		const again = await probe(target, "--pem", file);
		expect(again).toMatchObject({ status: 2, stdout: "" });
		expect(again.stderr).toContain(file);
		const forced = await probe(target, "--pem", file, "--force");
		expect(forced.status).toBe(0);
	});

	test("says where there is no group to save", async () => {
		await using server = await serve((socket) => {
			socket.once("data", (bytes) => {
				const isModern = readClientHello(bytes).suites.includes(0x002f);
				socket.write(
					isModern
						? dheFlight(MODP2048, 2n, 4n, { suite: 0x002f })
						: alert(2, 40),
				);
			});
		});
		const file = join(folder, "none.pem");
		const { status, stdout, stderr } = await probe(
			`127.0.0.1:${server.port}`,
			...["--pem", file],
		);
		expect(status).toBe(2);
		expect(stdout).toContain("Server Temp Key: not DH");
		expect(stderr).toMatch(
			/none\.pem is not written: the server offers no DHE/,
		);
		expect(existsSync(file)).toBe(false);
	});

	test("ends with 3 and one line where there is nothing to probe", async () => {
		await using server = await serve((socket) => socket.end("220 hi\r\n"));
		const target = `127.0.0.1:${server.port}`;
		const { status, stdout, stderr } = await probe(target);
		expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
		expect(stderr).toBe(
			`gen-dhparams: ${target} does not speak TLS here: it sent "220 hi"; it speaks SMTP (or FTP); try --starttls smtp.\n`,
		);
	});

	test("keeps to its time", async () => {
		await using server = await serve(() => {});
		const target = `127.0.0.1:${server.port}`;
		const begun = Date.now();
		const { status, stderr } = await probe(target, "--timeout", "0.3");
		expect(Date.now() - begun).toBeLessThan(5000);
		expect(status).toBe(3);
		expect(stderr).toBe(
			`gen-dhparams: ${target} timed out after 0.3 s while waiting for the ServerHello.\n`,
		);
	});

	test.each([
		[["192.0.2.0/24"], "is not one host"],
		[["http://example.org/"], "https:"],
		[["https://me:secret@example.org/"], "user name"],
		[["localhost:25", "26"], "another port"],
		[["localhost", "example.org", "--pem", "x"], "--pem goes with one host"],
		[["localhost:99999"], 'has the port "99999"'],
		[["localhost", "--starttls", "gopher"], '"gopher" is not known'],
		[["localhost", "--timeout", "soon"], '--timeout is "soon"'],
		[["localhost", "--timeout", "0"], '--timeout is "0"'],
		[["localhost", "--ip", "example.org"], 'ip is "example.org"'],
		[["localhost", "--min-bits", "many"], '--min-bits is "many"'],
		[["localhost", "--policy", "lax"], '"lax"'],
		[["localhost", "--pem", "/no/such/folder/x.pem"], "/no/such/folder"],
		[[], "missing required argument"],
	])("calls %j bad usage", async (args, message) => {
		const { status, stdout, stderr } = await probe(...args);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toContain(message);
		expect(stderr.trimEnd().split("\n")).toHaveLength(1);
	});

	const GEX = "diffie-hellman-group-exchange-sha256";

	test("reads the groups of an SSH server", async () => {
		await using server = await sshServer(["curve25519-sha256", GEX], () =>
			groupMessage(MODP2048, 2n),
		);
		const target = `ssh://127.0.0.1:${server.port}`;
		const file = join(folder, "ssh.pem");
		const found = await probe(target, "--pem", file);
		expect(found).toMatchObject({ status: 0, stderr: "" });
		expect(found.stdout).toContain(
			`127.0.0.1:${server.port} with SSH: accepted
  greeting          "SSH-2.0-Scripted_1.0"
  key exchanges     curve25519-sha256 (elliptic curve)
                    ${GEX} (finite field, a group of the server's choice)
  group exchange    ${GEX}
                    3072 of 2048 to 8192 bits (OpenSSH with a 128-bit cipher): 2048 bits (modp_2048)
`,
		);
		expect(readFileSync(file, "utf8")).toMatch(/^-----BEGIN DH PARAMETERS/);
		expect((await probe(target, "--min-bits", "3072", "-q")).status).toBe(1);
		const strict = await probe(target, "--policy", "strict", "--json");
		expect(strict.status).toBe(1);
		expectValid("probe", strict.stdout);
	});

	test("takes servers of TLS and SSH together, in JSON too", async () => {
		await using tls = await serving(MODP2048);
		await using ssh = await sshServer([GEX], () => groupMessage(MODP1024, 2n));
		await using silent = await serve((socket) => socket.end("hello\r\n"));
		const { status, stdout, stderr } = await probe(
			`127.0.0.1:${tls.port}`,
			`ssh://127.0.0.1:${ssh.port}`,
			`sftp://127.0.0.1:${silent.port}`,
			"--json",
		);
		expect(status).toBe(3);
		expectValid("probe", stdout);
		expect(JSON.parse(stdout)).toMatchObject([
			{ starttls: "none", verdict: "accept" },
			{ protocol: "ssh", verdict: "reject" },
			{ error: { failure: "closed" } },
		]);
		expect(stderr).toBe(
			`gen-dhparams: 127.0.0.1:${silent.port} closed the connection where the SSH identification line was expected; it sent "hello" before.\n`,
		);
	});

	test("advises how a rejected group of an SSH server is replaced", async () => {
		await using server = await sshServer([GEX], () =>
			groupMessage(MODP1024, 2n),
		);
		const { stdout } = await probe(`ssh://127.0.0.1:${server.port}`);
		expect(stdout).toContain(
			"Replace it in the moduli file: gen-dhparams config openssh",
		);
		expect(stdout).not.toContain("dhparams.pem");
	});

	test("says where an SSH server has no group to save", async () => {
		await using server = await sshServer(["curve25519-sha256"]);
		const file = join(folder, "no-ssh.pem");
		const { status, stdout, stderr } = await probe(
			`ssh://127.0.0.1:${server.port}`,
			...["--pem", file],
		);
		expect(status).toBe(2);
		expect(stdout).toContain("There is nothing to fix.");
		expect(stderr).toMatch(/is not written: the server offers no group ex/);
		expect(existsSync(file)).toBe(false);
	});

	test.each([
		[["ssh://localhost", "--starttls", "smtp"], "--starttls is for TLS"],
		[["ssh://localhost", "--servername", "x"], "--servername is for TLS"],
		[["ssh://me@localhost"], "user name"],
		[["ssh://localhost:0"], 'has the port "0"'],
		[["ssh://"], "is not one host"],
		[["ssh://localhost", "22"], "another port"],
		[["ssh://192.0.2.0/24x", "ssh://a b"], "is not one host"],
	])("calls %j bad usage", async (args, message) => {
		const { status, stdout, stderr } = await probe(...args);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toContain(message);
		expect(stderr.trimEnd().split("\n")).toHaveLength(1);
	});

	test("explains itself", async () => {
		const { status, stdout } = await probe("--help");
		expect(status).toBe(0);
		expect(stdout).toContain(
			"Usage: gen-dhparams probe HOST[:PORT]... [options]",
		);
		for (const line of stdout.split("\n")) {
			expect(line.length).toBeLessThanOrEqual(80);
		}
	});
});
