import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Instance } from "./instances/instance.js";
import {
	command,
	configOf,
	INSTANCES,
	makeGroup,
	printedLines,
	run,
} from "./instances/instances.js";
import { canRun, freePort, start, workshop } from "./program.js";
import { NEW_GROUP } from "./walk.js";

/** The cipher that a client gets that offers only some; "(NONE)" or nothing where it is refused. */
async function cipherFor(
	{ starttls, more = [] }: Instance,
	port: number,
	...offer: readonly string[]
): Promise<string> {
	const protocol: readonly string[] =
		starttls === "none"
			? []
			: starttls === "xmpp"
				? ["-starttls", "xmpp", "-xmpphost", more[1] as string]
				: ["-starttls", starttls];
	const { stdout } = await run("openssl", [
		...["s_client", "-connect", `127.0.0.1:${port}`, ...protocol, ...offer],
	]);
	return /Cipher is (\S+)/.exec(stdout)?.[1] ?? "";
}

describe.concurrent("the lines of gen-dhparams config, in a real server", () => {
	for (const instance of INSTANCES) {
		const {
			config,
			needs,
			starttls,
			more = [],
			ownGroup,
			appendsTo,
		} = instance;
		const [id] = config;
		it.runIf(canRun(...needs))(`${id} serves the group`, async () => {
			using shop = workshop();
			const port = await freePort();
			const file = join(shop.path, "dhparams.pem");
			const lines = await printedLines(instance, "--path", file);
			const prepared = instance.prepare(shop, port, lines);
			await makeGroup(shop, configOf(instance, file).make, appendsTo);
			await using _server = await start(shop, port, prepared);
			const saved = join(shop.path, "served.pem");
			const probed = await command(
				...["probe", `127.0.0.1:${port}`, "--starttls", starttls],
				...["--pem", saved, ...more],
			);
			expect(probed).toMatchObject({ stderr: "" });
			if (ownGroup === "none") {
				expect(probed.stdout).toContain("Server Temp Key: not DH\n");
				return;
			}
			const served = ownGroup ?? "DH, 2048 bits (custom group)";
			expect(probed.stdout).toContain(`Server Temp Key: ${served}\n`);
			expect(shop.read("served.pem") === NEW_GROUP).toBe(!ownGroup);
		});

		it.runIf(canRun(...needs))(`${id} stops to offer DHE`, async () => {
			using shop = workshop();
			const port = await freePort();
			const file = shop.write("dhparams.pem", NEW_GROUP);
			const lines = await printedLines(instance, "--disable");
			expect(lines).not.toBe("");
			const { disable } = configOf(instance, file).variant;
			const prepared = instance.prepare(
				shop,
				port,
				`${lines}\n${disable.tls13 ?? ""}`,
			);
			// A group that is still there must not bring DHE back.
			if (appendsTo !== undefined) {
				await makeGroup(shop, configOf(instance, file).make, appendsTo);
			}
			await using _server = await start(shop, port, prepared);
			const only = (ciphers: string) => [
				...["-tls1_2", "-cipher", `${ciphers}:@SECLEVEL=0`],
			];
			expect(await cipherFor(instance, port, ...only("kDHE"))).not.toMatch(
				/DHE/,
			);
			expect(await cipherFor(instance, port, ...only("kECDHE"))).toMatch(
				/^ECDHE/,
			);
			if (disable.tls13 !== undefined) {
				const groups = ["-groups", "ffdhe2048"];
				expect(
					await cipherFor(instance, port, "-tls1_3", ...groups),
				).not.toMatch(/TLS_/);
			}
		});
	}
});

const SSHD = "/usr/sbin/sshd";

it.runIf(canRun(SSHD, "/usr/bin/ssh-keygen"))(
	"openssh leaves out the Diffie-Hellman methods and keeps the others",
	async () => {
		using shop = workshop();
		const key = join(shop.path, "host");
		execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
		const { stdout } = await command(
			...["config", "openssh", "--disable", "--directive"],
		);
		const file = shop.write("sshd_config", `HostKey ${key}\n${stdout}`);
		execFileSync("mkdir", ["-p", "/run/sshd"]);
		const shown = await run(SSHD, ["-T", "-f", file]);
		const methods = /^kexalgorithms (.*)$/m.exec(shown.stdout)?.[1] ?? "";
		expect(methods).toContain("curve25519-sha256");
		expect(methods).not.toContain("diffie-hellman");
	},
);
