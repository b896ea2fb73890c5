import { spawn } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bitLength } from "../../src/arithmetic/integers.js";
import { namedGroup } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";
import { readParameters } from "../../src/reading/read.js";
import { policyOf } from "../../src/validate/policy.js";
import { affordable, MAX_WORK, workOf } from "../../src/validate/work.js";
import { groupVectors, number } from "../vectors/groups.js";
import { MAIN } from "./command.js";
import { inProcess } from "./in-process.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-sets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function moduli(primes: readonly bigint[]): string {
	return primes
		.map(
			(p) =>
				`20261124000000 2 6 100 ${bitLength(p) - 1} 2 ${p.toString(16).toUpperCase()}\n`,
		)
		.join("");
}

function file(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

/** A safe prime of 512 bits. */
const p = number(
	groupVectors("weak-groups").find(({ id }) => id === "undersized-512-0")?.p ??
		"",
);
const OPTIONS = ["--all", "--min-bits", "512"];

describe("a table of groups", () => {
	// A composite p without a small factor stands last, behind eight primes.
	const semiprime = p * ((1n << 127n) - 1n);
	const path = file(
		"moduli",
		`# Time Type Tests Tries Size Generator Modulus\n${moduli([...Array(8).fill(p), semiprime])}`,
	);

	test("without --all it is said what sshd does with it", async () => {
		const { status, stderr } = await inProcess(["check", path]);
		expect(status).toBe(2);
		expect(stderr).toContain("a table of 9 groups for sshd");
		expect(stderr).toContain("at random");
		expect(stderr).not.toContain("servers use the first");
	});

	test("a composite is reported first, and a summary last", async () => {
		const { status, stdout, stderr } = await inProcess([
			"check",
			...OPTIONS,
			path,
		]);
		expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
		const lines = [...stdout.matchAll(/line (\d+): (\w+)/g)].map(
			([, line, verdict]) => `${line} ${verdict}`,
		);
		expect(lines).toEqual([
			"10 rejected",
			...[2, 3, 4, 5, 6, 7, 8, 9].map((line) => `${line} accepted`),
		]);
		expect(stdout.trim().split("\n").at(-1)).toBe(
			`${path}: 9 of 9 sets checked: 0 accepted, 8 accepted with warnings, 1 rejected`,
		);
	});

	test("as JSON the reports are in the file's order", async () => {
		const { status, stdout } = await inProcess([
			"check",
			...OPTIONS,
			"--json",
			path,
		]);
		expect(status).toBe(1);
		const reports = JSON.parse(stdout) as { file: string; verdict: string }[];
		expect(stdout).toBe(`${JSON.stringify(reports, null, 2)}\n`);
		expect(reports.map(({ file }) => file)).toEqual(
			[2, 3, 4, 5, 6, 7, 8, 9, 10].map((line) => `${path}, line ${line}`),
		);
		expect(reports.at(-1)?.verdict).toBe("reject");
	});

	test("SIGTERM ends it at once", async () => {
		const long = file("long", moduli(Array(900).fill(p)));
		const child = spawn(process.execPath, [MAIN, "check", ...OPTIONS, long]);
		await new Promise((resolve) => child.stdout.once("data", resolve));
		child.kill("SIGTERM");
		const status = await new Promise((resolve) => child.on("exit", resolve));
		expect(status).toBe(143);
	}, 60_000);
});

describe("the bound on the work for one file", () => {
	const policy = policyOf({});
	const odd = (bits: number) =>
		new DhParams({ p: (1n << BigInt(bits)) - 1n, g: 2n });

	// From the package openssh-server, which test/servers/install.sh installs.
	const MODULI = "/etc/ssh/moduli";
	if (!existsSync(MODULI)) console.warn(`Skipped: there is no ${MODULI}.`);
	test.skipIf(!existsSync(MODULI))("lets Debian's table of groups pass", () => {
		const debian = readParameters(readFileSync(MODULI));
		expect(debian.length).toBeGreaterThan(400);
		const work = debian.map(({ params }) => workOf(params, policy));
		expect(affordable(work)).toBe(debian.length);
		const total = work.reduce((sum, each) => sum + each, 0);
		expect(total).toBeLessThan(0.75 * MAX_WORK);
	});

	test("ends before 416 primes of 9,941 bits do, and after 4,096 small sets", () => {
		const large = Array(416).fill(workOf(odd(9941), policy));
		expect(affordable(large)).toBeLessThan(250);
		const tiny = Array(14_768).fill(workOf(odd(16), policy));
		expect(affordable(tiny)).toBe(4096);
		const q = (1n << 9689n) - 1n;
		const { p, g } = odd(9941);
		const both = workOf(new DhParams({ p, g, q }), policy);
		expect(both).toBeGreaterThan(1.9 * workOf(odd(9941), policy));
		// A standard group is not tested, and neither is what the policy refuses by its size.
		expect(workOf(namedGroup("ffdhe8192"), policy)).toBe(
			workOf(odd(16), policy),
		);
		expect(workOf(odd(20_000), policy)).toBe(workOf(odd(16), policy));
	});

	test("more sets than are read are refused at once, with exit status 2", async () => {
		const path = file("tiny", moduli(Array(1001).fill(23n)));
		const { status, stdout, stderr } = await inProcess([
			"check",
			"--all",
			path,
		]);
		expect(status).toBe(2);
		expect(stdout + stderr).toContain("at most 1000 are read");
	});
});
