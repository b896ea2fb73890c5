import { execFileSync } from "node:child_process";
import {
	chmodSync,
	chownSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	DhParams,
	type EnsureOptions,
	ensure,
	FileError,
	generate,
	InvalidArgumentError,
	LockedError,
	namedGroup,
	WeakSizeError,
} from "gen-dhparams";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openssl } from "../openssl/openssl.js";

const DAY = 86_400_000;
/** Parameters that were cut. */
const DAMAGED = "-----BEGIN DH PARAMETERS-----\nMEYCQQ\n";
/** Small enough for tests. */
const SMALL = { bits: 512, allowWeak: true, threads: 1 } as const;

let root: string;
let folder: string;
let file: string;
let good: DhParams;
let goodPem: string;
beforeAll(async () => {
	root = mkdtempSync(join(tmpdir(), "gen-dhparams-ensure-"));
	good = await generate(SMALL.bits, { allowWeak: true, threads: 1 });
	goodPem = good.toPem();
});
beforeEach(() => {
	folder = mkdtempSync(join(root, "test-"));
	file = join(folder, "dhparams.pem");
});
afterAll(() => rmSync(root, { recursive: true }));

function content(path = file): string {
	return readFileSync(path, "utf8");
}

function small(options: EnsureOptions = {}) {
	return ensure(file, { ...SMALL, ...options });
}

function acceptedByOpenssl(pem: string, bits: number): void {
	const { stderr } = openssl(["dhparam", "-check", "-noout"], pem);
	expect(stderr).toContain("DH parameters appear to be ok.");
	const { stdout } = openssl(["dhparam", "-text", "-noout"], pem);
	expect(stdout.toString()).toContain(`(${bits} bit)`);
}

test("makes a missing file that OpenSSL accepts, readable for all whatever the umask; then leaves it alone", async () => {
	const umask = process.umask(0o077);
	const made = await small();
	process.umask(umask);
	expect(made).toEqual({
		changed: true,
		path: file,
		reason: "missing",
		message: "There was no such file.",
		bits: 512,
		group: null,
		provisional: false,
		checkMode: false,
	});
	acceptedByOpenssl(content(), 512);
	expect(statSync(file).mode & 0o777).toBe(0o644);
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);

	const before = { text: content(), status: statSync(file) };
	const again = await small();
	expect(again).toMatchObject({ changed: false, reason: "good", bits: 512 });
	expect(content()).toBe(before.text);
	expect(statSync(file).mtimeMs).toBe(before.status.mtimeMs);
	expect(statSync(file).ino).toBe(before.status.ino);
});

test("2048 bits are enough by default, and fewer are not", async () => {
	writeFileSync(file, namedGroup("modp_1536").toPem());
	expect(await ensure(file, { checkMode: true })).toMatchObject({
		changed: true,
		reason: "too-small",
		bits: 1536,
	});
	writeFileSync(file, namedGroup("ffdhe2048").toPem());
	expect(await ensure(file)).toMatchObject({ changed: false, bits: 2048 });
});

test("options of the search go to the search", async () => {
	await small({ generator: 5, bits: 600 });
	acceptedByOpenssl(content(), 600);
	const text = openssl(["dhparam", "-text", "-noout"], content()).stdout;
	expect(text.toString()).toMatch(/(G|generator): +5 /);
});

test.each<[string, () => string | Uint8Array]>([
	["nothing", () => ""],
	["zeros, as after a crash of the machine", () => Buffer.alloc(156)],
	["half a file", () => goodPem.slice(0, 80)],
	["a composite p", () => new DhParams({ p: good.p + 8n, g: 2n }).toPem()],
	["a bad generator", () => new DhParams({ p: good.p, g: 1n }).toPem()],
	["JSON", () => JSON.stringify(good)],
	["the words of openssl -text", () => good.toText()],
])("replaces %s", async (_, bad) => {
	writeFileSync(file, bad());
	const result = await small();
	expect(result).toMatchObject({ changed: true, reason: "rejected" });
	acceptedByOpenssl(content(), 512);
});

test("leaves good DER and good parameters with text above alone", async () => {
	writeFileSync(file, good.toDer());
	expect(await small()).toMatchObject({ changed: false });
	writeFileSync(file, good.toText() + goodPem);
	expect(await small()).toMatchObject({ changed: false });
});

