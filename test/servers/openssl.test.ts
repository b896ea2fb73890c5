import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { ProbeReport } from "../../src/probe/probe.js";
import {
	canRun,
	freePort,
	genDhparams,
	type ServerCommand,
	sClientTempKey,
	start,
	type Workshop,
	workshop,
} from "./program.js";
import { OLD_GROUP } from "./walk.js";

const OPENSSL = "/usr/bin/openssl";
const GNUTLS = "/usr/bin/gnutls-serv";

/** What `probe --json` says of a server, with its exit status, and what OpenSSL says. */
async function meet(
	command: (shop: Workshop, port: number) => ServerCommand,
): Promise<{ status: number | null; report: ProbeReport; openssl: string }> {
	using shop = workshop();
	const port = await freePort();
	await using _server = await start(shop, port, command(shop, port));
	const { status, stdout, stderr } = genDhparams(
		"probe",
		`127.0.0.1:${port}`,
		"--json",
	);
	expect(stderr).toBe("");
	return {
		status,
		report: JSON.parse(stdout),
		openssl: sClientTempKey(port, "none"),
	};
}

const sServer =
	(...more: string[]) =>
	({ path }: Workshop, port: number): ServerCommand => ({
		command: OPENSSL,
		args: [
			...["s_server", "-quiet", "-accept", `127.0.0.1:${port}`],
			...["-key", `${path}/key.pem`, "-cert", `${path}/cert.pem`, ...more],
		],
	});

/** A standard group as OpenSSL writes it. */
function dhFile(shop: Workshop, group: string): string {
	const args = `genpkey -genparam -algorithm DH -pkeyopt group:${group}`;
	const pem = execFileSync(OPENSSL, args.split(" "), { encoding: "utf8" });
	return shop.write("dh.pem", pem);
}

describe.runIf(canRun(OPENSSL))("openssl s_server", () => {
	it("with a group of 1024 bits", async () => {
		const { status, report, openssl } = await meet((shop, port) =>
			sServer(
				...["-dhparam", shop.write("dh.pem", OLD_GROUP)],
				...["-cipher", "ALL:@SECLEVEL=0"],
			)(shop, port),
		);
		expect(status).toBe(1);
		expect(openssl).toBe("DH, 1024 bits");
		expect(report).toMatchObject({
			verdict: "reject",
			dhe: { temporaryKey: openssl },
			groups: [{ validation: { group: null } }],
		});
	});

	it.each(["ffdhe2048", "ffdhe3072", "ffdhe4096", "modp_2048"])(
		"with %s",
		async (name) => {
			const { status, report, openssl } = await meet((shop, port) =>
				sServer("-dhparam", dhFile(shop, name))(shop, port),
			);
			expect(status).toBe(0);
			expect(report.verdict).toBe("accept");
			expect(report.groups[0]?.validation.group).toBe(name);
			expect(report.dhe).toMatchObject({ temporaryKey: openssl });
		},
	);

	it("with ECDHE only", async () => {
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

	it("with a group of RFC 7919 in TLS 1.3", async () => {
		const { report } = await meet(
			sServer("-tls1_3", "-groups", "ffdhe2048:X25519"),
		);
		expect(report).toMatchObject({
			verdict: "accept",
			dhe: { refusal: "alert 70, protocol_version" },
			ffdhe: { version: "TLSv1.3", temporaryKey: "ffdhe2048" },
		});
	});

	it("with groups of RFC 7919 and nothing else", async () => {
		const { status, report } = await meet(
			sServer("-tls1_3", "-groups", "ffdhe3072"),
		);
		expect(status).toBe(0);
		expect(report).toMatchObject({
			verdict: "warn",
			modern: { refusal: "alert 40, handshake_failure" },
			ffdhe: { temporaryKey: "ffdhe3072" },
		});
	});
});

/** By `openssl dhparam 512`: OpenSSL 3 makes such a file and serves it at no security level. */
const GROUP_OF_512_BITS = `-----BEGIN DH PARAMETERS-----
MEYCQQChVwag7XhrIsV6s63CNuPPoefeTZd7zFeGc346kw5R25aerGWNw11x0CDG
Tpi3oBkZZx1JY4zGQZlvfmcrXv53AgEC
-----END DH PARAMETERS-----
`;

describe.runIf(canRun(GNUTLS))("gnutls-serv", () => {
	it("with a group of 512 bits", async () => {
		const { status, report } = await meet((shop, port) => ({
			command: GNUTLS,
			args: [
				...["--quiet", "--port", String(port)],
				...["--x509keyfile", `${shop.path}/key.pem`],
				...["--x509certfile", `${shop.path}/cert.pem`],
				...["--dhparams", shop.write("dh.pem", GROUP_OF_512_BITS)],
			],
		}));
		expect(status).toBe(1);
		expect(report).toMatchObject({
			verdict: "reject",
			dhe: { temporaryKey: "DH, 512 bits" },
			exportDhe: { refusal: expect.any(String) },
		});
	});

	it("with its own choice of a group", async () => {
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
