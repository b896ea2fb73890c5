import { spawnSync } from "node:child_process";
import {
	copyFileSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { endedInProcess, inProcess } from "./in-process.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-spelling-"));
afterAll(() => rmSync(folder, { recursive: true }));
const good = new URL("../vectors/malformed/good.pem", import.meta.url).pathname;

/** What a command did: its exit status, the files that it left, and its result. */
interface Effects {
	readonly succeeded: boolean;
	readonly files: Readonly<Record<string, string>>;
	readonly stdout: string;
}

/** Does something in a folder of its own that holds in.pem. */
async function effects(
	run: (
		cwd: string,
	) =>
		| Promise<{ status: number | null; stdout: Buffer }>
		| { status: number | null; stdout: Buffer },
): Promise<Effects> {
	const cwd = mkdtempSync(join(folder, "run-"));
	copyFileSync(good, join(cwd, "in.pem"));
	const { status, stdout } = await run(cwd);
	const files = Object.fromEntries(
		readdirSync(cwd).map((name) => [
			name,
			readFileSync(join(cwd, name), "base64"),
		]),
	);
	return { succeeded: status === 0, files, stdout: stdout.toString("base64") };
}

function ours(args: readonly string[]): Promise<Effects> {
	return effects(async (cwd) => {
		const before = process.cwd();
		process.chdir(cwd);
		try {
			return await endedInProcess(args);
		} finally {
			process.chdir(before);
		}
	});
}

function theirs(args: readonly string[]): Promise<Effects> {
	return effects((cwd) =>
		spawnSync("openssl", ["dhparam", ...args], {
			cwd,
			input: "",
			timeout: 60_000,
		}),
	);
}

/** One option in each way that a user may write it. */
const inEachWay = (name: string, value: string): string[][] =>
	["-", "--"].flatMap((dashes) => [
		[`${dashes}${name}=${value}`],
		[`${dashes}${name}`, value],
	]);

const reading = (...more: string[]) => ["-in", "in.pem", ...more];

// Both do the same.
const SAME: string[][] = [
	...inEachWay("in", "in.pem"),
	...inEachWay("out", "o.pem").map((out) => reading(...out)),
	...inEachWay("out", "-o=x").map((out) => reading(...out)),
	...inEachWay("out", "a=b").map((out) => reading(...out)),
	...["DER", "der", "PEM"].flatMap((form) =>
		inEachWay("outform", form).map((outform) => reading("-out=o", ...outform)),
	),
	...inEachWay("inform", "PEM").map((inform) => reading(...inform)),
	...["-noout", "--noout", "-text", "--text", "-check", "--check"].map((flag) =>
		reading(flag),
	),
	reading("-out", "-text"),
	reading("-out", "2048"),
	// Refused by both, and nothing is written.
	...["-text=yes", "--noout=", "-check=1", "-outfrom=DER", "-ou=x", "-o=x=y"]
		.filter((word) => !word.startsWith("-o="))
		.map((word) => reading(word)),
	...["-output", "--output=x", "-ofile", "-outx.pem", "-in-form=DER"].map(
		(word) => reading(word),
	),
	reading("-outform=XML"),
	reading("-out="),
	["-in="],
	["-in"],
	["-in=missing.pem"],
	reading("-inform=DER"),
	reading("-C"),
];

// openssl generates 512 bits in a moment; the result differs each time, so that files are compared by name alone.
const GENERATING: string[][] = [
	["-out=o.pem", "512"],
	["--out=o.der", "--outform=DER", "512"],
	["-out", "o.pem", "-5", "512"],
	["--out", "o.pem", "--5", "512"],
	["-out=o.pem", "-text", "-noout", "512"],
	["-out=o.pem", "-2=3", "512"],
	["-out=o.pem", "04000x"],
	["-out=o.pem", "0"],
];

describe("as openssl dhparam", () => {
	test("reading and writing", async () => {
		for (const args of SAME) {
			expect({ args, ...(await ours(args)) }).toEqual({
				args,
				...(await theirs(args)),
			});
		}
	});

	test("generating", async () => {
		const names = ({ succeeded, files }: Effects) => ({
			succeeded,
			files: Object.keys(files),
		});
		for (const args of GENERATING) {
			const own = await ours(["--allow-weak", ...args]);
			expect({ args, ...names(own) }).toEqual({
				args,
				...names(await theirs(args)),
			});
		}
	});

	test("what has no effect here is taken, with a line that says so", async () => {
		for (const name of [
			"rand",
			"writerand",
			"engine",
			"provider",
			"provider-path",
			"propquery",
		]) {
			const ways = inEachWay(name, "x");
			const [way = []] = name === "rand" ? ways : ways.slice(1);
			const args = [...way, "-in", good, "-noout"];
			const { status, stderr } = await inProcess(args);
			expect({ status, stderr }).toEqual({
				status: 0,
				stderr: `gen-dhparams: -${name} has no effect: random numbers and algorithms come from Node and the system.\n`,
			});
		}
	});

	// OpenSSL takes these; we refuse them, and write nothing. docs/openssl-differences.md.
	test.each([
		[["-dsaparam", "-out=o.pem", "1024"], "-dsaparam"],
		[["--dsaparam", "-out=o.pem", "1024"], "-dsaparam"],
		[["-out=o.pem", "04000"], "04000"],
		[["-out=o.pem", "0x200"], "0x200"],
		[["-out=a.pem", "-out=b.pem", "-in=in.pem"], "twice"],
		[["-outform=d", "-out=o", "-in=in.pem"], "PEM or DER"],
	])("%j is refused", async (args, words) => {
		const { files, succeeded } = await ours(args);
		expect(Object.keys(files)).toEqual(["in.pem"]);
		expect(succeeded).toBe(false);
		const { stderr } = await inProcess(args);
		expect(stderr).toContain(words);
	});
});
