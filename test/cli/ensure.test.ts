import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { type EnsureResult, generate, namedGroup } from "gen-dhparams";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openssl } from "../openssl/openssl.js";
import { command, MAIN } from "./command.js";
import { inProcess } from "./in-process.js";

const SMALL = ["--bits", "512", "--allow-weak", "--threads", "1"];
const KILL_AT = fileURLToPath(
	new URL("../../build/test/ensure/kill-at.js", import.meta.url),
);

let root: string;
let folder: string;
let file: string;
let goodPem: string;
beforeAll(async () => {
	root = mkdtempSync(join(tmpdir(), "gen-dhparams-cli-ensure-"));
	chmodSync(root, 0o755);
	goodPem = (await generate(512, { allowWeak: true, threads: 1 })).toPem();
});
beforeEach(() => {
	folder = mkdtempSync(join(root, "test-"));
	file = join(folder, "dhparams.pem");
});
afterAll(() => rmSync(root, { recursive: true }));

function content(path = file): string {
	return readFileSync(path, "utf8");
}

function run(...args: string[]) {
	return command(["ensure", file, ...SMALL, ...args]);
}

/** Starts a run without waiting for its end. */
function start(args: readonly string[], nodeArgs: readonly string[] = []) {
	const child = spawn(
		process.execPath,
		[...nodeArgs, MAIN, "ensure", file, ...SMALL, ...args],
		{ stdio: ["ignore", "pipe", "pipe"] },
	);
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (chunk) => {
		stdout += chunk;
	});
	child.stderr.on("data", (chunk) => {
		stderr += chunk;
	});
	const ended = once(child, "close").then(([status, signal]) => ({
		status,
		signal,
		stdout,
		stderr,
	}));
	return { child, ended };
}

async function until(condition: () => boolean, child?: ChildProcess) {
	while (!condition()) {
		if (child && child.exitCode !== null) throw new Error("it has ended");
		await sleep(2);
	}
}

const isValid = new Ajv({ allowUnionTypes: true }).compile(
	JSON.parse(readFileSync("docs/ensure.schema.json", "utf8")),
);

/** What --json printed, which the schema must know. */
function printed(stdout: string) {
	const value = JSON.parse(stdout);
	expect(isValid(value), JSON.stringify(isValid.errors)).toBe(true);
	return value;
}

/** A zombie that nobody has asked about yet has ended too. */
function isRunning(pid: number): boolean {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
		return !stat.includes(") Z ");
	} catch {
		return false;
	}
}

function accepted(pem: string): boolean {
	const { stderr } = openssl(["dhparam", "-check", "-noout"], pem);
	return stderr.includes("DH parameters appear to be ok.");
}

test("says what it did", () => {
	expect(run()).toEqual({
		status: 0,
		stdout: `${file}: now holds fresh parameters of 512 bits. There was no such file.\n`,
		stderr: "",
	});
	expect(accepted(content())).toBe(true);
	expect(run()).toEqual({
		status: 0,
		stdout: `${file}: unchanged. The file holds good parameters of 512 bits.\n`,
		stderr: "",
	});
	const replaced = run("--force", "--backup", "--mode", "0600");
	const [, backup = ""] =
		/^The old file is (.*)\.$/m.exec(replaced.stdout) ?? [];
	expect(content(backup)).toContain("BEGIN DH PARAMETERS");
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(run("--mode", "640").stdout).toContain("its mode was changed.");
	expect(run("--absent").stdout).toBe(
		`${file}: removed. The file was there.\n`,
	);
	expect(run("--state", "absent", "-q")).toEqual({
		status: 0,
		stdout: "",
		stderr: "",
	});
});

test("--json prints the result, --return-content adds the PEM", () => {
	const { status, stdout } = run("--json", "--return-content");
	expect(status).toBe(0);
	expect(JSON.parse(stdout)).toEqual({
		version: 1,
		changed: true,
		path: file,
		reason: "missing",
		message: "There was no such file.",
		bits: 512,
		group: null,
		provisional: false,
		checkMode: false,
		pem: content(),
	});
});