test("replaces what is too small for the request; larger is good enough", async () => {
	writeFileSync(file, goodPem);
	expect(await small({ bits: 640 })).toMatchObject({
		changed: true,
		reason: "too-small",
		bits: 640,
	});
	expect(await small()).toMatchObject({ changed: false, bits: 640 });
	writeFileSync(file, namedGroup("ffdhe2048").toPem());
	expect(await ensure(file, { bits: 3072, checkMode: true })).toMatchObject({
		changed: true,
		reason: "too-small",
		bits: 2048,
	});
});

test.each([
	[
		"a private key",
		() => openssl(["genpkey", "-algorithm", "ed25519"]).stdout.toString(),
	],
	["OpenSSH's table of groups", () => "20120821044040 2 6 100 511 2 F7\n"],
])("never replaces %s", async (what, other) => {
	const text = other();
	writeFileSync(file, text);
	const refused = small({ force: true });
	await expect(refused).rejects.toThrow(FileError);
	await expect(refused).rejects.toThrow(`holds ${what}`);
	expect(content()).toBe(text);
	// With good parameters beside the key nothing needs to be replaced.
	if (text.includes("BEGIN")) {
		writeFileSync(file, text + goodPem);
		expect(await small()).toMatchObject({ changed: false });
		await expect(small({ force: true })).rejects.toThrow(FileError);
		expect(content()).toBe(text + goodPem);
	}
});

test("a key in DER is not replaced either", async () => {
	const key = openssl(["genpkey", "-algorithm", "ed25519", "-outform", "DER"]);
	writeFileSync(file, key.stdout);
	await expect(small()).rejects.toThrow("holds a private key");
	expect(readFileSync(file).equals(key.stdout)).toBe(true);
});

test("force replaces a good file, backup keeps the old one, mode and owner stay", async () => {
	writeFileSync(file, goodPem);
	chmodSync(file, 0o640);
	const asRoot = process.getuid?.() === 0;
	if (asRoot) chownSync(file, 4321, 8765);
	const result = await small({ force: true, backup: true });
	expect(result).toMatchObject({ changed: true, reason: "forced" });
	expect(content()).not.toBe(goodPem);
	const { backupFile = "" } = result;
	expect(backupFile).toMatch(/\/dhparams\.pem\.\d{8}T\d{6}Z$/);
	expect(content(backupFile)).toBe(goodPem);
	for (const one of [file, backupFile]) {
		const { mode, uid, gid } = statSync(one);
		expect(mode & 0o777).toBe(0o640);
		if (asRoot) expect([uid, gid]).toEqual([4321, 8765]);
	}
	expect(readdirSync(folder)).toHaveLength(2);
});

test("three backups within a second have three names", async () => {
	writeFileSync(file, goodPem);
	const names = new Set<string>();
	for (let i = 0; i < 3; i++) {
		writeFileSync(file, `${i}`);
		const wanted = { backup: true, force: true };
		const { backupFile = "" } = await small(wanted);
		expect(content(backupFile)).toBe(`${i}`);
		names.add(backupFile);
	}
	expect(names.size).toBe(3);
});

test("mode is set on a new file, and on a good one that has another", async () => {
	await small({ mode: 0o600 });
	expect(statSync(file).mode & 0o777).toBe(0o600);
	const pem = content();
	const wanted = { mode: 0o640 };
	expect(await small({ ...wanted, checkMode: true })).toMatchObject({
		changed: true,
		reason: "mode",
	});
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(await small(wanted)).toMatchObject({ changed: true, reason: "mode" });
	expect(statSync(file).mode & 0o777).toBe(0o640);
	expect(await small(wanted)).toMatchObject({ changed: false });
	expect(content()).toBe(pem);
});

test("maxAge replaces what was last modified longer ago", async () => {
	writeFileSync(file, goodPem);
	const then = (Date.now() - 91 * DAY) / 1000;
	utimesSync(file, then, then);
	expect(await small({ maxAge: 92 * DAY })).toMatchObject({ changed: false });
	expect(await small({ maxAge: 90 * DAY })).toMatchObject({
		changed: true,
		reason: "too-old",
		message: "The file is 91 days old, more than 90.",
	});
	expect(await small({ maxAge: 90 * DAY })).toMatchObject({ changed: false });
});

test("provisional puts a standard group in place before the search, which replaces it", async () => {
	const ffdhe2048 = namedGroup("ffdhe2048").toPem();
	for (const before of [undefined, DAMAGED, namedGroup("modp_1024").toPem()]) {
		if (before === undefined) rmSync(file, { force: true });
		else writeFileSync(file, before);
		const seen = new Set<string>();
		const onProgress = () => {
			seen.add(content());
		};
		const result = await small({
			bits: 1040,
			provisional: "ffdhe2048",
			onProgress,
			backup: true,
		});
		expect([...seen]).toEqual([ffdhe2048]);
		expect(result).toMatchObject({ changed: true, provisional: false });
		expect(content()).not.toBe(ffdhe2048);
		acceptedByOpenssl(content(), 1040);
		if (before !== undefined) {
			expect(content(result.backupFile)).toBe(before);
		}
	}
	expect(readdirSync(folder)).toHaveLength(3);
});

