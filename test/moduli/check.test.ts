import { spawn } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkModuli, type ModuliFinding, namedGroup } from "gen-dhparams";
import { afterAll, describe, expect, test } from "vitest";
import { command, MAIN } from "../cli/command.js";
import { expectValid } from "../cli/schema.js";
import { moduliLine } from "../differential/materials.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-moduli-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text, "latin1");
	return path;
}

const table = (text: string) => Buffer.from(text, "latin1");
const line = moduliLine(namedGroup("ffdhe2048"));
const { p } = namedGroup("ffdhe2048");
const withModulus = (n: bigint, g = "2") =>
	`20261124000000 2 6 100 ${n.toString(2).length - 1} ${g} ${n.toString(16).toUpperCase()}\n`;

// Safe primes of 2048 bits that are no standard's, from Debian 12 and of our own.
const { cases } = JSON.parse(
	readFileSync(new URL("../vectors/safe-primes.json", import.meta.url), "utf8"),
) as { cases: { bits: number; p: string }[] };
const own = cases
	.filter(({ bits }) => bits === 2048)
	.map((one) => BigInt(`0x${one.p}`));

/** Without notes, as "line id". */
async function faultsOf(text: string, full = false): Promise<string[]> {
	const { findings } = await checkModuli(table(text), { full });
	return findings
		.filter(({ verdict }) => verdict !== "note")
		.map(({ line, id, verdict }) => `${line} ${id} ${verdict}`);
}

describe("checkModuli", () => {
	test("a bad line does not hide the others", async () => {
		const text = `# head\n${line}\nfoo\n${line.replace(" 2 6", " 2  6")}\n\n${withModulus((1n << 1023n) + 1n)}${withModulus(p + 2n)}`;
		expect(await faultsOf(text)).toEqual([
			"3 format reject",
			"4 format reject",
			"6 size warn",
			"7 modulus reject",
		]);
	});

	test("names duplicates, also with another g, and generators out of range", async () => {
		const text = `${line}\n${line}\n${line.replace(/ 2 F/, " 5 F")}\n`;
		expect(await faultsOf(text)).toEqual([
			"2 duplicate warn",
			"3 duplicate warn",
		]);
		const wrong = withModulus(p, (p - 1n).toString(16));
		expect(await faultsOf(wrong)).toEqual(["1 generator reject"]);
		expect(await faultsOf(withModulus(p, (p * 3n).toString(16)))).toEqual([
			"1 generator reject",
		]);
	});

	test.each([false, true])(
		"finds composites, even moduli and a composite half (full: %s)",
		async (full) => {
			// 2^61 - 1 divides the second; the third is prime or not, and its half is not a prime.
			const factor = (1n << 61n) - 1n;
			const semiprime = factor * ((1n << 1987n) + 1n);
			const even = p - 1n;
			const text = [semiprime, even, p + 2n]
				.map((n) => withModulus(n))
				.join("");
			const { verdict, findings } = await checkModuli(table(text), { full });
			expect(verdict).toBe("reject");
			const rejected = findings.filter((one) => one.verdict === "reject");
			expect([...new Set(rejected.map((one) => one.line))]).toEqual([1, 2, 3]);
		},
		60_000,
	);

	test("warns where a size stands in the way of a smaller one", async () => {
		const [small, large] = [
			namedGroup("ffdhe3072"),
			namedGroup("ffdhe4096"),
		].map((one) => `${moduliLine(one)}\n`);
		expect(await faultsOf(`${small}${large}`)).toEqual([]);
		const { findings } = await checkModuli(table(`${large}${small}`));
		expect(findings).toContainEqual({
			id: "order-of-sizes",
			verdict: "warn",
			line: null,
			message: expect.stringContaining(
				"asks for 3072 bits gets 4096, not 3072",
			),
		});
	});

	test("rejects a table of which sshd uses nothing", async () => {
		for (const text of [
			"",
			"# only\n",
			"foo\n",
			withModulus(namedGroup("modp_1536").p),
		]) {
			const { verdict, findings } = await checkModuli(table(text));
			expect(verdict).toBe("reject");
			expect(findings.map(({ id }) => id)).toContain("empty");
		}
	});

	test("counts sizes, orders of g and start points, and reports as it goes", async () => {
		expect(own.length).toBeGreaterThan(0);
		const seen: ModuliFinding[] = [];
		const shares: number[] = [];
		const report = await checkModuli(
			table(
				`${line}\n${own.map((n) => withModulus(n)).join("")}${withModulus(own[0] as bigint, "5")}`,
			),
			{
				onFinding: (one) => seen.push(one),
				onProgress: ({ share }) => shares.push(share),
			},
		);
		const [size] = report.sizes;
		expect(size).toMatchObject({
			bits: 2048,
			groups: own.length + 2,
			used: true,
		});
		expect((size?.orderQ ?? 0) + (size?.order2q ?? 0)).toBe(own.length + 2);
		expect(report.test).toEqual({
			mode: "fast",
			moduli: own.length,
			rounds: 9,
			errorExponent: -18,
		});
		expect(shares.length).toBe(2 * own.length);
		expect([...seen].length).toBe(report.findings.length);
	});

	test("refuses arguments that make no sense", async () => {
		await expect(checkModuli("text" as never)).rejects.toThrow(/table/);
		await expect(checkModuli(table(line), { threads: 0 })).rejects.toThrow(
			/threads/,
		);
		await expect(checkModuli(Buffer.alloc((1 << 24) + 1))).rejects.toThrow(
			/at most/,
		);
		const stopped = AbortSignal.abort(new Error("enough"));
		await expect(checkModuli(table(line), { signal: stopped })).rejects.toThrow(
			"enough",
		);
	});

	test("keeps memory for a hostile table in bounds", async () => {
		const text = "x\n".repeat(1_000_000) + withModulus(3n).repeat(100_000);
		const { findings, lines } = await checkModuli(table(text));
		expect(lines).toBe(1_100_000);
		expect(findings.length).toBeLessThan(3000);
		expect(findings.at(-1)?.line).toBeNull();
	}, 30_000);
});