test("--check-mode and --dry-run exit with 1 where something would be changed", () => {
	expect(run("--check-mode")).toMatchObject({
		status: 1,
		stdout: `${file}: would be replaced. There was no such file.\n`,
	});
	expect(readdirSync(folder)).toEqual([]);
	writeFileSync(file, goodPem);
	expect(run("--dry-run").status).toBe(0);
	expect(run("--dry-run", "--absent").status).toBe(1);
	const json = run("--dry-run", "--json", "--max-age", "0d");
	expect(json.status).toBe(1);
	expect(JSON.parse(json.stdout)).toMatchObject({
		changed: true,
		checkMode: true,
		reason: "too-old",
	});
	expect(content()).toBe(goodPem);
});

test("--reload prints to stderr, and its failure is exit status 4", () => {
	expect(run("--reload", "echo reloaded", "--json")).toMatchObject({
		status: 0,
		stderr: "reloaded\n",
	});
	expect(run("--reload", "exit 9")).toMatchObject({ status: 0, stderr: "" });
	const failed = run("--reload", "exit 9", "--force", "-q");
	expect(failed).toEqual({
		status: 4,
		stdout: "",
		stderr: `gen-dhparams: ${file} is changed, but the reload command failed with exit status 9: exit 9\n`,
	});
	expect(accepted(content())).toBe(true);
});

test("a failed reload is repeated by each next run with --reload until it succeeds", () => {
	expect(run("--reload", "exit 9").status).toBe(4);
	expect(readdirSync(folder)).toEqual([
		"dhparams.pem",
		"dhparams.pem.reload-pending",
	]);
	// Without a command there is nothing to repeat, and a word about it.
	const without = run("--json");
	expect(without.status).toBe(0);
	expect(printed(without.stdout)).toMatchObject({
		changed: false,
		reloadPending: true,
	});
	expect(without.stderr).toContain("has not been reloaded since");
	const again = run("--reload", "exit 8", "--json");
	expect(again.status).toBe(4);
	expect(again.stderr).toBe(
		`gen-dhparams: ${file} was changed by an earlier run, but the reload command failed with exit status 8: exit 8\n`,
	);
	expect(printed(again.stdout)).toMatchObject({
		changed: false,
		reload: { exitCode: 8 },
		reloadPending: true,
	});
	const made = run("--reload", "echo reloaded");
	expect(made.status).toBe(0);
	expect(made.stdout).toContain("The server is reloaded, which");
	expect(made.stderr).toBe("reloaded\n");
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
	expect(run("--reload", "exit 9").status).toBe(0);
});

test("a run that is killed while it reloads leaves the reload to the next one", async () => {
	const { child, ended } = start(["--reload", "echo $$ >&2; exec sleep 20"]);
	await until(() => existsSync(`${file}.reload-pending`), child);
	const [said] = await once(child.stderr, "data");
	child.kill("SIGKILL");
	process.kill(Number(String(said)), "SIGKILL");
	await ended;
	expect(run("--reload", "echo reloaded")).toMatchObject({
		status: 0,
		stderr: "reloaded\n",
	});
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
});

test.each([
	["SIGTERM", 143],
	["SIGINT", 130],
] as const)(
	"%s during --reload ends with %i, and ends the command with all that it started",
	async (signal, expected) => {
		const { child, ended } = start([
			"--json",
			"--reload",
			"sleep 20 & echo $! >&2; wait",
		]);
		const [said] = await once(child.stderr, "data");
		const pid = Number(String(said));
		expect(existsSync(`/proc/${pid}`)).toBe(true);
		child.kill(signal);
		const { status, stdout } = await ended;
		expect(status).toBe(expected);
		expect(stdout).toBe("");
		await until(() => !isRunning(pid));
		expect(accepted(content())).toBe(true);
		expect(readdirSync(folder).sort()).toEqual([
			"dhparams.pem",
			"dhparams.pem.reload-pending",
		]);
	},
);

