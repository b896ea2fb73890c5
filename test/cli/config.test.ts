import { expect, test } from "vitest";
import { SERVERS } from "../../src/guide/servers/servers.js";
import { inProcess } from "./in-process.js";

test("lists the servers, as text and as JSON", async () => {
	const { stdout, status } = await inProcess(["config"]);
	expect(status).toBe(0);
	for (const { id } of SERVERS) {
		expect(stdout).toMatch(new RegExp(`^${id} `, "m"));
	}
	const json = JSON.parse((await inProcess(["config", "--json"])).stdout);
	expect(json.map(({ id }: { id: string }) => id)).toEqual(
		SERVERS.map(({ id }) => id),
	);
});

test.each(SERVERS.map(({ id }) => id))(
	"%s fits a terminal, and its JSON says the same",
	async (id) => {
		const { stdout, stderr, status } = await inProcess(["config", id]);
		expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
		const lines = stdout.trimEnd().split("\n");
		expect(lines.length).toBeLessThan(70);
		for (const line of lines) {
			// Lines to paste and addresses stand whole.
			if (/^ {2}\S|^https:/.test(line)) continue;
			expect(line.length).toBeLessThanOrEqual(80);
		}
		const json = JSON.parse((await inProcess(["config", id, "--json"])).stdout);
		expect(json.server).toBe(id);
		for (const line of json.directive?.split("\n") ?? []) {
			expect(lines).toContain(`  ${line}`);
		}
		for (const note of json.notes) {
			expect(stdout.replace(/\s+/g, " ")).toContain(note);
		}
	},
);

test("--disable says how DHE is switched off, what breaks, and why", async () => {
	const { stdout, status } = await inProcess(["config", "nginx", "--disable"]);
	expect(status).toBe(0);
	expect(stdout).toContain("\n  ssl_ciphers HIGH:!aNULL:!MD5:!kDHE;\n");
	expect(stdout).toContain("RFC 10015");
	expect(stdout.replace(/\s+/g, " ")).toContain("Clients without ECDHE");
	expect(
		(await inProcess(["config", "nginx", "--disable", "--directive"])).stdout,
	).toBe("ssl_ciphers HIGH:!aNULL:!MD5:!kDHE;\n");
	expect(
		await inProcess(["config", "unrealircd", "--disable", "--directive"]),
	).toMatchObject({ status: 2, stdout: "" });
});

test("where the version decides, --all prints every line with what distinguishes them", async () => {
	const { stdout } = await inProcess(["config", "dovecot", "--all"]);
	for (const part of [
		"2.4 and later:\n\n  ssl_server_dh_file = /etc/dovecot/dh.pem\n",
		"2.3:\n\n  ssl_dh = </etc/dovecot/dh.pem\n",
		"2.2:\n\n  ssl_dh_parameters_length = 2048\n",
		"dovecot --version",
	]) {
		expect(stdout).toContain(part);
	}
	const json = JSON.parse(
		(await inProcess(["config", "dovecot", "--all", "--json"])).stdout,
	);
	expect(
		json.otherVersions.map(({ applies }: { applies: string }) => applies),
	).toEqual(["2.3", "2.2"]);
});

test.each([
	["dovecot", "2.3.19.1 (9b53102964)", "ssl_dh = <"],
	["dovecot", "1:2.3.19.1+dfsg1-2.1+deb12u7", "ssl_dh = <"],
	["dovecot", "2.4.1-4 (7d8c0e5759)", "ssl_server_dh_file = "],
	["postfix", "mail_version = 3.7.11", "smtpd_tls_dh1024_param_file = "],
	[
		"haproxy",
		"HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/",
		"ssl-dh-param-file ",
	],
	[
		"lighttpd",
		"lighttpd/1.4.69 (ssl) - a light and fast webserver",
		"ssl.openssl",
	],
	[
		"postgresql",
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
		"ssl_dh_params_file = ",
	],
	[
		"apache",
		"Server version: Apache/2.4.58 (Ubuntu)\nServer built:   2026-11-12T08:58:41",
		"SSLOpenSSLConfCmd ",
	],
])(
	"%s takes what is printed as its version: %s",
	async (server, version, line) => {
		const { stdout, stderr, status } = await inProcess([
			...["config", server, "--server-version", version, "--directive"],
		]);
		expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
		expect(stdout).toMatch(new RegExp(`^${line.replaceAll(".", "\\.")}`));
	},
);

test("the check of the file comes before a configuration test that would not see a bad one", async () => {
	const { stdout } = await inProcess(["config", "proftpd"]);
	const commands = stdout
		.slice(stdout.indexOf("As root:"))
		.split("\n")
		.slice(1, 6);
	expect(commands).toEqual([
		"  gen-dhparams 2048 --out /etc/proftpd/dhparams.pem",
		"  gen-dhparams check /etc/proftpd/dhparams.pem",
		"  proftpd -t",
		"  systemctl restart proftpd",
		"  gen-dhparams probe ftp.example.org:21",
	]);
	expect(stdout.replace(/\s+/g, " ")).toContain(
		"proftpd -t does not report a file without DH parameters or a group of too few bits: run gen-dhparams check first.",
	);
});

test("weighs a group of one's own, and names the clients that take only named ones", async () => {
	const text = (await inProcess(["config", "nginx"])).stdout.replace(
		/\s+/g,
		" ",
	);
	expect(text).toContain("2.91 ms a handshake against 0.42 ms with ffdhe2048");
	expect(text).toContain("BouncyCastle");
	expect(text).toContain("alert 71");
});

test("--directive prints the line alone, with the path", async () => {
	const { stdout } = await inProcess([
		"config",
		"sendmail",
		"--directive",
		"--path",
		"/x/dh.pem",
	]);
	expect(stdout).toBe("define(`confDH_PARAMETERS', `/x/dh.pem')dnl\n");
});

test.each([
	[["config", "ngnix"], "did you mean nginx?"],
	[["config", "mysql", "--directive"], "has no line for a file"],
	[["config", "--directive"], "needs the name of a server"],
	[["config", "exim", "--tls", "nss"], "must be openssl or gnutls"],
	[["config", "--disable"], "needs the name of a server"],
	[["config", "exim", "--all", "--tls", "gnutls"], "cannot be used with"],
	[["config", "nginx", "--path", "a b"], "cannot stand in"],
	[["config", "dovecot", "--server-version", "x"], "numbers with dots"],
])("%j is refused", async (args, words) => {
	const { stdout, stderr, status } = await inProcess(args);
	expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
	expect(stderr).toContain(words);
	expect(stderr.trim().split("\n").length).toBe(1);
});