describe("gen-dhparams moduli check", () => {
	test("says which line is wrong and why, with exit status 1", () => {
		const path = file("bad", `${line}\n${line.replace(" 2047 ", " 2048 ")}\n`);
		const { status, stdout, stderr } = command(["moduli", "check", path]);
		expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
		expect(stdout).toContain(
			`${path}, line 2: reject format: sshd skips the line: its size is 2048`,
		);
		expect(stdout.trim().split("\n").at(-1)).toBe(
			`${path}: rejected: 1 group that sshd uses, in 2 lines`,
		);
	});

	test("prints JSON by its schema, for one file and several", () => {
		const good = file("good", `${line}\n`);
		const bad = file("worse", "x\n");
		const one = command(["moduli", "check", "--json", good]);
		expect(one.status).toBe(0);
		expectValid("moduli", one.stdout);
		const both = command(["moduli", "check", "--json", good, bad]);
		expect(both.status).toBe(1);
		expectValid("moduli", both.stdout);
		expect(JSON.parse(both.stdout)).toHaveLength(2);
		expect(command(["moduli", "check", "-q", bad])).toEqual({
			status: 1,
			stdout: "",
			stderr: "",
		});
	});

	test.each([
		["a missing file", ["/nowhere/moduli"], /nowhere/],
		["an empty file", [file("nothing", "")], /is empty/],
		[
			"a file of PEM",
			[file("a.pem", namedGroup("ffdhe2048").toPem())],
			/not a table.*convert --format moduli/,
		],
		["an unknown option", ["--fast"], /fast/],
		["no threads", ["--threads", "x", "-"], /--threads/],
		["standard input twice", ["-", "-"], /twice/],
	])("%s: exit status 2 and a sentence", (_, args, message) => {
		const { status, stdout, stderr } = command(["moduli", "check", ...args]);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toMatch(message);
		expect(stderr.trim().split("\n")).toHaveLength(1);
	});

	test("check points to it", () => {
		const path = file("two", `${line}\n${line}\n`);
		const help = "gen-dhparams moduli check";
		expect(command(["check", path]).stderr).toContain(help);
		const many = file("many", `${line}\n`.repeat(1001));
		expect(command(["check", "--all", many]).stderr).toContain(help);
		const { status, stdout } = command(["moduli", "check", many]);
		expect(status).toBe(0);
		expect(stdout).toContain("1,001 groups that sshd uses");
	});

	const MODULI = "/etc/ssh/moduli";
	test.skipIf(!existsSync(MODULI))(
		"Ctrl-C ends it",
		async () => {
			const child = spawn(process.execPath, [
				MAIN,
				"moduli",
				"check",
				"--full",
				MODULI,
			]);
			await new Promise((resolve) => child.stdout.once("data", resolve));
			await new Promise((resolve) => setTimeout(resolve, 1000));
			const began = performance.now();
			child.kill("SIGINT");
			expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(
				130,
			);
			expect(performance.now() - began).toBeLessThan(10_000);
		},
		30_000,
	);
});

describe("gen-dhparams moduli filter", () => {
	const source = file(
		"source",
		`# c\n${line}\n${moduliLine(namedGroup("ffdhe3072"))}\n`,
	);

	test("writes the file atomically, or nothing", () => {
		const out = join(folder, "out");
		const run = (...args: string[]) =>
			command(["moduli", "filter", source, "--out", out, ...args]);
		expect(run("--sizes", "4096")).toMatchObject({ status: 2, stdout: "" });
		expect(existsSync(out)).toBe(false);
		expect(run("--sizes", "3072")).toMatchObject({ status: 0, stdout: "" });
		expect(readFileSync(out, "utf8")).toBe(
			`# c\n${moduliLine(namedGroup("ffdhe3072"))}\n`,
		);
		expect(statSync(out).mode & 0o777).toBe(0o644);
		expect(run("--sizes", "2048")).toMatchObject({
			status: 2,
			stderr: expect.stringContaining("--force"),
		});
		// In place.
		const inPlace = [
			"moduli",
			"filter",
			out,
			"--min-bits",
			"3000",
			"--out",
			out,
			"--force",
			"-q",
		];
		expect(command(inPlace)).toEqual({ status: 0, stdout: "", stderr: "" });
	});

	test.each([
		[["--sizes", ""], /--sizes/],
		[["--sizes", "3072,"], /--sizes/],
		[["--sizes", "3072,3072"], /twice/],
		[["--sizes", "0"], /sizes/],
		[["--min-bits", "-1"], /--min-bits/],
		[[], /Say what to keep/],
	])("%j: exit status 2 and a sentence", (args, message) => {
		const { status, stdout, stderr } = command([
			"moduli",
			"filter",
			source,
			...args,
		]);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toMatch(message);
	});
});
