import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Explanation, explain } from "../../src/guide/explain.js";
import { fixSteps } from "../../src/guide/fix.js";
import { DhParams } from "../../src/params.js";
import { MAIN } from "../cli/command.js";
import {
	canRun,
	freePort,
	genDhparams,
	start,
	type TestDirectory,
	testDirectory,
} from "./program.js";
import { STARTS } from "./starts.js";
import { NEW_GROUP, OLD_GROUP } from "./upgrade-scenario.js";

/** By `openssl dhparam 512`. */
const GROUP_512 = `-----BEGIN DH PARAMETERS-----
MEYCQQCdpS+RCq1PjaQebptODlOTL+VDklOdZQ4obBDJLc3XhPtrvjFwDuvKaUPv
6SQL+KvRTLYRcUxeImrndstdYT53AgEC
-----END DH PARAMETERS-----
`;

type File = "missing" | "garbage" | "small" | "tiny" | "certificate";

function makeFile({ path, read, write }: TestDirectory, kind: File): string {
	const content = {
		garbage: "garbage\n",
		small: OLD_GROUP,
		tiny: GROUP_512,
		certificate: read("cert.pem"),
	};
	const name = `dh-${kind}.pem`;
	return kind === "missing" ? `${path}/${name}` : write(name, content[kind]);
}

/** What each server's words mean; undefined where it says nothing, as `config` warns. */
const NOT_PARAMETERS = "dh-file-not-parameters";
const TOO_SMALL = "dh-key-too-small-at-start";
const MISSING = "dh-file-missing";
const EXPECTED: Readonly<
	Record<string, Partial<Record<File, string>> & { names?: readonly File[] }>
> = {
	nginx: {
		...{ missing: MISSING, garbage: NOT_PARAMETERS, small: TOO_SMALL },
		...{ tiny: TOO_SMALL, certificate: NOT_PARAMETERS },
		names: ["missing", "garbage", "small", "tiny", "certificate"],
	},
	apache: {
		...{ missing: MISSING, garbage: NOT_PARAMETERS, small: TOO_SMALL },
		...{ tiny: TOO_SMALL, certificate: NOT_PARAMETERS },
		names: ["missing", "garbage", "small", "tiny", "certificate"],
	},
	lighttpd: {
		...{ missing: MISSING, garbage: NOT_PARAMETERS, small: TOO_SMALL },
		...{ tiny: TOO_SMALL, certificate: NOT_PARAMETERS },
		names: ["missing", "garbage", "small", "tiny", "certificate"],
	},
	haproxy: {
		...{ missing: "haproxy-dh-file", garbage: "haproxy-dh-file" },
		...{ small: "haproxy-small-group", tiny: "haproxy-small-group" },
		certificate: "haproxy-dh-file",
		names: ["missing", "garbage", "certificate"],
	},
	proftpd: { missing: MISSING, names: ["missing"] },
	openvpn: {
		...{ missing: "openvpn-dh", garbage: NOT_PARAMETERS, small: TOO_SMALL },
		...{ tiny: TOO_SMALL, certificate: NOT_PARAMETERS },
		names: ["missing", "garbage", "certificate"],
	},
	openldap: {
		...{ missing: "openldap-tls-init", garbage: "openldap-tls-init" },
		certificate: "openldap-tls-init",
		names: ["missing"],
	},
	postgresql: {
		...{ missing: MISSING, garbage: NOT_PARAMETERS, small: TOO_SMALL },
		names: ["missing"],
	},
	mosquitto: {
		...{ missing: "dh-file-refused", garbage: NOT_PARAMETERS },
		...{ small: TOO_SMALL, tiny: TOO_SMALL, certificate: NOT_PARAMETERS },
		names: ["missing", "garbage", "small", "tiny", "certificate"],
	},
	coturn: {
		...{ missing: MISSING, small: "dh-file-refused" },
		names: ["missing"],
	},
	openssl: {
		...{ missing: MISSING, garbage: NOT_PARAMETERS, small: TOO_SMALL },
		...{ tiny: TOO_SMALL, certificate: NOT_PARAMETERS },
		names: ["missing", "garbage", "certificate"],
	},
};

/** These end by themselves where they are content; the others would run until they are stopped. */
const QUICK = new Set(["nginx", "lighttpd", "haproxy"]);

