import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findServer } from "../../src/guide/config.js";
import { findInstalled } from "../../src/guide/installed.js";
import type { ServerProgram } from "../../src/guide/servers/server.js";
import { canRun } from "../servers/program.js";

// Below /run, which nobody else may write to; root alone can make it.
const usable = canRun("/run");
const folder = usable ? mkdtempSync("/run/gen-dhparams-installed-") : "";
afterAll(() => {
	if (usable) rmSync(folder, { recursive: true, force: true });
});

const DOVECOT: ServerProgram = {
	names: ["gen-dhparams-no-such-server"],
	version: [/^(\d\S*)/m, "--version"],
};

function installed(name: string, script: string, mode = 0o755): string {
	const bin = join(folder, name);
	mkdirSync(bin, { recursive: true });
	const file = join(bin, DOVECOT.names[0]);
	writeFileSync(file, `#!/bin/sh\n${script}\n`);
	chmodSync(file, mode);
	return bin;
}

describe.runIf(usable)("an installed server", () => {
	test("is asked for its version, on stdout or stderr, whatever its exit status", async () => {
		const bin = installed("good", "echo '2.3.19.1 (9b53102964)' >&2; exit 1");
		expect(await findInstalled(DOVECOT, `relative:${bin}`)).toMatchObject({
			path: join(bin, DOVECOT.names[0]),
			version: "2.3.19.1",
		});
	});

	test("is not run where others can write to it or to a folder above it", async () => {
		const mark = join(folder, "was-run");
		const bin = installed("open", `touch ${mark}; echo 2.3`, 0o777);
		expect(await findInstalled(DOVECOT, bin)).toBeUndefined();
		const below = installed("shared/bin", `touch ${mark}; echo 2.3`);
		chmodSync(join(folder, "shared"), 0o1777);
		expect(await findInstalled(DOVECOT, below)).toBeUndefined();
		expect(await findInstalled(DOVECOT, "/tmp")).toBeUndefined();
		expect(() => rmSync(mark)).toThrow("ENOENT");
	});

	test("that waits instead of answering is stopped", async () => {
		const bin = installed("slow", "sleep 60 & sleep 60");
		const found = await findInstalled(DOVECOT, bin);
		expect(found).toEqual({ path: join(bin, DOVECOT.names[0]) });
	}, 30_000);

	test("that is not there is not found", async () => {
		expect(await findInstalled(DOVECOT, "")).toBeUndefined();
	});
});

// What Debian 12 has.
const DEBIAN = [
	["dovecot", "/usr/sbin/dovecot", /^2\.[34]/],
	["postfix", "/usr/sbin/postconf", /^3\./],
	["openldap", "/usr/sbin/slapd", /^2\./],
	["haproxy", "/usr/sbin/haproxy", /^[23]\./],
	["lighttpd", "/usr/sbin/lighttpd", /^1\.4/],
	["apache", "/usr/sbin/apache2", /^2\.4/],
	["postgresql", "/usr/lib/postgresql/15/bin/postgres", /^15\./],
] as const;

describe.each(DEBIAN)("%s", (id, path, version) => {
	test.runIf(canRun(path))("tells its version and library", async () => {
		const found = await findInstalled(
			findServer(id).program as ServerProgram,
			"/usr/sbin:/usr/bin",
		);
		expect(found?.version).toMatch(version);
		if (id === "openldap") expect(found?.tls).toBe("gnutls");
	});
});
