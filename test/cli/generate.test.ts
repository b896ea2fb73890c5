import { spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	chownSync,
	lchownSync,
	lstatSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openssl } from "../openssl/openssl.js";
import { command, MAIN } from "./command.js";
import { inProcess } from "./in-process.js";

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gen-dhparams-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("above 10,000 bits it says that OpenSSL refuses such a group", async () => {
	const child = spawn(process.execPath, [MAIN, "10001", "--no-progress"]);
	const said = await new Promise<string>((resolve) =>
		child.stderr.once("data", (bytes) => resolve(String(bytes))),
	);
	child.kill("SIGKILL");
	expect(said).toMatch(/warning: OpenSSL refuses .* 10000 bits.*--max-bits/);
});

const WEAK = ["512", "--allow-weak", "--threads", "1"];
const WARNING =
	'gen-dhparams: warning: 512 bits are too few for a server; many clients refuse such a group ("dh key too small"). Use 2048 or more.\n';

test("writes nothing but the PEM to stdout, and a warning to stderr", () => {
	const { status, stdout, stderr } = command(WEAK);
	expect(status).toBe(0);
	expect(stdout).toMatch(
		/^-----BEGIN DH PARAMETERS-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END DH PARAMETERS-----\n$/,
	);
	expect(stderr).toBe(WARNING);
	const reencoded = openssl(["dhparam"], stdout);
	expect(reencoded.stdout.toString()).toBe(stdout);
});

test("--quiet says nothing at all", () => {
	expect(command([...WEAK, "--quiet"]).stderr).toBe("");
});

test.each([
	["-2", "2"],
	["-3", "3"],
	["-5", "5"],
	["-g", "7"],
])("%s chooses the generator, and --json shows it", async (flag, g) => {
	const args = flag === "-g" ? [...WEAK, "-g", g] : [...WEAK, flag];
	const { stdout } = await inProcess([...args, "--json"]);
	const result = JSON.parse(stdout);
	expect(result).toMatchObject({ bits: 512, g });
	const { stderr } = openssl(["dhparam", "-check", "-noout"], result.pem);
	expect(stderr).toContain("appear to be ok");
});

test("-text and -noout print what openssl prints", async () => {
	const { stdout } = await inProcess([...WEAK, "-text"]);
	const again = openssl(["dhparam", "-text"], stdout);
	expect(stdout).toBe(again.stdout.toString());
	const { stdout: noout } = await inProcess([...WEAK, "-text", "-noout"]);
	expect(noout).toContain("DH Parameters: (512 bit)");
	expect(noout).not.toContain("BEGIN");
});

test("-outform DER writes what openssl reads and writes", async () => {
	const file = join(folder, "params.der");
	const made = await inProcess([...WEAK, "-outform", "DER", "-out", file]);
	expect(made.status).toBe(0);
	const der = readFileSync(file);
	const again = openssl([
		"dhparam",
		"-inform",
		"DER",
		"-outform",
		"DER",
		"-in",
		file,
	]);
	expect(again.stdout.equals(der)).toBe(true);
});

test("--out writes a file of mode 0644, whatever the umask, and leaves nothing beside it", () => {
	const own = mkdtempSync(join(folder, "out-"));
	const file = join(own, "dhparams.pem");
	const umask = process.umask(0o077);
	try {
		const { status, stdout } = command([...WEAK, "--out", file]);
		expect(status).toBe(0);
		expect(stdout).toBe("");
	} finally {
		process.umask(umask);
	}
	expect(statSync(file).mode & 0o777).toBe(0o644);
	expect(readdirSync(own)).toEqual(["dhparams.pem"]);
});