test("--json prints JSON for errors too", () => {
	mkdirSync(`${file}.d`);
	writeFileSync(`${file}.lock`, JSON.stringify({}));
	for (const [args, code] of [
		[["--bits", "600", "--wait", "0"], "ERR_LOCKED"],
		[["--mode", "9"], "ERR_INVALID_ARGUMENT"],
		[["--owner", "no-such-user"], "ERR_INVALID_ARGUMENT"],
	] as const) {
		const { status, stdout, stderr } = command([
			"ensure",
			file,
			"--allow-weak",
			"--json",
			...args,
		]);
		expect(status).toBe(2);
		const { error } = printed(stdout);
		expect(error.code).toBe(code);
		expect(stderr).toBe(`gen-dhparams: ${error.message}\n`);
	}
	const directory = command(["ensure", `${file}.d`, "--json"]);
	expect(printed(directory.stdout).error.code).toBe("ERR_FILE");
});

test("whatever lies at FILE.lock, --wait bounds the run and SIGTERM ends it at once", async () => {
	const lock = `${file}.lock`;
	spawnSync("mkfifo", [lock]);
	const began = performance.now();
	expect(run("--wait", "5")).toMatchObject({ status: 2, stdout: "" });
	expect(performance.now() - began).toBeLessThan(30_000);
	rmSync(lock);
	writeFileSync(lock, "{}");
	const { child, ended } = start(["--wait", "600"]);
	await once(child.stderr, "data");
	child.kill("SIGTERM");
	expect((await ended).status).toBe(143);
});

test.each([
	[["--wait", "soon"], "--wait"],
	[["--max-age", "3 weeks"], "--max-age"],
	[["--mode", "u+r"], "--mode"],
	[["--mode", "0999"], "--mode"],
	[["--state", "gone"], "--state"],
	[["--absent", "--state", "present"], "--absent"],
	[["--background"], "--provisional"],
	[["--return-content"], "--json"],
	[["--provisional", "dh_2048_256"], "dh_2048_256"],
	[["--bits", "2048"], "--bits is given twice"],
	[["--frobnicate"], "--frobnicate"],
])("%j is one line on stderr and exit status 2", async (args, word) => {
	const { status, stdout, stderr } = await inProcess([
		...["ensure", file, ...SMALL, ...args],
	]);
	expect(status).toBe(2);
	expect(stdout).toBe("");
	expect(stderr).toContain(word);
	expect(stderr.trim().split("\n")).toHaveLength(1);
	expect(readdirSync(folder)).toEqual([]);
});

test("SIGTERM ends the search, and leaves the old file and nothing else", async () => {
	writeFileSync(file, goodPem);
	const { child, ended } = start(["--force", "--generator", "7"]);
	await until(() => existsSync(`${file}.lock`), child);
	child.kill("SIGTERM");
	const { status, stdout } = await ended;
	// It may have been done already.
	if (status === 143) expect(content()).toBe(goodPem);
	else expect(stdout).toContain("now holds");
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
});

test.each([2, 5])("of %i runs at once one works", async (runs) => {
	const all = await Promise.all(
		Array.from({ length: runs }, () => start(["--json"]).ended),
	);
	expect(all.map(({ status }) => status)).toEqual(Array(runs).fill(0));
	const results: EnsureResult[] = all.map(({ stdout }) => JSON.parse(stdout));
	expect(results.filter(({ changed }) => changed)).toHaveLength(1);
	expect(accepted(content())).toBe(true);
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
});