describe.each(STARTS)("$id at its start", ({ id, needs, output }) => {
	const { names, ...expected } = EXPECTED[id] ?? {};
	test.runIf(canRun(needs))("with each kind of bad file", () => {
		using directory = testDirectory();
		for (const [kind, message] of Object.entries(expected)) {
			const file = makeFile(directory, kind as File);
			const printed = output(directory, file);
			const found = explain(printed);
			expect(ids(found), `${kind}: ${printed}`).toEqual([message]);
			const [first] = found;
			expect(first?.seenBy).toBe("server");
			if (id !== "openssl") expect(first?.server?.id).toBe(id);
			const named = names?.includes(kind as File) ? file : undefined;
			expect(first?.path, printed).toBe(named);
		}
	});

	test.runIf(canRun(needs))(
		"is content after the command that is printed",
		() => {
			using directory = testDirectory();
			// A search would take seconds for each: the file is made good by hand where `ensure` would make it so.
			const file = makeFile(directory, "missing");
			const before = explain(output(directory, file));
			expect(before).toHaveLength(1);
			const commands = fixSteps(before[0] as Explanation)
				.filter(({ command }) => command)
				.map(({ text }) => text);
			expect(commands[0]).toContain(`gen-dhparams ensure ${file}`);
			directory.write("dh-missing.pem", NEW_GROUP);
			const line = (commands[0] as string).replace(/--reload '[^']*'/, "");
			const { status, stdout } = shell(directory, line);
			expect({ line, status }).toEqual({ line, status: 0 });
			expect(stdout).toContain("unchanged");
			if (QUICK.has(id)) expect(explain(output(directory, file))).toEqual([]);
		},
	);
});

describe.runIf(canRun("/usr/sbin/openvpn"))("OpenVPN", () => {
	test("without a file, and a client with one", () => {
		using directory = testDirectory();
		const openvpn = STARTS.find(({ id }) => id === "openvpn");
		expect(ids(explain(openvpn?.output(directory, "") ?? ""))).toEqual([
			"openvpn-no-dh",
		]);
	});
});

/** A program that speaks TLS as a client, and the arguments for an address. */
const CLIENTS: Readonly<Record<string, (port: number) => readonly string[]>> = {
	"/usr/bin/curl": (port) => ["-sSk", `https://127.0.0.1:${port}/`],
	"/usr/bin/python3": (port) => [
		"-c",
		`import ssl,urllib.request
urllib.request.urlopen('https://127.0.0.1:${port}/', context=ssl._create_unverified_context())`,
	],
	"/usr/bin/openssl": (port) => ["s_client", "-connect", `127.0.0.1:${port}`],
	"/usr/bin/wget": (port) => [
		...["-O", "/dev/null", "--no-check-certificate"],
		`https://127.0.0.1:${port}/`,
	],
	"/usr/bin/gnutls-cli": (port) => [
		...["--insecure", "-p", String(port), "127.0.0.1"],
	],
	[process.execPath]: (port) => [
		"-e",
		`require('https').get({host:'127.0.0.1',port:${port},rejectUnauthorized:false,minDHSize:2048}).on('error',e=>console.error(e))`,
	],
};

/** What `openssl s_server` with these ciphers makes clients say. */
async function saidBy(
	directory: TestDirectory,
	dhFile: string,
	ciphers: readonly string[],
): Promise<{ clients: Record<string, string>; server: string }> {
	const port = await freePort();
	const server = spawn(
		"openssl",
		[
			...["s_server", "-accept", `127.0.0.1:${port}`, "-tls1_2", "-www"],
			...[
				"-cert",
				`${directory.path}/cert.pem`,
				"-key",
				`${directory.path}/key.pem`,
			],
			...["-dhparam", dhFile, ...ciphers],
		],
		{ stdio: ["ignore", "pipe", "pipe"] },
	);
	let log = "";
	server.stdout.on("data", (data) => {
		log += data;
	});
	server.stderr.on("data", (data) => {
		log += data;
	});
	while (!log.includes("ACCEPT")) await once(server.stdout, "data");
	const clients: Record<string, string> = {};
	for (const [program, args] of Object.entries(CLIENTS)) {
		if (!existsSync(program)) continue;
		const client = spawn(program, args(port), {
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, LC_ALL: "C" },
		});
		let said = "";
		for (const stream of [client.stdout, client.stderr]) {
			stream.on("data", (data) => {
				said += data;
			});
		}
		const timer = setTimeout(() => client.kill("SIGKILL"), 8_000);
		await once(client, "close");
		clearTimeout(timer);
		clients[program] = said;
	}
	server.kill("SIGKILL");
	await once(server, "close");
	return { clients, server: log };
}