test("--out refuses to replace a file before it searches; --force replaces it through a link", async () => {
	const file = join(folder, "here.pem");
	const link = join(folder, "link.pem");
	writeFileSync(file, "precious");
	symlinkSync(file, link);
	const { status, stderr } = await inProcess(["8192", "--out", link]);
	expect(status).toBe(2);
	expect(stderr).toBe(
		`gen-dhparams: ${link} exists already. Replace it with --force, or give another name.\n`,
	);
	expect(readFileSync(file, "utf8")).toBe("precious");
	const forced = await inProcess([...WEAK, "--out", link, "--force"]);
	expect(forced.status).toBe(0);
	expect(readFileSync(file, "utf8")).toContain("BEGIN DH PARAMETERS");
	expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test("--out fills an empty file without --force, as scripts with mktemp expect, and keeps its mode", () => {
	const script = `F=$(mktemp) && '${process.execPath}' '${MAIN}' -q 512 --allow-weak -out "$F" && stat -c %a "$F" && cat "$F" && rm "$F"`;
	const { status, stdout } = spawnSync("sh", ["-c", script]);
	expect(status).toBe(0);
	expect(stdout.toString()).toMatch(/^600\n-----BEGIN DH PARAMETERS-----\n/);
	// A byte is not nothing.
	const file = join(folder, "one-byte");
	writeFileSync(file, "\n");
	expect(command(["8192", "--out", file]).status).toBe(2);
	expect(readFileSync(file, "utf8")).toBe("\n");
	expect(command([...WEAK, "--out", file, "--force"]).status).toBe(0);
});

test.runIf(process.getuid?.() === 0)(
	"--out fills no empty file of another user, and follows no link of one",
	() => {
		const shared = mkdtempSync(join(folder, "shared-"));
		chmodSync(shared, 0o1777);
		const empty = join(shared, "empty");
		writeFileSync(empty, "");
		chownSync(empty, 65_534, 65_534);
		expect(command(["8192", "--out", empty]).stderr).toContain(
			"exists already",
		);
		const link = join(shared, "link");
		symlinkSync(join(folder, "roots"), link);
		lchownSync(link, 65_534, 65_534);
		const { status, stderr } = command(["8192", "--out", link, "--force"]);
		expect(status).toBe(2);
		expect(stderr).toContain("is a symbolic link of user 65534");
	},
);

test("killed before each of its steps, --out leaves the old file or the new one, and the next run tidies up", () => {
	const own = mkdtempSync(join(folder, "killed-"));
	const file = join(own, "dhparams.pem");
	writeFileSync(file, "old");
	const killAt = join(MAIN, "../../../../build/test/ensure/kill-at.js");
	let steps = 0;
	for (let ended = false; !ended; ) {
		steps++;
		const { status, signal } = spawnSync(
			process.execPath,
			["--import", killAt, MAIN, ...WEAK, "--out", file, "--force"],
			{ env: { ...process.env, KILL_AT: String(steps) } },
		);
		ended = status === 0;
		if (!ended) expect(signal).toBe("SIGKILL");
		const text = readFileSync(file, "utf8");
		expect(text === "old" || /END DH PARAMETERS-----\n$/.test(text)).toBe(true);
	}
	expect(steps).toBeGreaterThan(4);
	// A file of a killed run under another name, one of a living process, and one that is not ours.
	writeFileSync(join(own, ".gen-dhparams-x.tmp"), "mine");
	spawnSync(
		process.execPath,
		["--import", killAt, MAIN, ...WEAK, "--out", join(own, "other.pem")],
		{ env: { ...process.env, KILL_AT: String(steps - 2) } },
	);
	expect(command([...WEAK, "--out", file, "--force"]).status).toBe(0);
	const left = readdirSync(own).filter((name) => name !== "other.pem");
	expect(left.sort()).toEqual([".gen-dhparams-x.tmp", "dhparams.pem"]);
});

test.each([
	["a directory", () => folder, "is a directory"],
	[
		"a missing directory",
		() => join(folder, "none", "x.pem"),
		"its directory does not exist",
	],
	["a file used as a directory", () => join(MAIN, "x.pem"), "not a directory"],
	[
		"too long a name",
		() => join(folder, "x".repeat(300)),
		"the name is too long",
	],
])("--out with %s is refused before the search", async (_, path, reason) => {
	const { status, stderr } = await inProcess(["8192", "--out", path()]);
	expect(status).toBe(2);
	expect(stderr).toContain(reason);
	expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("--out where the user may not write is refused before the search", () => {
	const locked = mkdtempSync(join(folder, "locked-"));
	chmodSync(locked, 0o555);
	chmodSync(folder, 0o755);
	const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
	const run = spawnSync(
		process.execPath,
		[MAIN, "8192", "--out", join(locked, "x.pem")],
		asNobody,
	);
	expect(run.status).toBe(2);
	expect(run.stderr.toString()).toContain("permission is denied");
});

test("a full device as stdout and as --out is one line and exit code 2", () => {
	const run = spawnSync("sh", [
		"-c",
		`'${process.execPath}' '${MAIN}' 512 --allow-weak -q > /dev/full`,
	]);
	expect(run.status).toBe(2);
	expect(run.stderr.toString()).toBe(
		"gen-dhparams: Standard output cannot be written: the device is full.\n",
	);
	const out = command([...WEAK, "-q", "--out", "/dev/full"]);
	expect(out.status).toBe(2);
	expect(out.stderr).toBe(
		"gen-dhparams: /dev/full cannot be written: the file system is full.\n",
	);
});

test("a reader that closes the pipe hears no complaint", () => {
	const run = spawnSync("sh", [
		"-c",
		`'${process.execPath}' '${MAIN}' 512 --allow-weak -q | head -c 10`,
	]);
	expect(run.stdout.toString()).toBe("-----BEGIN");
	expect(run.stderr.toString()).toBe("");
});

test.each([
	["SIGINT", 130],
	["SIGTERM", 143],
] as const)(
	"%s ends the search at once with exit code %i and no file",
	async (signal, code) => {
		const own = mkdtempSync(join(folder, "stopped-"));
		const child = spawn(process.execPath, [
			MAIN,
			"16384",
			"--progress",
			"--out",
			join(own, "x.pem"),
		]);
		let said = "";
		child.stderr.on("data", (text) => {
			said += text;
			// Not at the warning that comes before the search.
			if (said.includes("sieving") && !child.killed) child.kill(signal);
		});
		const status = await new Promise((resolve) => child.on("exit", resolve));
		expect(status).toBe(code);
		expect(said).toMatch(/16384 bits: [\d. minsh]+, sieving/);
		expect(readdirSync(own)).toEqual([]);
	},
);

test.each([
	[["abc"], '"abc" is neither a command nor a size in bits'],
	[["chekc", "x.pem"], "chekc"],
	[["-2048"], '"-2048" is not a size'],
	[["2048.5"], '"2048.5"'],
	[["2e3"], '"2e3"'],
	[["0x800"], '"0x800"'],
	[[""], '""'],
	[["99999999999999999999"], '"99999999999999999999"'],
	[["1000000"], "1000000 is not a valid size"],
	[["511", "--allow-weak"], "511 is not a valid size"],
	[["0"], "0 is not a valid size"],
	[["600"], "--allow-weak"],
	[["2048", "4096"], '"2048" and "4096" are two sizes'],
	[["-2", "-5"], "-2 and -5 both choose the generator"],
	[["-3", "-g", "7"], "-3 and --generator 7 both choose"],
	[["-g", "1"], "1 cannot be the generator"],
	[["-g", "two"], '"two"'],
	[["--frobnicate"], "--frobnicate"],
	[["--out"], "--out"],
	[["--out", "a", "-o", "b"], 'given twice, as "a" and "b"'],
	[["--threads", "0"], "0 threads"],
	[["--threads", "many"], '"many"'],
	[["--outform", "PKCS12"], '"PKCS12"'],
	[["--json", "--text"], "--json and --text"],
	[["--json", "--outform", "DER"], "--json and --outform"],
])("bad usage %j is one clear line and exit code 2", async (args, words) => {
	const { status, stdout, stderr } = await inProcess(args);
	expect(status).toBe(2);
	// With --json the error is there too: schemas.test.ts.
	if (!args.includes("--json")) expect(stdout).toBe("");
	expect(stderr).toContain(words);
	expect(stderr).toMatch(/^gen-dhparams: .*\n$/);
});

test("--help and --version answer on stdout", async () => {
	expect((await inProcess(["--help"])).stdout).toContain(
		"gen-dhparams 2048 > dhparams.pem",
	);
	expect((await inProcess(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