test("the provisional group is replaced where provisional is given, and good without it", async () => {
	writeFileSync(file, namedGroup("ffdhe2048").toPem());
	expect(await small()).toMatchObject({ changed: false, group: "ffdhe2048" });
	expect(await small({ provisional: "modp_2048" })).toMatchObject({
		changed: false,
	});
	const wanted = { provisional: "FFDHE-2048", backup: true };
	expect(await small({ ...wanted, checkMode: true })).toMatchObject({
		changed: true,
		reason: "provisional",
		provisional: true,
	});
	const result = await small(wanted);
	expect(result).toMatchObject({ changed: true, reason: "provisional" });
	// It can be had again at any time.
	expect(result).not.toHaveProperty("backupFile");
});

test("a good file that is replaced for its age needs no provisional group", async () => {
	writeFileSync(file, goodPem);
	utimesSync(file, 0, 0);
	const seen = new Set<string>();
	const onProgress = () => {
		seen.add(content());
	};
	await small({ provisional: "ffdhe2048", maxAge: DAY, onProgress });
	expect([...seen]).toEqual([goodPem]);
});

test("a symbolic link stays, and its target is replaced or made", async () => {
	const target = join(folder, "real.pem");
	symlinkSync("real.pem", file);
	expect(await small()).toMatchObject({ changed: true, reason: "missing" });
	expect(lstatSync(file).isSymbolicLink()).toBe(true);
	acceptedByOpenssl(content(target), 512);
	expect(await small()).toMatchObject({ changed: false });
	expect(await small({ force: true })).toMatchObject({ changed: true });
	expect(lstatSync(file).isSymbolicLink()).toBe(true);
	expect(readdirSync(folder).sort()).toEqual(["dhparams.pem", "real.pem"]);
});

test("links in a circle, directories, pipes and missing directories are errors in one line", async () => {
	symlinkSync("dhparams.pem", file);
	await expect(small()).rejects.toThrow("its symbolic links go round");
	const pipe = join(folder, "pipe");
	execFileSync("mkfifo", [pipe]);
	await expect(ensure(pipe, SMALL)).rejects.toThrow("is a device, pipe or");
	await expect(ensure(folder, SMALL)).rejects.toThrow("is a directory");
	const nowhere = join(folder, "none", "x.pem");
	await expect(ensure(nowhere, SMALL)).rejects.toThrow(
		`${nowhere} cannot be written: its directory does not exist.`,
	);
	mkdirSync(join(folder, "x.pem.lock"));
	await expect(ensure(join(folder, "x.pem"), SMALL)).rejects.toThrow(FileError);
});

test("absent removes the file, with a backup where one is asked for", async () => {
	const absent = { state: "absent", backup: true } as const;
	expect(await ensure(file, absent)).toMatchObject({
		changed: false,
		reason: "absent",
	});
	writeFileSync(file, goodPem);
	expect(await ensure(file, { ...absent, checkMode: true })).toMatchObject({
		changed: true,
	});
	expect(content()).toBe(goodPem);
	const { backupFile, ...result } = await ensure(file, absent);
	expect(result).toMatchObject({
		changed: true,
		reason: "removed",
		bits: null,
	});
	expect(content(backupFile)).toBe(goodPem);
	expect(readdirSync(folder)).toHaveLength(1);
});

test("absent removes a link and leaves its target", async () => {
	const target = join(folder, "real.pem");
	writeFileSync(target, goodPem);
	symlinkSync(target, file);
	const result = await ensure(file, { state: "absent", backup: true });
	expect(result).toMatchObject({ changed: true });
	expect(readdirSync(folder)).toEqual(["real.pem"]);
});

test("check mode touches nothing and says what would be done", async () => {
	const said = await small({ checkMode: true, provisional: "ffdhe2048" });
	expect(said).toMatchObject({
		changed: true,
		reason: "missing",
		checkMode: true,
		bits: null,
	});
	expect(readdirSync(folder)).toEqual([]);
	writeFileSync(file, DAMAGED);
	const reload = `touch ${join(folder, "reloaded")}`;
	await small({ checkMode: true, backup: true, mode: 0o600, reload });
	expect(content()).toBe(DAMAGED);
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
});