test("--wait 0 gives up at once while another run is at work, and says which", async () => {
	const child = spawn("sleep", ["60"]);
	try {
		const lock = `${file}.lock`;
		const first = start(["--reload", `cp '${file}' '${folder}/copy'`]);
		await until(() => existsSync(lock), first.child);
		const { pid: _, ...rest } = JSON.parse(content(lock));
		await first.ended;
		const started = readFileSync(`/proc/${child.pid}/stat`, "latin1");
		writeFileSync(
			lock,
			JSON.stringify({
				...rest,
				pid: child.pid,
				started: started.split(") ")[1]?.split(" ")[19],
			}),
		);
		const { status, stderr } = run("--force", "--wait", "0");
		expect(status).toBe(2);
		expect(stderr).toMatch(
			new RegExp(
				`^gen-dhparams: .*\\.lock is still held by process ${child.pid} on .*\n$`,
			),
		);
		// A good file is nobody's business.
		expect(run("--wait", "0").status).toBe(0);
	} finally {
		child.kill("SIGKILL");
	}
});

test("killed before each of its steps, it leaves the old file or the new one, and the next run tidies up", async () => {
	writeFileSync(file, goodPem);
	const versions = new Set([goodPem]);
	let steps = 0;
	for (let ended = false; !ended; ) {
		steps++;
		const { status, signal } = spawnSync(
			process.execPath,
			["--import", KILL_AT, MAIN, "ensure", file, ...SMALL, "--force"],
			{ env: { ...process.env, KILL_AT: String(steps) } },
		);
		ended = status === 0;
		if (!ended) expect(signal).toBe("SIGKILL");
		const now = content();
		if (!versions.has(now)) expect(accepted(now)).toBe(true);
		versions.add(now);
	}
	// Lock, reserve, write, sync, rename, release: each is a step of its own.
	expect(steps).toBeGreaterThan(15);
	expect(run("--force").status).toBe(0);
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
}, 120_000);

test("killed at random moments, with a missing file at first and a backup, it does no harm", async () => {
	let before: string | undefined;
	for (let round = 0; round < 6; round++) {
		const { child, ended } = start([
			"--force",
			"--backup",
			"--provisional",
			"ffdhe2048",
		]);
		await sleep(60 + Math.random() * 300);
		child.kill("SIGKILL");
		await ended;
		const now = existsSync(file) ? content() : undefined;
		if (now === undefined) expect(before).toBeUndefined();
		else if (now !== before) expect(accepted(now)).toBe(true);
		before = now;
	}
	for (const name of readdirSync(folder)) {
		if (/\dZ(-\d)?$/.test(name)) {
			expect(accepted(content(join(folder, name)))).toBe(true);
		}
	}
	expect(run("--force").status).toBe(0);
	const left = readdirSync(folder).filter((name) => !/\dZ(-\d)?$/.test(name));
	expect(left).toEqual(["dhparams.pem"]);
});

test("--background returns with the provisional group in place; a process of its own replaces it and reloads", async () => {
	const provisionalFile = namedGroup("ffdhe2048").toPem();
	const log = join(folder, "log");
	const { status, stdout } = run(
		"--provisional",
		"ffdhe2048",
		"--background",
		"--json",
		"--reload",
		`cp '${file}' '${log}.new' && mv '${log}.new' '${log}'`,
	);
	expect(status).toBe(0);
	const { background, ...result } = JSON.parse(stdout);
	expect(background).toBeGreaterThan(0);
	expect(result).toMatchObject({
		changed: true,
		bits: 2048,
		group: "ffdhe2048",
		provisional: true,
	});
	expect(result).not.toHaveProperty("reload");
	await until(() => existsSync(log));
	expect(content(log)).toBe(content());
	expect(content()).not.toBe(provisionalFile);
	expect(accepted(content())).toBe(true);
	const again = run("--provisional", "ffdhe2048", "--background");
	expect(again.stdout).toContain("unchanged.");
});

const asRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
if (!asRoot) {
	process.stderr.write(
		"\n*** SKIPPED: not root. That another user's folder and file are refused was not tested. ***\n",
	);
}

