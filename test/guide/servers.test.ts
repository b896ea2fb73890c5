import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { configFor, findServer } from "../../src/guide/config.js";
import { SERVERS } from "../../src/guide/servers/servers.js";

// What the issue asks for.
const WANTED =
	"sendmail postfix dovecot exim nginx apache haproxy lighttpd openvpn proftpd vsftpd stunnel postgresql mysql mariadb openldap cyrus courier unrealircd node openssh ingress-nginx haproxy-ingress mongodb freeradius mosquitto ejabberd prosody rabbitmq coturn hitch clickhouse tomcat java pure-ftpd squid";

test("knows every server that was asked for, and docs/servers.md lists them", () => {
	const ids = SERVERS.map(({ id }) => id);
	expect(ids).toEqual(WANTED.split(" ").sort());
	const rows = (
		readFileSync("docs/servers.md", "utf8").split("## What a")[0] as string
	)
		.split("\n")
		.filter((line) => /^\| [a-z-]+ /.test(line) && !line.includes("---"));
	const cells = rows.map((row) =>
		row
			.split("|")
			.map((cell) => cell.trim().replace(/^`{1,2} ?| ?`{1,2}$/g, "")),
	);
	const cell = (lines: string | undefined) =>
		lines?.replaceAll("\n", " ⏎ ").replaceAll("|", "\\|") ?? "none";
	const expected = SERVERS.flatMap(({ id, path, variants }) =>
		variants.map(({ applies, directive, disable }) => [
			id,
			applies.replaceAll("`", ""),
			cell(directive?.(path)),
			cell(disable.directive),
		]),
	);
	expect(
		cells
			.slice(1)
			.map(([, id, applies, ...lines]) => [
				id,
				applies?.replaceAll("`", ""),
				...lines.slice(0, 2).map((line) => line.replace(/^` | `$/g, "")),
			]),
	).toEqual(expected);
});

test("no name stands for two servers", () => {
	const names = SERVERS.flatMap(({ id, aliases }) => [id, ...aliases]);
	expect(new Set(names).size).toBe(names.length);
	for (const { id, aliases } of SERVERS) {
		for (const name of [id, ...aliases, id.toUpperCase()]) {
			expect(findServer(name).id).toBe(id);
		}
	}
});

describe.each(SERVERS.map((server) => [server.id, server] as const))(
	"%s",
	(_, server) => {
		test("names its sources", () => {
			for (const source of server.sources) {
				expect(new URL(source).protocol).toBe("https:");
			}
		});

		test.each(
			server.variants.map((variant) => [variant.applies, variant] as const),
		)("%s: a line with the path in it, or what to do instead", (_, variant) => {
			const path = "/srv/some-place/dh_2048.pem";
			const line = variant.directive?.(path);
			const { notes, applies } = variant;
			expect(applies).not.toBe("");
			expect(notes.length).toBeGreaterThan(0);
			for (const note of notes) expect(note).toMatch(/[.)!]$|`$|[\w}]$/);
			if (line === undefined) return;
			// Some take a size or a name, and the file elsewhere.
			if (
				!/length|default-dh-param|keysize|ssl-dh-param:|^ciphers/i.test(line)
			) {
				expect(line).toContain(path);
			}
		});
	},
);

test.each([
	["dovecot", "2.4.1", "ssl_server_dh_file"],
	["dovecot", "2.3.19", "ssl_dh = <"],
	["dovecot", "2.2", "ssl_dh_parameters_length"],
	["dovecot", "2.3.19.1 (9b53102964)", "ssl_dh = <"],
	["dovecot", undefined, "ssl_server_dh_file"],
	["apache2", "2.4.52", "SSLOpenSSLConfCmd"],
	["haproxy", "1.5.14", "tune.ssl"],
	["lighttpd", "1.4.35", "ssl.dh-file"],
	["postgres", "17", "ssl_dh_params_file"],
	["courier", "4.14", "TLS_DHCERTFILE"],
])("%s %s takes %s", (name, version, directive) => {
	const config = configFor(
		findServer(name),
		version === undefined ? {} : { version },
	);
	expect(config.directive).toContain(directive);
});

test.each([
	["apache", "2.4.7", null],
	["apache", "Apache/2.4.71 (Debian)", null],
	["postfix", "3.9.1", null],
	["postgresql", "9.6", null],
	["cyrus", "2.4.17", null],
])("%s %s takes no line", (name, version, directive) => {
	expect(configFor(findServer(name), { version }).directive).toBe(directive);
});

test("versions that are not known, and ones that are none, are refused", () => {
	expect(() => configFor(findServer("dovecot"), { version: "1.2" })).toThrow(
		"No configuration of Dovecot 1.2",
	);
	expect(() => configFor(findServer("dovecot"), { version: "new" })).toThrow(
		"numbers with dots",
	);
});

test.each(["'", '"', "`", "\n", " ", ";", "$", "\\", "#", "{", ""])(
	"a path with %j is refused",
	(character) => {
		expect(() =>
			configFor(findServer("nginx"), {
				path: character === "" ? "" : `/etc/a${character}b.pem`,
			}),
		).toThrow("cannot stand in a server's configuration");
	},
);

test.each([
	["ngnix", "nginx"],
	["postfx", "postfix"],
	["dovecott", "dovecot"],
	["openv", "openvpn"],
])("%s is taken for a misspelt %s", (wrong, right) => {
	expect(() => findServer(wrong)).toThrow(`did you mean ${right}?`);
});
