import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { namedGroup } from "../../src/groups/groups.js";
import {
	canRun,
	freePort,
	genDhparams,
	start,
	type TestDirectory,
	testDirectory,
} from "./program.js";
import { SERVICES } from "./services.js";

/** What our command writes, which must succeed. */
function written(...args: readonly string[]): string {
	const { status, stdout, stderr } = genDhparams(...args);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	return stdout;
}

const OPENVPN = "/usr/sbin/openvpn";

describe.runIf(canRun(OPENVPN))("OpenVPN", () => {
	const config = ({ path }: TestDirectory, port: number) => `dev null
proto tcp-server
local 127.0.0.1
port ${port}
tls-server
ifconfig 10.8.0.1 10.8.0.2
ca ${path}/cert.pem
cert ${path}/cert.pem
key ${path}/key.pem
`;

	test.each([
		[["groups", "ffdhe2048"], "Diffie-Hellman initialized with 2048 bit key"],
		[["groups", "modp_4096"], "Diffie-Hellman initialized with 4096 bit key"],
		// With the comment that names its seed; read, and then refused for its size.
		[["1024", "--seed", "é for OpenVPN", "-q"], "dh key too small"],
	])("reads the inline block of %j", async (args, message) => {
		using directory = testDirectory();
		const port = await freePort();
		const block = written(...args, "--format", "openvpn");
		const { stdout } = spawnSync(
			OPENVPN,
			[
				...[
					"--config",
					directory.write("a.conf", block + config(directory, port)),
				],
				...["--verb", "3"],
			],
			{ timeout: 3000, encoding: "utf8" },
		);
		expect(stdout).toContain(message);
	});
});

const PYTHON = "/usr/bin/python3";

describe.runIf(canRun(PYTHON, "/usr/lib/python3/dist-packages/yaml"))(
	"YAML",
	() => {
		test("of a Kubernetes Secret holds dhparam.pem", () => {
			using directory = testDirectory();
			const secret = directory.write(
				"secret.yaml",
				written("groups", "ffdhe2048", "--format", "kubernetes"),
			);
			const script =
				"import base64,json,sys,yaml; s=yaml.safe_load(open(sys.argv[1])); s['pem']=base64.b64decode(s['data']['dhparam.pem'],validate=True).decode(); print(json.dumps(s))";
			const found = execFileSync(PYTHON, ["-c", script, secret]).toString();
			expect(JSON.parse(found)).toMatchObject({
				apiVersion: "v1",
				kind: "Secret",
				metadata: { name: "dhparam" },
				type: "Opaque",
				pem: namedGroup("ffdhe2048").toPem(),
			});
			expect(written("convert", secret, "--format", "pem", "-q")).toBe(
				namedGroup("ffdhe2048").toPem(),
			);
		});
	},
);

const ftp = SERVICES.find(({ starttls }) => starttls === "ftp");

describe.runIf(ftp !== undefined && canRun(...ftp.needs))("ProFTPD", () => {
	test("loads a file of several sizes and serves one of them", async () => {
		using directory = testDirectory();
		const port = await freePort();
		const groups = ["modp_4096", "modp_2048", "modp_3072"];
		const file = `${directory.path}/sizes.pem`;
		written("groups", ...groups, "--format", "proftpd", "--out", file);
		expect(readFileSync(file, "utf8").match(/BEGIN DH/g)).toHaveLength(3);
		await using _server = await start(
			directory,
			port,
			(ftp as (typeof SERVICES)[number]).prepare(directory, port, file),
		);
		const { stdout } = genDhparams(
			...["probe", `127.0.0.1:${port}`, "--starttls", "ftp", "--json"],
		);
		const [group] = JSON.parse(stdout).groups;
		expect(groups).toContain(group.validation.group);
	});
});

const KEYGEN = "/usr/bin/ssh-keygen";
const SSHD = "/usr/sbin/sshd";

describe.runIf(canRun(KEYGEN, SSHD, "/usr/bin/ssh"))("OpenSSH", () => {
	test("takes our line of moduli for a safe prime", () => {
		using directory = testDirectory();
		const line = written("1024", "-q", "--format", "moduli");
		const input = directory.write("moduli", line);
		const output = `${directory.path}/screened`;
		execFileSync(KEYGEN, ["-M", "screen", "-f", input, output], {
			stdio: "ignore",
		});
		const fields = (text: string) => text.trim().split(" ").slice(-3);
		expect(fields(readFileSync(output, "utf8"))).toEqual(fields(line));
	});

	test("serves the group of such a file", async () => {
		using directory = testDirectory();
		const port = await freePort();
		const { path } = directory;
		execFileSync(KEYGEN, ["-qt", "ed25519", "-N", "", "-f", `${path}/host`]);
		const lines = written(
			...["groups", "modp_2048", "modp_3072", "--format", "moduli"],
		);
		const config = directory.write(
			"sshd_config",
			`Port ${port}
ListenAddress 127.0.0.1
HostKey ${path}/host
PidFile none
ModuliFile ${directory.write("moduli", lines)}
KexAlgorithms diffie-hellman-group-exchange-sha256
`,
		);
		const log = `${path}/sshd.log`;
		const server = spawn(SSHD, [
			"-D",
			"-f",
			config,
			"-E",
			log,
			"-o",
			"LogLevel=DEBUG3",
		]);
		try {
			let client = "";
			for (
				let round = 0;
				round < 40 && !/SSH2_MSG_NEWKEYS received/.test(client);
				round++
			) {
				await new Promise((resolve) => setTimeout(resolve, 100));
				client = spawnSync(
					"ssh",
					[
						...["-vv", "-p", String(port), "-F", "none", "-o", "BatchMode=yes"],
						...[
							"-o",
							"StrictHostKeyChecking=no",
							"-o",
							"UserKnownHostsFile=/dev/null",
						],
						...["-o", "KexAlgorithms=diffie-hellman-group-exchange-sha256"],
						...["127.0.0.1", "true"],
					],
					{ encoding: "utf8", timeout: 10_000 },
				).stderr;
			}
			expect(client).toMatch(/bits set: \d+\/3072/);
			expect(client).toContain("SSH2_MSG_NEWKEYS received");
			expect(readFileSync(log, "utf8")).not.toMatch(
				/no suitable primes|using built-in|could not open|line \d+:/i,
			);
		} finally {
			server.kill();
			if (server.exitCode === null) await once(server, "exit");
		}
	});
});
