import { spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { namedGroup } from "gen-dhparams";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAIN } from "../cli/command.js";

const page = readFileSync("docs/examples.md", "utf8");

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-cron-"));
	chmodSync(folder, 0o755);
	mkdirSync(join(folder, "local/bin"), { recursive: true });
	// As npm installs it: a command that env(1) runs with the node of the PATH.
	const command = join(folder, "local/bin/gen-dhparams");
	writeFileSync(command, `#!/usr/bin/env sh\nexec node-of-npm ${MAIN} "$@"\n`, {
		mode: 0o755,
	});
	writeFileSync(
		join(folder, "local/bin/node-of-npm"),
		`#!/bin/sh\nexec ${process.execPath} "$@"\n`,
		{ mode: 0o755 },
	);
});
afterAll(() => rmSync(folder, { recursive: true }));

function has(program: string): boolean {
	return spawnSync(program, ["--help"]).error === undefined;
}

const canIsolate =
	process.getuid?.() === 0 &&
	has("cron") &&
	spawnSync("unshare", ["--mount", "--pid", "--fork", "true"]).status === 0;
if (!canIsolate || !has("systemd-analyze")) {
	process.stderr.write(
		"\n*** SKIPPED: no cron with mount namespaces as root, or no systemd-analyze. Some examples were not tested. ***\n",
	);
}

test.runIf(canIsolate)(
	"the line for cron works under Debian's cron, and reloads",
	async () => {
		const [, text = ""] =
			/```crontab\n(# \/etc\/cron\.d\/dhparams\n.*?)```/s.exec(page) ?? [];
		const jobs = join(folder, "cron.d");
		mkdirSync(jobs);
		// At once instead of at 04:17; the rest is the example. The server is a script that says that it was called.
		writeFileSync(
			join(jobs, "dhparams"),
			text.replace(/^17 4 \* \* \*/m, "@reboot"),
		);
		const file = join(folder, "ssl/dhparams.pem");
		mkdirSync(join(folder, "ssl"));
		writeFileSync(file, namedGroup("modp_1024").toPem());
		mkdirSync(join(folder, "sbin"));
		writeFileSync(
			join(folder, "sbin/nginx"),
			`#!/bin/sh\necho "$@" > /run/nginx-called\n`,
			{ mode: 0o755 },
		);
		mkdirSync(join(folder, "run"));
		const child = spawn(
			"unshare",
			[
				"--mount",
				"--pid",
				"--fork",
				"--kill-child",
				"--mount-proc",
				"--propagation",
				"private",
				"sh",
				"-ec",
				`mount --bind "$1/run" /run
				mount --bind "$1/cron.d" /etc/cron.d
				mount --bind "$1/ssl" /etc/ssl
				mount --bind "$1/local" /usr/local
				mount --bind "$1/sbin/nginx" "$(readlink -f /usr/sbin/nginx)"
				exec /usr/sbin/cron -f`,
				"sh",
				folder,
			],
			{ stdio: "inherit" },
		);
		try {
			const called = join(folder, "run/nginx-called");
			const deadline = performance.now() + 50_000;
			while (!existsSync(called) && performance.now() < deadline) {
				await sleep(50);
			}
			expect(readFileSync(called, "utf8")).toBe("-s reload\n");
			expect(readFileSync(file, "utf8")).not.toBe(
				namedGroup("modp_1024").toPem(),
			);
		} finally {
			child.kill("SIGKILL");
		}
	},
);

test.runIf(has("systemd-analyze"))("systemd accepts the units", () => {
	const [, text = ""] = /```ini\n(.*?)```/s.exec(page) ?? [];
	const units = text.split(/^# \/etc\/systemd\/system\//m).slice(1);
	expect(units).toHaveLength(3);
	const paths = units.map((unit) => {
		const [name = "", ...lines] = unit.split("\n");
		const path = join(folder, name);
		const here = join(folder, "local/bin");
		writeFileSync(path, lines.join("\n").replaceAll("/usr/local/bin", here));
		return path;
	});
	const { status, stdout, stderr } = spawnSync(
		"systemd-analyze",
		["verify", "--man=no", "--recursive-errors=no", ...paths],
		{ encoding: "utf8" },
	);
	expect({ status, stdout, stderr }).toEqual({
		status: 0,
		stdout: "",
		stderr: "",
	});
	// A line that systemd does not know is noticed.
	const [first = ""] = paths;
	writeFileSync(first, `${readFileSync(first, "utf8")}\nBefor=nginx.service\n`);
	const bad = spawnSync("systemd-analyze", ["verify", "--man=no", first], {
		encoding: "utf8",
	});
	expect(bad.stderr).toContain("Befor");
});
