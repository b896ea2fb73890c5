import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { ProbeReport } from "../../src/probe/probe.js";
import { expectValid } from "../cli/schema.js";
import {
	canRun,
	freePort,
	genDhparams,
	type ServerCommand,
	sClientTempKey,
	start,
	type TestDirectory,
	testDirectory,
} from "./program.js";
import { OLD_GROUP } from "./upgrade-scenario.js";

const OPENSSL = "/usr/bin/openssl";
const GNUTLS = "/usr/bin/gnutls-serv";

/** What `probe --json` says of a server, with its exit status, and what OpenSSL says. */
async function meet(
	command: (directory: TestDirectory, port: number) => ServerCommand,
): Promise<{ status: number | null; report: ProbeReport; openssl: string }> {
	using directory = testDirectory();
	const port = await freePort();
	await using _server = await start(directory, port, command(directory, port));
	const { status, stdout, stderr } = genDhparams(
		"probe",
		`127.0.0.1:${port}`,
		"--json",
	);
	expect(stderr).toBe("");
	expectValid("probe", stdout);
	return {
		status,
		report: JSON.parse(stdout),
		openssl: sClientTempKey(port, "none"),
	};
}

const ids = ({ findings }: ProbeReport) => findings.map(({ id }) => id);

const sServer =
	(...more: string[]) =>
	({ path }: TestDirectory, port: number): ServerCommand => ({
		command: OPENSSL,
		args: [
			...["s_server", "-quiet", "-accept", `127.0.0.1:${port}`],
			...["-key", `${path}/key.pem`, "-cert", `${path}/cert.pem`, ...more],
		],
	});

/** A standard group as OpenSSL writes it. */
function dhFile(directory: TestDirectory, group: string): string {
	const args = `genpkey -genparam -algorithm DH -pkeyopt group:${group}`;
	const pem = execFileSync(OPENSSL, args.split(" "), { encoding: "utf8" });
	return directory.write("dh.pem", pem);
}

describe.runIf(canRun(OPENSSL))("openssl s_server", () => {
	test("with a group of 1024 bits", async () => {
		const { status, report, openssl } = await meet((directory, port) =>
			sServer(
				...["-dhparam", directory.write("dh.pem", OLD_GROUP)],
				...["-cipher", "ALL:@SECLEVEL=0"],
			)(directory, port),
		);
		expect(status).toBe(1);
		expect(openssl).toBe("DH, 1024 bits");
		expect(report).toMatchObject({
			verdict: "reject",
			dhe: { temporaryKey: openssl },
			groups: [{ validation: { group: null } }],
		});
	});

	test.each(["ffdhe2048", "ffdhe3072", "ffdhe4096", "modp_2048"])(
		"with %s",
		async (name) => {
			const { status, report, openssl } = await meet((directory, port) =>
				sServer("-dhparam", dhFile(directory, name))(directory, port),
			);
			expect(status).toBe(0);
			expect(report.verdict).toBe("accept");
			expect(report.groups[0]?.validation.group).toBe(name);
			expect(report.dhe).toMatchObject({ temporaryKey: openssl });
		},
	);

	test("with ECDHE only", async () => {
		const { status, report, openssl } = await meet(
			sServer("-cipher", "ECDHE", "-groups", "X25519"),
		);
		expect(status).toBe(0);
		expect(openssl).toBe("none");
		expect(report).toMatchObject({
			verdict: "accept",
			groups: [],
			modern: { version: "TLSv1.3", temporaryKey: "X25519" },
			ffdhe: { refusal: "alert 40, handshake_failure" },
		});
	});

	test("with a group of RFC 7919 in TLS 1.3", async () => {
		const { report } = await meet(
			sServer("-tls1_3", "-groups", "ffdhe2048:X25519"),
		);
		expect(report).toMatchObject({
			verdict: "accept",
			dhe: { refusal: "alert 70, protocol_version" },
			ffdhe: { version: "TLSv1.3", temporaryKey: "ffdhe2048" },
		});
	});

	test("with groups of RFC 7919 and nothing else", async () => {
		const { status, report } = await meet(
			sServer("-tls1_3", "-groups", "ffdhe3072"),
		);
		expect(status).toBe(0);
		expect(report).toMatchObject({
			verdict: "warn",
			modern: { version: "TLSv1.3", temporaryKey: "ffdhe3072" },
			ffdhe: { temporaryKey: "ffdhe3072" },
		});
		expect(ids(report)).toEqual(["ffdhe-only", "no-dhe"]);
	});

	test("current clients do connect to that", async () => {
		using directory = testDirectory();
		const port = await freePort();
		const server = sServer("-tls1_3", "-groups", "ffdhe3072");
		await using _server = await start(directory, port, server(directory, port));
		for (const [client, ...args] of [
			["openssl", "s_client", "-connect", `127.0.0.1:${port}`],
			["gnutls-cli", "--insecure", "-p", String(port), "127.0.0.1"],
		] as [string, ...string[]][]) {
			const { stdout } = spawnSync(client, args, {
				input: "",
				encoding: "utf8",
				timeout: 10_000,
			});
			expect(stdout).toMatch(/ffdhe3072|DH, 3072 bits/i);
		}
	});

	test.each([
		["TLSv1", "-tls1"],
		["TLSv1.1", "-tls1_1"],
	])("with nothing newer than %s", async (version, option) => {
		for (const [cipher, old] of [
			["ALL:!aNULL:@SECLEVEL=0", "ECDHE-RSA-AES256-SHA"],
			["DHE-RSA-AES128-SHA:@SECLEVEL=0", "DHE-RSA-AES128-SHA"],
			["AES128-SHA:@SECLEVEL=0", "AES128-SHA"],
		] as const) {
			const { status, report } = await meet(sServer(option, "-cipher", cipher));
			expect(status).toBe(0);
			expect(report).toMatchObject({
				verdict: "warn",
				modern: { refusal: expect.stringContaining(version) },
				outdated: { version, suite: old },
			});
			// One statement on what current clients get.
			expect(
				ids(report).filter((id) =>
					["tls-version", "current-clients", "no-ecdhe"].includes(id),
				),
			).toEqual(["tls-version"]);
		}
	});

	test("with a key exchange without a certificate", async () => {
		const { status, report } = await meet(
			sServer("-tls1_2", "-cipher", "ALL:aNULL:@SECLEVEL=0"),
		);
		expect(status).toBe(1);
		expect(report).toMatchObject({
			verdict: "reject",
			anonymous: { suite: "ADH-AES256-GCM-SHA384" },
		});
		expect(ids(report)).toContain("anonymous");
	});

	test("with a group of its own, which costs more, and with a standard one", async () => {
		const own = await meet((directory, port) =>
			sServer("-dhparam", directory.write("dh.pem", OWN_GROUP))(
				directory,
				port,
			),
		);
		expect(ids(own.report)).toContain("group-cost");
		expect(ids(own.report)).toContain("dhe-deprecated");
		const standard = await meet((directory, port) =>
			sServer("-dhparam", dhFile(directory, "ffdhe2048"))(directory, port),
		);
		expect(ids(standard.report)).not.toContain("group-cost");
	});

	test("among several hosts", async () => {
		using directory = testDirectory();
		const [port, closed] = [await freePort(), await freePort()];
		await using _server = await start(
			directory,
			port,
			sServer()(directory, port),
		);
		const args = [
			"probe",
			"127.0.0.1",
			String(port),
			`https://localhost:${closed}/`,
		];
		const words = genDhparams(...args);
		expect(words.status).toBe(3);
		expect(words.stdout).toMatch(new RegExp(`^127.0.0.1:${port}: accepted\n`));
		expect(words.stderr).toMatch(/refuses the connection/);
		const json = genDhparams(...args, "--json");
		expectValid("probe", json.stdout);
		expect(JSON.parse(json.stdout)).toMatchObject([
			{ port, verdict: "accept" },
			{
				target: `https://localhost:${closed}/`,
				error: { failure: "unreachable" },
			},
		]);
		const quiet = genDhparams("probe", `127.0.0.1:${port}`, "--quiet");
		expect(quiet).toMatchObject({ status: 0, stdout: "", stderr: "" });
	});
});

