import { spawn, spawnSync } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { readJournal } from "../../src/journal/journal.js";
import { command, MAIN } from "./command.js";
import { inProcess } from "./in-process.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-moduli-make-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = () => join(folder, `${files++}`);

const SMALL = "moduli --sizes 512,640 --per-size 2 --allow-weak --seed test -q";
const words = (text: string, ...more: string[]) => [
	...text.split(" "),
	...more,
];

test("writes a file that ssh-keygen accepts line by line", () => {
	const file = newFile();
	const { status, stdout, stderr } = command(words(SMALL, "--out", file));
	expect({ status, stdout, stderr }).toEqual({
		status: 0,
		stdout: "",
		stderr: "",
	});
	expect(existsSync(`${file}.journal`)).toBe(false);
	const screened = newFile();
	const keygen = spawnSync(
		"ssh-keygen",
		["-M", "screen", "-f", file, screened],
		{
			encoding: "utf8",
		},
	);
	expect(keygen.stderr + keygen.stdout).toContain("Found 4 safe primes of 4");
	expect(command(words(SMALL)).stdout).toBe(readFileSync(file, "utf8"));
});

test("--json gives the seed and the groups", () => {
	const { stdout } = command(words(SMALL, "--json"));
	const { version, seed, generator, groups } = JSON.parse(stdout);
	expect({ version, seed, generator }).toEqual({
		version: 1,
		seed: "test",
		generator: 2,
	});
	expect(groups.map((group: { bits: number }) => group.bits)).toEqual([
		512, 512, 640, 640,
	]);
});

test("on standard error: a warning for sizes that sshd never uses, and what comes next", () => {
	const file = newFile();
	const { stderr } = command(
		words(SMALL.replace(" -q", ""), "--out", file, "--progress"),
	);
	expect(stderr).toContain("never those of 512, 640 bits");
	expect(stderr).toContain("512 bits: 0 of 2 groups");
	expect(stderr).toContain(
		"4 groups, verified. Next: gen-dhparams config openssh",
	);
});

test.each([
	["no sizes", "--per-size 2", "Give the sizes"],
	["no number", "--sizes 2048", "Give the sizes"],
	["a size twice", "--sizes 2048,3072,2048 --per-size 2", "given twice"],
	["a size out of range", "--sizes 2048,20000 --per-size 2", "20000"],
	["a weak size", "--sizes 768 --per-size 2", "--allow-weak"],
	["a size that is not a number", "--sizes 2048,x --per-size 2", '"x"'],
	["an empty size", "--sizes 2048, --per-size 2", '""'],
	["a count of 0", "--sizes 2048 --per-size 0", "number of groups"],
	["a count of 1e3", "--sizes 2048 --per-size 1e3", "1e3"],
	["an operand", "--sizes 2048 --per-size 2 FILE", "too many arguments"],
	[
		"an output that exists",
		"--sizes 2048 --per-size 2 --out README.md",
		"--force",
	],
	[
		"a journal that is another file",
		"--sizes 2048 --per-size 2 --journal README.md",
		"not a journal",
	],
	[
		"a journal that is a directory",
		"--sizes 2048 --per-size 2 --journal /",
		"directory",
	],
	[
		"a journal that is a device",
		"--sizes 2048 --per-size 2 --journal /dev/null",
		"device",
	],
	["a missing journal to resume", "--resume none.journal", "no such file"],
	["sizes twice", "--sizes 2048 --sizes 3072 --per-size 2", "twice"],
	["an unknown option", "--size 2048 --per-size 2", "--sizes"],
])("exit 2 and a sentence: %s", async (_, options, expected) => {
	const { status, stdout, stderr } = await inProcess(
		words(`moduli ${options}`),
	);
	expect(status).toBe(2);
	expect(stdout).toBe("");
	expect(stderr.replace(/\s+/g, " ")).toContain(expected);
	expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
});

