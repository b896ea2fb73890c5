import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { groupOfPrime } from "../../src/groups/groups.js";
import { probe } from "../../src/probe/probe.js";
import type { Instance } from "./instances/instance.js";
import {
	command,
	configOf,
	INSTANCES,
	makeGroup,
	run,
} from "./instances/instances.js";
import { canRun, freePort, start, testDirectory } from "./program.js";
import { NEW_GROUP } from "./upgrade-scenario.js";

/** The cipher that a client gets that offers only some; "(NONE)" or nothing where it is refused. */
async function cipherFor(
	{ starttls, servername }: Instance,
	port: number,
	...offer: readonly string[]
): Promise<string> {
	const protocol: readonly string[] =
		starttls === "none"
			? []
			: starttls === "xmpp"
				? ["-starttls", "xmpp", "-xmpphost", String(servername)]
				: ["-starttls", starttls];
	const { stdout } = await run("openssl", [
		...["s_client", "-connect", `127.0.0.1:${port}`, ...protocol, ...offer],
	]);
	return /Cipher is (\S+)/.exec(stdout)?.[1] ?? "";
}

describe.concurrent("the lines of gen-dhparams config, in a real server", () => {
	for (const instance of INSTANCES) {
		const { config, needs, starttls, servername, ownGroup, appendsTo } =
			instance;
		const [id] = config;
		test.runIf(canRun(...needs))(`${id} serves the group`, async () => {
			using directory = testDirectory();
			const port = await freePort();
			const file = join(directory.path, "dhparams.pem");
			const { directive, make } = configOf(instance, file);
			const prepared = instance.prepare(directory, port, directive ?? "");
			await makeGroup(directory, make, appendsTo);
			await using _server = await start(directory, port, prepared);
			const report = await probe(`127.0.0.1:${port}`, {
				starttls,
				...(servername === undefined ? {} : { servername }),
			});
			if (ownGroup === "none") {
				expect("refusal" in report.dhe).toBe(true);
				return;
			}
			const [group] = report.groups;
			const served =
				group && (groupOfPrime(group.params.p)?.name ?? "custom group");
			expect(served).toBe(ownGroup ?? "custom group");
			if (ownGroup === undefined) {
				expect(group?.params.toPem()).toBe(NEW_GROUP);
			}
		});

		test.runIf(canRun(...needs))(`${id} stops to offer DHE`, async () => {
			using directory = testDirectory();
			const port = await freePort();
			const file = directory.write("dhparams.pem", NEW_GROUP);
			const { variant, make } = configOf(instance, file);
			const { directive, tls13 } = variant.disable;
			expect(directive).toBeDefined();
			const lines = [directive, tls13].filter((line) => line !== undefined);
			const prepared = instance.prepare(directory, port, lines.join("\n"));
			// A group that is still there must not bring DHE back.
			if (appendsTo !== undefined) await makeGroup(directory, make, appendsTo);
			await using _server = await start(directory, port, prepared);
			const only = (ciphers: string) => [
				...["-tls1_2", "-cipher", `${ciphers}:@SECLEVEL=0`],
			];
			expect(await cipherFor(instance, port, ...only("kDHE"))).not.toMatch(
				/DHE/,
			);
			expect(await cipherFor(instance, port, ...only("kECDHE"))).toMatch(
				/^ECDHE/,
			);
			if (tls13 !== undefined) {
				const groups = ["-groups", "ffdhe2048"];
				expect(
					await cipherFor(instance, port, "-tls1_3", ...groups),
				).not.toMatch(/TLS_/);
			}
		});
	}
});

const SSHD = "/usr/sbin/sshd";

test.runIf(canRun(SSHD, "/usr/bin/ssh-keygen"))(
	"openssh leaves out the Diffie-Hellman methods and keeps the others",
	async () => {
		using directory = testDirectory();
		const key = join(directory.path, "host");
		execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
		const { stdout } = await command(
			...["config", "openssh", "--disable", "--directive"],
		);
		const file = directory.write("sshd_config", `HostKey ${key}\n${stdout}`);
		execFileSync("mkdir", ["-p", "/run/sshd"]);
		const shown = await run(SSHD, ["-T", "-f", file]);
		const methods = /^kexalgorithms (.*)$/m.exec(shown.stdout)?.[1] ?? "";
		expect(methods).toContain("curve25519-sha256");
		expect(methods).not.toContain("diffie-hellman");
	},
);