/** Runs a shell script in a mount namespace of its own, whose mounts end with it; undefined where that is not allowed. */
function withMounts(script: string) {
	const isolate = ["--mount", "--propagation", "private", "sh", "-ec"];
	if (
		spawnSync("unshare", [...isolate, "mount -t tmpfs x /mnt"]).status !== 0
	) {
		process.stderr.write(
			"\n*** SKIPPED: no mount namespace (unshare --mount as root). Read-only and full file systems were not tested. ***\n",
		);
		return undefined;
	}
	const { status, stdout, stderr } = spawnSync(
		"unshare",
		[...isolate, script, "sh", process.execPath, MAIN, folder],
		{ encoding: "utf8", timeout: 30_000 },
	);
	return { status, stdout, stderr };
}

test.runIf(asRoot)(
	"a user who may not write the folder, or not keep the owner, is told before the search",
	() => {
		const as = { uid: NOBODY, gid: NOBODY, encoding: "utf8" } as const;
		const args = [MAIN, "ensure", file, "--bits", "8192"];
		chmodSync(folder, 0o755);
		const locked = spawnSync(process.execPath, args, as);
		expect(locked.status).toBe(2);
		expect(locked.stderr).toBe(
			`gen-dhparams: ${file} cannot be written: permission is denied.\n`,
		);
		chmodSync(folder, 0o777);
		writeFileSync(file, goodPem);
		const owned = spawnSync(process.execPath, args, as);
		expect(owned.status).toBe(2);
		expect(owned.stderr).toContain("is to belong to user 0 and group 0");
		chmodSync(file, 0o600);
		const unreadable = spawnSync(process.execPath, args, as);
		expect(unreadable.status).toBe(2);
		expect(unreadable.stderr).toBe(
			`gen-dhparams: ${file} cannot be read: permission is denied.\n`,
		);
		expect(content()).toBe(goodPem);
		expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
	},
);

test("a read-only file system is told before the search; a good file on it is fine", () => {
	writeFileSync(file, goodPem);
	const found = withMounts(`
		mount --bind "$3" "$3" && mount -o remount,bind,ro "$3"
		"$1" "$2" ensure "$3/dhparams.pem" --bits 512 --allow-weak
		"$1" "$2" ensure "$3/dhparams.pem" --bits 8192 --check-mode || echo "status $?"
		"$1" "$2" ensure "$3/dhparams.pem" --bits 8192 || echo "status $?"
		"$1" "$2" ensure "$3/other.pem" --bits 8192 --provisional ffdhe2048 || echo "status $?"`);
	if (found === undefined) return;
	expect(found.stdout).toBe(
		`${file}: unchanged. The file holds good parameters of 512 bits.\n${"status 2\n".repeat(3)}`,
	);
	const lines = found.stderr.trim().split("\n");
	expect(lines).toHaveLength(3);
	for (const line of lines)
		expect(line).toContain("the file system is read-only.");
});

test("a full file system is told before the search, and the old file stays", () => {
	writeFileSync(file, goodPem);
	const found = withMounts(`
		mount -t tmpfs -o size=32k none /mnt
		cp "$3/dhparams.pem" /mnt/
		cat /dev/zero > /mnt/filler 2>/dev/null || true
		"$1" "$2" ensure /mnt/dhparams.pem --bits 8192 || echo "status $?"
		cmp "$3/dhparams.pem" /mnt/dhparams.pem
		ls /mnt
		# Room for the lock, but for nothing more.
		truncate -s 24576 /mnt/filler
		"$1" "$2" ensure /mnt/dhparams.pem --bits 8192 || echo "status $?"
		cmp "$3/dhparams.pem" /mnt/dhparams.pem
		ls /mnt`);
	if (found === undefined) return;
	const seen = "status 2\ndhparams.pem\nfiller\n";
	expect(found.stdout).toBe(seen + seen);
	expect(found.stderr.trim().split("\n")).toEqual(
		Array(2).fill(
			"gen-dhparams: /mnt/dhparams.pem cannot be written: the file system is full.",
		),
	);
});