/** Runs the command and kills it after so many ms, unless it has ended. */
async function killedAfter(
	ms: number,
	args: readonly string[],
	signal: NodeJS.Signals = "SIGKILL",
) {
	const child = spawn(process.execPath, [MAIN, ...args], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	let stderr = "";
	child.stderr.on("data", (text) => {
		stderr += text;
	});
	const ended = new Promise<number | null>((resolve) =>
		child.once("exit", (code) => resolve(code)),
	);
	await Promise.race([sleep(ms), ended]);
	child.kill(signal);
	return { status: await ended, stderr };
}

describe("resuming", () => {
	const job = words(
		"moduli --sizes 512,640 --per-size 8 --allow-weak --seed r -q",
	);

	test("a run that is killed again and again gives the bytes of one that is not", async () => {
		const file = newFile();
		let kills = 0;
		for (let ms = 250; !existsSync(file); ms += 150) {
			const { status } = await killedAfter(ms, [...job, "--out", file]);
			if (status === null) kills++;
		}
		expect(kills).toBeGreaterThan(1);
		expect(readFileSync(file, "utf8")).toBe(command(job).stdout);
		expect(existsSync(`${file}.journal`)).toBe(false);
	}, 120_000);

	test("Ctrl-C ends it with status 130, and says how to go on", async () => {
		const file = newFile();
		const { status, stderr } = await killedAfter(
			1500,
			words(
				"moduli --sizes 640 --per-size 2000 --allow-weak --seed r --out",
				file,
			),
			"SIGINT",
		);
		expect(status).toBe(130);
		expect(stderr).toContain(`What is decided is in ${file}.journal`);
		expect(existsSync(file)).toBe(false);
		expect(existsSync(`${file}.journal`)).toBe(true);
	});

	test("--resume takes sizes, numbers and seed from the journal", () => {
		const journal = newFile();
		const { stdout } = command(words(SMALL, "--journal", journal));
		const again = command(words("moduli --allow-weak -q --resume", journal));
		expect(again.stdout).toBe(stdout);
		expect(existsSync(journal)).toBe(true);
	});

	// The certificate stands above the PEM, and the journal knows that there is to be one.
	test.each(["", " --provable"])(
		"a search for one group%s: --journal, then --resume, gives what --seed gives",
		async (proof) => {
			const journal = newFile();
			const search = words(`1280${proof} --seed r --threads 1 -q`);
			await killedAfter(1500, [...search, "--journal", journal]);
			const { status, stdout } = command(words("-q --resume", journal));
			expect(status).toBe(0);
			expect(stdout).toBe(command(search).stdout);
			expect(/certificate/.test(stdout)).toBe(proof !== "");
		},
		120_000,
	);

	test("a journal of one kind is not resumed as the other", () => {
		const [group, table] = [newFile(), newFile()];
		command(words("512 --allow-weak -q --journal", group));
		command(words(SMALL, "--journal", table));
		const moduli = command(words("moduli --allow-weak --resume", group));
		expect([moduli.status, moduli.stderr]).toEqual([
			2,
			expect.stringContaining("of another kind"),
		]);
		const single = command(words("--resume", table));
		expect([single.status, single.stderr]).toEqual([
			2,
			expect.stringContaining(`gen-dhparams moduli --resume ${table}`),
		]);
		const both = command(words("--resume x --journal y"));
		expect([both.status, both.stderr]).toEqual([
			2,
			expect.stringContaining("give one of them"),
		]);
	});

	test("a journal without a seed draws one, and the PEM names it", () => {
		const journal = newFile();
		const { stdout } = command(words("512 --allow-weak -q --journal", journal));
		const seed = /"seed":"([0-9a-f]{64})"/.exec(
			readFileSync(journal, "utf8"),
		)?.[1];
		expect(stdout).toContain(`"seed":"${seed}"`);
	});
});

test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
	"a full disk is a clear error, and what was synced before stays",
	async () => {
		const full = mkdtempSync(join(folder, "full-"));
		const mounted = spawnSync("mount", [
			"-t",
			"tmpfs",
			"-o",
			"size=8k",
			"tmpfs",
			full,
		]);
		if (mounted.status !== 0) {
			console.warn("SKIPPED: no file system can be mounted here");
			return;
		}
		try {
			const journal = join(full, "journal");
			// One of the two pages of this file system is left for the journal, whose lines of hits soon fill it.
			writeFileSync(join(full, "ballast"), Buffer.alloc(4096));
			const { status, stderr } = command(
				words(
					"moduli --sizes 512 --per-size 2000 --allow-weak --seed r -q --journal",
					journal,
				),
			);
			expect(status).toBe(2);
			expect(stderr).toBe(
				`gen-dhparams: ${journal} cannot be written: the file system is full.\n`,
			);
			const { states } = await readJournal(journal);
			expect(states.get(512)?.hits.length).toBeGreaterThan(50);
			expect(readFileSync(journal, "latin1").endsWith("\n")).toBe(true);
		} finally {
			spawnSync("umount", [full]);
		}
	},
	60_000,
);
