import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { opensslRequest, runOpenssl } from "../../src/cli/openssl-compat.js";
import { render } from "../../src/cli/terminal-text.js";
import { DhParamsError, InvalidArgumentError } from "../../src/errors.js";
import { namedGroup } from "../../src/groups/groups.js";
import { DhParams } from "../../src/params.js";
import { openssl } from "../openssl/openssl.js";
import { groupVectors } from "../vectors/groups.js";
import { command } from "./command.js";

const PLAIN = { colour: false, ascii: false };
const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-"));
const malformed = new URL("../vectors/malformed/", import.meta.url);
const good = new URL("good.pem", malformed).pathname;

interface Answer {
	readonly status: number | null;
	readonly stdout: Buffer;
	readonly stderr: string;
}

/** The same request, answered in this process. */
async function ours(args: readonly string[]): Promise<Answer> {
	const results: Uint8Array[] = [];
	const lines: string[] = [];
	const request = opensslRequest(args);
	if (request === undefined) throw new Error(`No request: ${args.join(" ")}`);
	let status: number;
	try {
		status = await runOpenssl(request, {
			stdout: (result) => results.push(result),
			stderr: (line) => lines.push(render([line], PLAIN).trimEnd()),
		});
	} catch (error) {
		if (!(error instanceof DhParamsError)) throw error;
		status = 2;
		lines.push(error.message);
	}
	return { status, stdout: Buffer.concat(results), stderr: lines.join("\n") };
}

/** OpenSSL's error codes and reasons, without thread, file and line. */
function reasons(stderr: string): string[] {
	return [...stderr.matchAll(/error:(\w+):[^:]*:[^:]*:([^:\n]*)/g)].map(
		([, code, reason]) => `${code} ${reason}`,
	);
}

const documentation = readFileSync(
	new URL("../../docs/openssl-differences.md", import.meta.url),
	"utf8",
);

/** Each expected difference names its section of docs/openssl-differences.md. */
function section(id: string): string {
	expect(documentation).toContain(`\n## ${id}\n`);
	return id;
}

// Read by OpenSSL and refused by us, or the other way round.
const READING: readonly (readonly [RegExp, string])[] = [
	[/^two-blocks/, "several-sets"],
	[
		/^(trailing-garbage|nonminimal|negative|zero-length|indefinite|privlen-negative)/,
		"strict-der",
	],
	[/^(cert|key)-then-dh/, "bundles"],
	[/^dsa-params-der$/, "dsa-parameters"],
	[/^privlen-zero/, "private-length-zero"],
];

describe("reading and writing, beside openssl dhparam", () => {
	const { cases } = JSON.parse(
		readFileSync(new URL("index.json", malformed), "utf8"),
	) as { cases: { id: string; file: string; format: "PEM" | "DER" }[] };

	test.each(cases)("$id", async ({ id, file, format }) => {
		const args = [
			"-in",
			new URL(file, malformed).pathname,
			"-text",
			...(format === "DER" ? ["-inform", "DER"] : []),
		];
		const theirs = openssl(["dhparam", ...args]);
		const own = await ours(args);
		const same =
			(own.status === 0) === (theirs.status === 0) &&
			(own.status !== 0 || own.stdout.equals(theirs.stdout));
		const known = READING.find(([pattern]) => pattern.test(id));
		if (known !== undefined) section(known[1]);
		expect(same).toBe(known === undefined);
	});
});

// Accepted by OpenSSL and refused by us, or the other way round.
const JUDGING: readonly (readonly [RegExp, string])[] = [
	[/^(generator-negative|generator-minus-1|q-negative)$/, "strict-der"],
	[/^(negative-modulus|minus-one-modulus)$/, "strict-der"],
	[/^generator-order-3-with-q$/, "small-q"],
];