test("returnContent returns the parameters in the file as PEM", async () => {
	const wanted = { returnContent: true };
	expect(await small({ ...wanted, checkMode: true })).toMatchObject({
		pem: null,
	});
	const { pem } = await small(wanted);
	expect(pem).toBe(content());
	expect((await small(wanted)).pem).toBe(pem);
	writeFileSync(file, good.toDer());
	expect((await small(wanted)).pem).toBe(goodPem);
	writeFileSync(file, DAMAGED);
	expect((await small({ ...wanted, checkMode: true })).pem).toBeNull();
});

test("reload runs once the file is there, only if it was changed, and undoes nothing when it fails", async () => {
	const log = join(folder, "log");
	const command = `cat '${file}' >> '${log}'; exit 7`;
	expect((await small({ reload: command })).reload).toEqual({
		command,
		succeeded: false,
		exitCode: 7,
		signal: null,
	});
	expect(content(log)).toBe(content());
	expect(await small({ reload: "true" })).toMatchObject({
		changed: false,
		reload: { succeeded: true },
	});
	expect(await small({ reload: command })).not.toHaveProperty("reload");
	expect(content(log)).toBe(content());
	const killed = await small({ reload: "kill -TERM $$", force: true });
	expect(killed.reload).toMatchObject({ exitCode: null, signal: "SIGTERM" });
});

test("an aborted run changes nothing and leaves nothing behind", async () => {
	writeFileSync(file, goodPem);
	const stop = new AbortController();
	const onProgress = () => stop.abort("enough");
	const run = small({ force: true, signal: stop.signal, onProgress });
	await expect(run).rejects.toBe("enough");
	expect(content()).toBe(goodPem);
	expect(readdirSync(folder)).toEqual(["dhparams.pem"]);
});

test("two in one process: the second one waits and finds the work done, even with force", async () => {
	writeFileSync(file, goodPem);
	const both = await Promise.all([
		small({ force: true }),
		small({ force: true }),
	]);
	expect(both.map(({ changed }) => changed).sort()).toEqual([false, true]);
});

test("wait bounds the waiting, and a LockedError says for whom", async () => {
	let second: Promise<unknown> | undefined;
	const onProgress = () => {
		second ??= small({ wait: 0 }).catch((error: unknown) => error);
	};
	await small({ onProgress });
	expect(await second).toBeInstanceOf(LockedError);
	expect(String(await second)).toContain(`process ${process.pid}`);
});

test("what a killed run has left is cleaned up beside a good file too", async () => {
	writeFileSync(file, goodPem);
	const id = "0123456789abcdef0123456789abcdef";
	const dead = { id, pid: 2 ** 22 + 1, since: "2026-01-01T00:00:00Z" };
	await small({
		force: true,
		onProgress: () => {
			// As it stands while a run is at work, but with a process that is no more.
			const lock = JSON.parse(content(`${file}.lock`));
			writeFileSync(join(folder, "dead"), JSON.stringify({ ...lock, ...dead }));
		},
	});
	writeFileSync(`${file}.lock`, content(join(folder, "dead")));
	rmSync(join(folder, "dead"));
	writeFileSync(`${file}.lock.${id}.new`, "");
	writeFileSync(`${file}.0123456789ab.ensure`, "half");
	writeFileSync(`${file}.bak`, "mine");
	expect(await small()).toMatchObject({ changed: false });
	expect(readdirSync(folder).sort()).toEqual([
		"dhparams.pem",
		"dhparams.pem.bak",
	]);
});

test.each<[string, EnsureOptions]>([
	["a size out of range", { bits: 100, allowWeak: true }],
	["a size that the validator refuses", { bits: 12_000 }],
	["a mode out of range", { mode: 0o1777 }],
	["a negative age", { maxAge: -1 }],
	["a wait that is no number", { wait: Number.NaN }],
	["an unknown state", { state: "gone" as "absent" }],
	["an unknown provisional group", { provisional: "ffdhe1" }],
	["a provisional group that clients refuse", { provisional: "modp_1024" }],
	["a provisional group of unknown origin", { provisional: "dh_2048_256" }],
	["a generator out of range", { generator: 1 }],
])("%s is refused before anything is touched", async (_, options) => {
	await expect(ensure(file, options)).rejects.toThrow(InvalidArgumentError);
	expect(readdirSync(folder)).toEqual([]);
});

test("fewer than 2048 bits need allowWeak", async () => {
	await expect(ensure(file, { bits: 1024 })).rejects.toThrow(WeakSizeError);
});