/** By `gen-dhparams 2048`. */
const OWN_GROUP = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEAkviAC2EM4JWaNHV61dgya5QOLNNlaHMS9L+4iBlcig7HRRoFYYng
psOGpF2HLfJy2IP4IphjIVA21qQYamP98wEds777xrc4sLWd87AsDuVia5sppQiW
GpBphIyB7wjdJQPL6CjhO/FSjb+7a11ajnX+xqPeg142FhepCxOmeYBlaDB2ano4
cIQ9DJEI22cK0BTp0emTeWBEQN1qknsICo0nVLjMP+t3kVrbfQXFIaj4TFfMN7wK
Kvmdyej6jB0aN5G8D7eCeXpDtXJUY1juIcobC6PCiNmBsCCAy2DcF4K/bqtXn2D4
Tgfw5ZxYUEFhP8HLee2y08w5VeLtbcmrbwIBAg==
-----END DH PARAMETERS-----
`;

/** By `openssl dhparam 512`: OpenSSL 3 makes such a file and serves it at no security level. */
const GROUP_OF_512_BITS = `-----BEGIN DH PARAMETERS-----
MEYCQQChVwag7XhrIsV6s63CNuPPoefeTZd7zFeGc346kw5R25aerGWNw11x0CDG
Tpi3oBkZZx1JY4zGQZlvfmcrXv53AgEC
-----END DH PARAMETERS-----
`;

describe.runIf(canRun(GNUTLS))("gnutls-serv", () => {
	test("with a group of 512 bits", async () => {
		const { status, report } = await meet((directory, port) => ({
			command: GNUTLS,
			args: [
				...["--quiet", "--port", String(port)],
				...["--x509keyfile", `${directory.path}/key.pem`],
				...["--x509certfile", `${directory.path}/cert.pem`],
				...["--dhparams", directory.write("dh.pem", GROUP_OF_512_BITS)],
			],
		}));
		expect(status).toBe(1);
		expect(report).toMatchObject({
			verdict: "reject",
			dhe: { temporaryKey: "DH, 512 bits" },
			exportDhe: { refusal: expect.any(String) },
		});
	});

	test("with anonymous DH", async () => {
		const { status, report } = await meet(({ path }, port) => ({
			command: GNUTLS,
			args: [
				...["--quiet", "--port", String(port)],
				...["--priority", "NORMAL:+ANON-DH:+ANON-ECDH:-VERS-TLS1.3"],
				...["--x509keyfile", `${path}/key.pem`],
				...["--x509certfile", `${path}/cert.pem`],
			],
		}));
		expect(status).toBe(1);
		expect(ids(report)).toContain("anonymous");
	});

	test("with its own choice of a group", async () => {
		const { status, report, openssl } = await meet(({ path }, port) => ({
			command: GNUTLS,
			args: [
				...["--quiet", "--port", String(port)],
				...["--x509keyfile", `${path}/key.pem`],
				...["--x509certfile", `${path}/cert.pem`],
			],
		}));
		expect(status).toBe(0);
		expect(openssl).toBe("DH, 2048 bits");
		expect(report.groups[0]?.validation.group).toBe("ffdhe2048");
	});
});