describe.runIf(canRun("/usr/bin/openssl", "/usr/bin/curl"))("clients", () => {
	test("that refuse a group of 1024 bits, and the server that they leave", async () => {
		using directory = testDirectory();
		const file = makeFile(directory, "small");
		const ciphers = ["-cipher", "kDHE:@SECLEVEL=0"];
		const { clients, server } = await saidBy(directory, file, ciphers);
		for (const [program, said] of Object.entries(clients)) {
			// GnuTLS takes 1024 bits by default.
			if (/gnutls|wget/.test(program)) continue;
			const expected =
				program === process.execPath
					? /node-dh-param-size|dh-key-too-small/
					: /^dh-key-too-small$/;
			const [found] = explain(said);
			expect(found?.message.id, `${program}: ${said}`).toMatch(expected);
			expect(found?.seenBy).toBe("client");
		}
		const [found] = explain(server);
		expect(found?.message.id, server).toBe("handshake-failure");
		expect(found?.seenBy).toBe("server");
	}, 60_000);

	test("that a server refuses", async () => {
		using directory = testDirectory();
		const file = directory.write("dhparams.pem", NEW_GROUP);
		const { clients } = await saidBy(directory, file, [
			...["-cipher", "PSK-AES128-CBC-SHA", "-psk", "1234"],
		]);
		expect(Object.keys(clients).length).toBeGreaterThan(2);
		for (const [program, said] of Object.entries(clients)) {
			const found = explain(said);
			expect(ids(found), `${program}: ${said}`).toEqual(["handshake-refused"]);
			expect(found[0]?.seenBy).toBe("client");
		}
	}, 60_000);
});

describe.runIf(canRun("/usr/bin/openssl"))("openssl -check", () => {
	// A Mersenne prime, of which 3 divides the half; and 3 divides what is 2 more.
	const prime = (1n << 521n) - 1n;
	test.each([
		{ p: prime, g: 3n },
		{ p: prime + 2n, g: 2n },
		{ p: prime, g: 1n },
		{ p: prime, g: 3n, q: 9n },
	])("of what is not a group", (values) => {
		using directory = testDirectory();
		const file = directory.write("bad.pem", new DhParams(values).toPem());
		for (const command of ["dhparam", "pkeyparam"]) {
			const { stderr, status } = spawnSync(
				"openssl",
				[command, "-in", file, "-check", "-noout"],
				{ encoding: "utf8" },
			);
			if (command === "dhparam") expect(status).not.toBe(0);
			expect(ids(explain(stderr)), stderr).toEqual(["parameters-invalid"]);
			// Without OpenSSL's words, by its codes.
			for (const code of stderr.match(/error:[0-9A-F]{8}/g) ?? []) {
				expect(ids(explain(code)), code).toEqual(["parameters-invalid"]);
			}
		}
	});

	test("in the names that Node's documentation gives", () => {
		for (const name of [
			...["DH_CHECK_P_NOT_SAFE_PRIME", "DH_CHECK_P_NOT_PRIME"],
			...["DH_NOT_SUITABLE_GENERATOR", "DH_UNABLE_TO_CHECK_GENERATOR"],
		]) {
			expect(ids(explain(`verifyError: ${name}`))).toEqual([
				"parameters-invalid",
			]);
		}
	});
});

describe.runIf(canRun("/usr/sbin/nginx"))("nginx in a connection", () => {
	test("after a probe shows a scan, and after a refusal the group", async () => {
		using directory = testDirectory();
		const { path, write } = directory;
		const port = await freePort();
		const file = makeFile(directory, "small");
		const configure = (more: string) =>
			write(
				"nginx.conf",
				`daemon off; pid ${path}/nginx.pid; error_log stderr info; events {}
http { access_log off; server { listen 127.0.0.1:${port} ssl;
ssl_certificate ${path}/cert.pem; ssl_certificate_key ${path}/key.pem; ${more} } }
`,
			);
		const server = {
			command: "/usr/sbin/nginx",
			args: ["-p", path, "-c", `${path}/nginx.conf`, "-e", "stderr"],
		};
		configure("");
		{
			await using _ = await start(directory, port, server);
			genDhparams("probe", `127.0.0.1:${port}`, "--starttls", "none");
		}
		const scanned = directory.read("server.log");
		expect(scanned).toContain("no shared cipher");
		expect(ids(explain(scanned))).toEqual(["scan-traces"]);

		write("server.log", "");
		configure(`ssl_dhparam ${file}; ssl_ciphers ALL:@SECLEVEL=0;`);
		{
			await using _ = await start(directory, port, server);
			spawnSync("openssl", [
				...["s_client", "-connect", `127.0.0.1:${port}`, "-tls1_2"],
				...["-cipher", "kDHE"],
			]);
		}
		const refused = explain(directory.read("server.log"));
		expect(ids(refused)).toEqual(["handshake-failure"]);
		expect(refused[0]).toMatchObject({
			seenBy: "server",
			server: { id: "nginx" },
		});
	});
});

function ids(found: readonly Explanation[]): string[] {
	return found.map(({ message }) => message.id);
}

/** A line of a shell, with our command on the PATH. */
function shell({ path, write }: TestDirectory, line: string) {
	mkdirSync(`${path}/bin`, { recursive: true });
	write(
		"bin/gen-dhparams",
		`#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`,
		0o755,
	);
	return spawnSync("sh", ["-c", line], {
		encoding: "utf8",
		timeout: 60_000,
		env: { ...process.env, PATH: `${path}/bin:${process.env.PATH}` },
	});
}