describe("-check, beside openssl dhparam", () => {
	// Primes of 2048 bits cost 65 powers each: a few of them.
	const groups = [
		...groupVectors("weak-groups").filter(
			({ id, bits, facts }) =>
				!/overlarge/.test(id) &&
				(bits <= 1024 ||
					!facts.pPrime ||
					/^(q-good|generator-(0|over-p|order-3-with-q|negative|minus-1)|q-(zero|negative)|g-order-2q-0)$/.test(
						id,
					)),
		),
		...groupVectors("named-groups").filter(({ id }) => !/rfc5114/.test(id)),
	];
	test.each(groups)("$id", async ({ id, pem }) => {
		const path = join(folder, "group.pem");
		writeFileSync(path, pem);
		const args = ["-in", path, "-check", "-noout"];
		const theirs = openssl(["dhparam", ...args]);
		const own = await ours(args);
		const known = JUDGING.find(([pattern]) => pattern.test(id));
		if (known !== undefined) {
			section(known[1]);
			expect(own.status).not.toBe(theirs.status);
			return;
		}
		expect(own.status).toBe(theirs.status);
		expect(own.stdout).toEqual(theirs.stdout);
		expect(own.stderr.split("\n")[0]).toBe(theirs.stderr.split("\n")[0]);
		expect(reasons(own.stderr)).toEqual(reasons(theirs.stderr));
	});

	test("differences that no vector shows", async () => {
		const short = join(folder, "short.pem");
		const { p, g } = namedGroup("ffdhe2048");
		writeFileSync(short, new DhParams({ p, g, privateLength: 100 }).toPem());
		const named = join(folder, "named.pem");
		writeFileSync(named, namedGroup("ffdhe2048").toPem());

		section("private-length");
		expect(openssl(["dhparam", "-in", short, "-check", "-noout"]).status).toBe(
			0,
		);
		expect((await ours(["-in", short, "-check", "-noout"])).status).toBe(1);

		section("named-text");
		const text = ["-in", named, "-text", "-noout"];
		expect(openssl(["dhparam", ...text]).stdout.toString()).toContain("GROUP:");
		expect((await ours(text)).stdout.toString()).toContain("G:    2 (0x2)");

		section("warnings");
		const weak = join(folder, "weak.pem");
		writeFileSync(weak, namedGroup("modp_1024").toPem());
		const check = ["-in", weak, "-check", "-noout"];
		expect((await ours(check)).stderr).toContain("warning: size:");
		expect((await ours([...check, "-quiet"])).stderr).toBe(
			"DH parameters appear to be ok.",
		);
	});
});

describe("the request", () => {
	test("is recognised with one dash or two, and left alone otherwise", () => {
		const read = opensslRequest("-check -noout -in x -inform der".split(" "));
		expect(read).toMatchObject({
			in: "x",
			inform: "DER",
			outform: "PEM",
			check: true,
			noout: true,
			text: false,
		});
		expect(opensslRequest(["--in", "x"])).toMatchObject({ in: "x" });
		expect(opensslRequest(["-check"])).toMatchObject({ in: "-" });
		for (const line of ["", "2048", "-5", "-check 2048", "-text -noout"]) {
			expect(
				opensslRequest(line === "" ? [] : line.split(" ")),
			).toBeUndefined();
		}
	});

	test.each([
		["-dsaparam 2048", "safe prime"],
		["-in x 2048", "one or the other"],
		["-in x -5", "one or the other"],
		["-in x -in y", "twice"],
		["-in", "needs a value"],
		["-in x -inform XML", "PEM or DER"],
		["-in x --nonsense", "does not go"],
	])("%s is refused", (line, reason) => {
		expect(() => opensslRequest(line.split(" "))).toThrow(InvalidArgumentError);
		expect(() => opensslRequest(line.split(" "))).toThrow(reason);
	});
});

describe("as a command", () => {
	test("-check -noout of standard input", () => {
		const input = namedGroup("ffdhe2048").toPem();
		expect(command(["-check", "-noout"], { input })).toEqual({
			status: 0,
			stdout: "",
			stderr: "DH parameters appear to be ok.\n",
		});
	});

	test("-out writes the file that openssl writes, and replaces none", () => {
		const [own, theirs] = ["own.der", "theirs.der"].map((name) =>
			join(folder, name),
		) as [string, string];
		const args = ["-in", good, "-outform", "DER", "-out"];
		openssl(["dhparam", ...args, theirs]);
		expect(command([...args, own]).status).toBe(0);
		expect(readFileSync(own)).toEqual(readFileSync(theirs));
		section("out");
		expect(command([...args, own]).status).toBe(2);
		expect(command([...args, own, "--force"]).status).toBe(0);
	});

	test("nothing is written for what is rejected or unreadable", () => {
		const out = join(folder, "none.pem");
		const swapped = new URL("swapped-pg.pem", malformed).pathname;
		const rejected = command(["-in", swapped, "-check", "-out", out]);
		expect(rejected.status).toBe(1);
		expect(rejected.stderr).toMatch(/^Error, invalid parameters generated\n/);
		expect(command(["-in", good, "-inform", "DER", "-out", out]).status).toBe(
			2,
		);
		expect(existsSync(out)).toBe(false);
	});
});
