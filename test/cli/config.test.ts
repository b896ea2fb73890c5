import { expect, test } from "vitest";
import { SERVERS } from "../../src/guide/servers/servers.js";
import { command } from "./command.js";

test("lists the servers, as text and as JSON", () => {
	const { stdout, status } = command(["config"]);
	expect(status).toBe(0);
	for (const { id } of SERVERS) {
		expect(stdout).toMatch(new RegExp(`^${id} `, "m"));
	}
	const json = JSON.parse(command(["config", "--json"]).stdout);
	expect(json.map(({ id }: { id: string }) => id)).toEqual(
		SERVERS.map(({ id }) => id),
	);
});

test.each(SERVERS.map(({ id }) => id))(
	"%s fits a terminal, and its JSON says the same",
	(id) => {
		const { stdout, stderr, status } = command(["config", id]);
		expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
		const lines = stdout.trimEnd().split("\n");
		expect(lines.length).toBeLessThan(40);
		for (const line of lines) {
			// Lines to paste and addresses stand whole.
			if (/^ {2}\S|^https:/.test(line)) continue;
			expect(line.length).toBeLessThanOrEqual(80);
		}
		const json = JSON.parse(command(["config", id, "--json"]).stdout);
		expect(json.server).toBe(id);
		if (json.directive !== null) expect(lines).toContain(`  ${json.directive}`);
		for (const note of json.notes) {
			expect(stdout.replace(/\s+/g, " ")).toContain(note);
		}
	},
);

test("--directive prints the line alone, with the path", () => {
	const { stdout } = command([
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
	[["config", "nginx", "--path", "a b"], "cannot stand in"],
	[["config", "dovecot", "--server-version", "x"], "numbers with dots"],
])("%j is refused", (args, words) => {
	const { stdout, stderr, status } = command(args);
	expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
	expect(stderr).toContain(words);
	expect(stderr.trim().split("\n").length).toBe(1);
});
